"""Messages to a program of one's own, signed by the rules of Standard Webhooks.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel

from touchpoints.channels.endpoint import Doors
from touchpoints.channels.http import HttpChannel, HttpOptions
from touchpoints.core.message import Kind, Message
from touchpoints.workspace.requests import Secrets

PAYLOAD: Mapping[str, object] = {
    "type": "touchpoints.message",
    "timestamp": "{{ message.sent_at }}",
    "data": {
        name: f"{{{{ message.{name} }}}}"
        for name in ("key", "customer", "touchpoint", "occurrence", "channel", "address", "body")
    }
    | {"subject": "{{ message.subject|default('') }}"},
}
"""What the body says where the policy has no `json`."""

SHORTEST_SECRET = 16
"""Bytes; the rules ask for 24 to 64 in a new secret, and older ones are shorter."""


def secret_bytes(text: str) -> bytes:
    """The key in a secret: base64 with or without `whsec_` before and `=` behind. ValueError."""
    encoded = text.removeprefix("whsec_").rstrip("=")
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except binascii.Error:
        raise ValueError("expected whsec_ and a key in base64") from None
    if len(key) < SHORTEST_SECRET:
        raise ValueError(f"expected a key of at least {SHORTEST_SECRET} bytes")
    return key


def signatures(keys: Sequence[bytes], identity: str, timestamp: int, payload: bytes) -> str:
    """The header `webhook-signature`: one signature for each key, so that keys can be changed."""
    signed = f"{identity}.{timestamp}.".encode() + payload
    made = (hmac.new(key, signed, hashlib.sha256).digest() for key in keys)
    return " ".join(f"v1,{base64.b64encode(each).decode()}" for each in made)


def webhook_id(key: str) -> str:
    """The header `webhook-id`: the same for the same message, however often it is sent."""
    return "msg_" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _each_a_secret(secrets: list[str]) -> list[str]:
    for secret in secrets:
        secret_bytes(secret)
    return secrets


class WebhookOptions(HttpOptions):
    """As for `http`; `secrets` sign every request, all of them, so that one can replace another."""

    secrets: Annotated[Secrets, AfterValidator(_each_a_secret)]


class WebhookChannel(HttpChannel):
    """Sends each message as one signed request."""

    transport: ClassVar[str] = "webhook"
    options: ClassVar[type[BaseModel]] = WebhookOptions

    def __init__(self, name: str, kind: Kind, options: WebhookOptions, doors: Doors) -> None:
        super().__init__(name, kind, options, doors)
        self._keys = [secret_bytes(secret) for secret in options.secrets]
        self._secrets = (*self._secrets, *options.secrets)

    def headers(self, message: Message) -> Mapping[str, str]:
        """What the request carries: with its id, the time of this attempt, and the signatures."""
        identity, timestamp = webhook_id(message.key), int(message.sent_at.timestamp())
        return {
            **super().headers(message),
            "webhook-id": identity,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signatures(self._keys, identity, timestamp, message.content),
        }
