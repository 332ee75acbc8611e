"""Texts, names and numbers of the workspace file: checked, and left as written."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.utils import parseaddr
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, WrapValidator

from touchpoints.workspace.listening import Listen
from touchpoints.workspace.mistakes import wrong
from touchpoints.workspace.regions import (
    is_country,
    is_locale,
    is_zone,
    nearest_country,
    nearest_locale,
    nearest_zone,
)

NAME_PATTERN = "^[a-z0-9][a-z0-9_-]{0,63}$"
LONGEST_LINE = 1000
LONGEST_EXPRESSION = 64_000

_Texts = TypeVar("_Texts", bound=list[str])
_NAME = re.compile(NAME_PATTERN[1:-1])
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)\s*%")
_DATABASE = re.compile(r"(sqlite|postgresql)(\+[a-z0-9]+)?://.*")


def _as_it_is(value: Any, check: Callable[[Any], str]) -> str:
    """Keep the very object, which may be a Concealed text, where pydantic makes a plain copy."""
    text = check(value)
    return value if isinstance(value, str) else text


def _one_line(text: str) -> str:
    if not text.strip() or len(text) > LONGEST_LINE or _CONTROL.search(text):
        raise wrong("text", f"expected one line of text, at most {LONGEST_LINE} characters")
    return text


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        near = re.sub(r"[^a-z0-9_-]+", "-", text.strip().lower()).strip("-_")[:64]
        remedy = "expected lower-case letters, digits, - and _, at most 64 of them"
        raise wrong("name", remedy, near=near or None)
    return text


def _topic(text: str) -> str:
    if len(text) > 64:
        raise wrong("text", "expected at most 64 characters")
    return text


def _zone(text: str) -> str:
    if not is_zone(text):
        remedy = "expected a zone by its city, such as Asia/Shanghai, or UTC"
        raise wrong("zone", remedy, near=nearest_zone(text))
    return text


def _country(text: str) -> str:
    if not is_country(text):
        remedy = "expected a country's two letters (ISO 3166), such as CN"
        raise wrong("country", remedy, near=nearest_country(text))
    return text


def _locale(text: str) -> str:
    if not is_locale(text):
        raise wrong("locale", "expected a language such as en or zh-CN", near=nearest_locale(text))
    return text


def _database(text: str) -> str:
    if not _DATABASE.fullmatch(text):
        remedy = "expected sqlite:///touchpoints.db or postgresql://user@host/db"
        raise wrong("database", remedy)
    return text


def _channel_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = bool(parts.scheme) and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise wrong("url", "expected smtp://HOST:PORT for smtp, https://HOST/PATH for http")
    return text


def _mailbox(text: str) -> str:
    if "@" not in parseaddr(text)[1].strip("@"):
        raise wrong("mailbox", "expected an address such as Harbour Bank <hello@harbour.example>")
    return text


def _port_as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _listen(text: str) -> str:
    try:
        Listen.parse(text)
    except ValueError as error:
        raise wrong("listen", str(error)) from None
    return text


def _truth_as_text(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def _expression(text: str) -> str:
    if not text.strip() or len(text) > LONGEST_EXPRESSION:
        raise wrong("text", "expected an expression such as customer.status == 'active'")
    return text


def _not_a_bool(value: object) -> object:
    if isinstance(value, bool):
        raise wrong("type", "expected a number")
    return value


def _percent(value: object) -> float:
    match = _PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or float(match[1]) > 100:
        raise wrong("percentage", "expected a percentage such as 5%")
    return float(match[1]) / 100


def _not_ambiguous(value: object) -> object:
    blank = value is None or (isinstance(value, str) and value.strip() in ("", "0"))
    if blank or value == 0:
        raise wrong(
            "ambiguous-cap",
            "to never send, set `enabled: false` on the touchpoints or remove the channel; "
            "for no cap, remove this entry",
            what="`max` is blank or 0, which may mean never as well as no cap",
        )
    return value


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _each_once(names: _Texts) -> _Texts:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise wrong("duplicate", "keep one of them", what=f"`{twice}` is listed twice")
    return names


Text = Annotated[str, WrapValidator(_as_it_is)]
Line = Annotated[Text, AfterValidator(_one_line)]
Name = Annotated[
    Text, AfterValidator(_name), WithJsonSchema({"type": "string", "pattern": NAME_PATTERN})
]
Topic = Annotated[Line, AfterValidator(_topic)]
Zone = Annotated[Line, AfterValidator(_zone)]
Country = Annotated[
    Line, AfterValidator(_country), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$"})
]
Locale = Annotated[Line, AfterValidator(_locale)]
Database = Annotated[Line, AfterValidator(_database)]
ChannelUrl = Annotated[Line, AfterValidator(_channel_url)]
ListenAt = Annotated[
    Line,
    BeforeValidator(_port_as_text),
    AfterValidator(_listen),
    WithJsonSchema({"type": ["string", "integer"]}),
]
Mailbox = Annotated[Line, AfterValidator(_mailbox)]
Expression = Annotated[
    Text,
    BeforeValidator(_truth_as_text),
    AfterValidator(_expression),
    WithJsonSchema({"type": ["string", "boolean"]}),
]
Share = Annotated[
    float, BeforeValidator(_percent), WithJsonSchema({"type": "string", "pattern": "%$"})
]
Priority = Annotated[int, Field(ge=0, le=100), BeforeValidator(_not_a_bool)]
Cost = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False), BeforeValidator(_not_a_bool)]
Characters = Annotated[int, Field(ge=20, le=100_000), BeforeValidator(_not_a_bool)]
Host = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")]
Timeout = Annotated[float, Field(ge=0.1, le=3600), BeforeValidator(_not_a_bool)]
AtMost = Annotated[
    int,
    Field(ge=1, le=1_000_000),
    BeforeValidator(_not_ambiguous),
    BeforeValidator(_not_a_bool),
]
Ceiling = Annotated[int, Field(ge=1, le=1_000_000_000), BeforeValidator(_not_a_bool)]
Names = Annotated[list[Name], Field(min_length=1), AfterValidator(_each_once)]
Topics = Annotated[list[Topic], Field(min_length=1), AfterValidator(_each_once)]
OneOrMoreNames = Annotated[
    list[Name],
    Field(min_length=1),
    BeforeValidator(_as_list),
    WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}, "minItems": 1}),
]
