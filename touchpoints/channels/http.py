"""Messages over HTTP: to SMS gateways, push services and chat platforms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, BaseModel, Field

from touchpoints.channels.answers import Answers, Told
from touchpoints.channels.base import Opening
from touchpoints.channels.endpoint import Doors, Endpoint, NoAnswerError, NotSentError
from touchpoints.channels.payload import FORM, JSON, header_key
from touchpoints.core.message import Kind, Message, Outcome, Receipt
from touchpoints.core.policy import Duration
from touchpoints.workspace.requests import RequestKeys

KEY_LIFE = "23h"
"""An hour less than the day for which providers usually know a key."""
_SHORTEST_SECRET = 4


def _readable(url: str) -> str:
    Endpoint.parse(url)
    return url


class HttpOptions(RequestKeys):
    """`url` names where requests go, `timeout` how many seconds one may take in all."""

    url: Annotated[str, AfterValidator(_readable)]
    timeout: float = Field(default=20.0, gt=0, le=3600)


class HttpChannel:
    """Sends each message as one request, with its key in a header; its content is the body.

    `key_life` is for how many seconds the provider takes a message only once however often it
    comes; 0 where the policy does not say that it does so at all.
    """

    transport: ClassVar[str] = "http"
    options: ClassVar[type[BaseModel]] = HttpOptions

    def __init__(self, name: str, kind: Kind, options: HttpOptions, doors: Doors) -> None:
        self.name, self.kind = name, kind
        self.endpoint = Endpoint.parse(options.url)
        self.local = self.endpoint.loopback
        self.key_life = 0
        if options.idempotent:
            self.key_life = Duration.parse(options.key_life or KEY_LIFE).seconds
        self._options = options
        self._answers = Answers(options.answers or (), options.provider_id, options.error)
        self._secrets = (*self.endpoint.secrets, *(options.headers or {}).values())
        # httpcore takes 90 ms to import: commands without such a channel do not pay.
        from touchpoints.channels.wire import Wire  # noqa: PLC0415

        self._wire = Wire(self.endpoint, doors, options.timeout)

    @classmethod
    def open(cls, opening: Opening) -> Self:
        """A channel to the endpoint of `url`. Raises ValueError for a private address in it."""
        options = opening.options
        doors = Doors(frozenset(options.allow_private or ()))
        doors.admit(Endpoint.parse(options.url))
        return cls(opening.name, opening.kind, options, doors)

    def send(self, message: Message) -> Receipt:
        """Send the message.

        TEMPORARY without an answer proves that no byte of it has left; once one has, only an
        answer says what became of it, and without one it is IN_DOUBT.
        """
        method = self._options.method or "POST"
        try:
            answer = self._wire.send(method, self.headers(message).items(), message.content)
        except NotSentError as error:
            return Receipt(Outcome.TEMPORARY, f"not sent: {error}", unreachable=True)
        except NoAnswerError as error:
            detail = f"{error}; nobody knows whether it was taken"
            return Receipt(Outcome.IN_DOUBT, detail, unreachable=True)
        told = Told.of(answer.status, answer.headers, answer.body)
        return self._answers.receipt(told, self._private(message), message.sent_at)

    def headers(self, message: Message) -> Mapping[str, str]:
        """What the request carries beside its body; the policy's own headers come first."""
        content_type = FORM if self._options.form is not None else JSON
        usual = {"Content-Type": content_type, "Accept": JSON, "User-Agent": "touchpoints"}
        if self.endpoint.authorization is not None:
            usual["Authorization"] = self.endpoint.authorization
        own = self._options.headers or {}
        given = {name.lower() for name in own}
        usual = {name: value for name, value in usual.items() if name.lower() not in given}
        key_header = self._options.key_header or "Idempotency-Key"
        return {**usual, **own, key_header: header_key(message.key)}

    def close(self) -> None:
        """Close every connection."""
        self._wire.close()

    def _private(self, message: Message) -> list[str]:
        """What no receipt may repeat: who it goes to, what it says, and our credentials."""
        local_part, _, _ = message.address.partition("@")
        digits = re.sub(r"\D", "", message.address)
        texts = (message.address, local_part, digits, message.subject or "", message.body)
        found = [text for text in texts if text]
        return found + [it for it in self._secrets if len(it) >= _SHORTEST_SECRET]
