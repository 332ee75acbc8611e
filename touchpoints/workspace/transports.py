"""The transports of this version, and the keys that a channel needs for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from touchpoints.errors import Complaint
from touchpoints.workspace.document import Document, Remark
from touchpoints.workspace.gateways import check_gateway
from touchpoints.workspace.names import listed

TransportName = Literal["file", "console", "null", "smtp", "http", "webhook"]
TRANSPORTS: tuple[str, ...] = get_args(TransportName)

_MAIL = ("from", "reply_to")
_REQUEST = (
    "headers",
    "timeout",
    "idempotent",
    "key_life",
    "answers",
    "provider_id",
    "error",
    "allow_private",
)
OPTIONS: Mapping[str, tuple[str, ...]] = {
    "file": ("path", *_MAIL),
    "console": _MAIL,
    "null": _MAIL,
    "smtp": ("url", *_MAIL, "timeout", "verify"),
    "http": ("url", "method", "json", "form", "key_header", *_REQUEST),
    "webhook": ("url", "secrets", "json", *_REQUEST),
}
"""The keys of each transport; those that it cannot do without are in `NEEDED`."""
NEEDED: Mapping[str, tuple[str, ...]] = {
    "file": ("path",),
    "smtp": ("url", "from"),
    "http": ("url",),
    "webhook": ("url", "secrets"),
}


def check_options(document: Document) -> list[Complaint]:
    """A complaint for every key that a channel's transport does not have, or cannot do without."""
    return [
        complaint
        for name in document.section("channels")
        for complaint in _check_channel(document, name)
    ]


def _check_channel(document: Document, name: str) -> list[Complaint]:
    channel = document.section("channels", name)
    transport = channel.get("transport") or "null"
    if transport not in TRANSPORTS or "transport" not in channel:
        return []
    allowed, shown = OPTIONS[transport], document.quoted(("channels", name, "transport"))
    complaints = []
    for key in channel:
        if key not in allowed and any(key in options for options in OPTIONS.values()):
            what = f"the transport {shown} has no key `{key}`"
            remedy = f"its keys are {listed(allowed)}; or change the transport"
            remark = Remark(what, remedy, "unknown-key", key=True)
            complaints.append(document.complain(("channels", name, key), remark))
    for key in NEEDED.get(transport, ()):
        if channel.get(key) is None:
            what = f"the transport {shown} needs `{key}`"
            remark = Remark(what, f"add `{key}` to the channel", "missing-key", key=True)
            complaints.append(document.complain(("channels", name), remark))
    return [*complaints, *check_gateway(document, name)]
