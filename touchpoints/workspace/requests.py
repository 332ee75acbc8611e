"""The keys of a channel that speaks HTTP: what it asks, and what the answers mean."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from touchpoints.workspace import fields, times
from touchpoints.workspace.mistakes import wrong
from touchpoints.workspace.section import Section

Meaning = Literal["accepted", "temporary", "permanent", "in_doubt", "unreachable"]
"""What an answer says about the message; unreachable: the whole channel is at fault, not it."""

WHOLE = "."
"""The path of the whole answer, which need not be JSON."""

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_HEADER_VALUE = re.compile(r"[!-~](?:[ -~]{0,3998}[!-~])?")
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "te", "upgrade"})
_PATH = re.compile(r"\.|[^.\s\x00-\x1f\x7f]+(?:\.[^.\s\x00-\x1f\x7f]+){0,15}")
_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*|[0-9a-f]*:[0-9a-f:.]*")
_STATUSES = re.compile(r"([1-5]\d\d)(?:-([1-5]\d\d))?")


def statuses(written: int | str) -> range:
    """The codes that `429` or `500-599` stands for. Raises ValueError."""
    match = _STATUSES.fullmatch(str(written).strip())
    if match is None or int(match[2] or match[1]) < int(match[1]):
        raise ValueError("expected a status such as 429 or 500-599")
    return range(int(match[1]), int(match[2] or match[1]) + 1)


def _header(name: str) -> str:
    if not _HEADER.fullmatch(name):
        raise wrong("header", "expected the name of a header, such as Authorization")
    if name.lower() in _OURS:
        raise wrong("header", "leave it out: the channel writes this header itself")
    return name


def _header_value(text: str) -> str:
    if not _HEADER_VALUE.fullmatch(text):
        raise wrong("header", "expected one line of ASCII that neither starts nor ends in a blank")
    return text


def _each_header_once(headers: dict[str, str]) -> dict[str, str]:
    if len({name.lower() for name in headers}) < len(headers):
        raise wrong("duplicate", "keep one of them", what="a header is given twice")
    return headers


def _path(text: str) -> str:
    if not _PATH.fullmatch(text):
        raise wrong("path", "expected a path such as messages.0.status, or . for the whole answer")
    return text


def _one_or_more(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _status(value: object) -> object:
    try:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ValueError
        statuses(value)
    except ValueError:
        raise wrong("status", "expected a status such as 429 or 500-599") from None
    return value


def _scalar(value: object) -> object:
    if isinstance(value, list | Mapping):
        raise wrong("type", "expected a text, a number, true, false or null")
    return value


def _json(value: object) -> object:
    if not isinstance(value, list | Mapping):
        raise wrong("type", "expected a mapping or a list")
    if not _finite(value):
        raise wrong("type", "JSON has no such number", what="a number in it is not finite")
    return value


def _finite(value: object) -> bool:
    if isinstance(value, Mapping | list):
        items = value.values() if isinstance(value, Mapping) else value
        return all(_finite(item) for item in items)
    return not isinstance(value, float) or math.isfinite(value)


def _host(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise wrong("host", "expected a host as the url has it, such as gateway.internal")
    return text


Header = Annotated[fields.Text, AfterValidator(_header)]
HeaderValue = Annotated[fields.Text, AfterValidator(_header_value)]
Headers = Annotated[dict[Header, HeaderValue], AfterValidator(_each_header_once)]
Path = Annotated[fields.Text, AfterValidator(_path)]
Scalar = Annotated[Any, AfterValidator(_scalar)]
Statuses = Annotated[
    list[Annotated[Any, AfterValidator(_status)]],
    Field(min_length=1),
    BeforeValidator(_one_or_more),
    WithJsonSchema({"type": ["integer", "string", "array"]}),
]
Values = Annotated[
    list[Scalar], Field(min_length=1), BeforeValidator(_one_or_more), WithJsonSchema({})
]
Json = Annotated[Any, AfterValidator(_json), WithJsonSchema({"type": ["object", "array"]})]
Form = dict[fields.Line, Values]
Secrets = Annotated[
    list[fields.Line],
    Field(min_length=1),
    BeforeValidator(_one_or_more),
    WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}, "minItems": 1}),
]


class AnswerSection(Section):
    """What an answer with this status, or with this value in its JSON, means."""

    means: Meaning = Field(
        description="accepted, temporary, permanent, in_doubt; or unreachable: the channel rests"
    )
    status: Statuses | None = Field(None, description="such as 429, 500-599, or a list of them")
    at: Path | None = Field(
        None, alias="json", description="where in the JSON, such as messages.0.status"
    )
    values: Values | None = Field(
        None, alias="is", description="what stands there; default: anything but null"
    )

    @model_validator(mode="after")
    def _looks_at_something(self) -> AnswerSection:
        if self.status is None and self.at is None:
            raise wrong("answer", "add `status` or `json`", what="it fits every answer")
        if self.values is not None and self.at is None:
            raise wrong("answer", "say where with `json`", what="`is` compares nothing")
        return self


class RequestKeys(Section):
    """What a channel that speaks HTTP may say beside its `url` and `timeout`."""

    method: Literal["POST", "PUT", "PATCH"] | None = Field(None, description="default: POST")
    headers: Headers | None = Field(None, description="what every request carries")
    payload: Json | None = Field(
        None, alias="json", description='the body, with texts such as "{{ message.body }}"'
    )
    form: Form | None = Field(None, description="the body as a form, instead of `json`")
    key_header: Header | None = Field(None, description="default: Idempotency-Key")
    idempotent: bool | None = Field(
        None, description="true: the provider takes a message once, however often its key comes"
    )
    key_life: times.KeyLife | None = Field(
        None, description="how long the provider knows a key; default: 23h"
    )
    answers: list[AnswerSection] | None = Field(
        None, description="what answers mean; the first that fits counts"
    )
    provider_id: Path | None = Field(
        None, description="where in the answer the provider's id stands, or header:NAME"
    )
    error: Path | None = Field(None, description="where in the answer its code for an error stands")
    secrets: Secrets | None = Field(None, description="webhook: what signs it; all that are valid")
    allow_private: list[Annotated[fields.Text, AfterValidator(_host)]] | None = Field(
        None, description="hosts that may have private addresses"
    )
