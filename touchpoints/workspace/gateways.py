"""What a channel that speaks HTTP must not do: go unprotected, or hold a secret in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from touchpoints.errors import Complaint
from touchpoints.workspace.document import Document, Remark
from touchpoints.workspace.environment import Concealed
from touchpoints.workspace.nodes import KeyPath

_SCHEMES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "smtp": (("smtp", "smtps"), "smtp://HOST:PORT or smtps://USER:PASSWORD@HOST:PORT"),
    "http": (("https", "http"), "https://HOST/PATH"),
    "webhook": (("https", "http"), "https://HOST/PATH"),
}
_SECRET_HEADER = re.compile(
    r"authorization|cookie|(api|access|auth|subscription)-?key|token|secret|password",
    re.IGNORECASE,
)


def check_gateway(document: Document, name: str) -> Iterator[Complaint]:
    """Everything that is wrong with where a channel's requests go, and what they give away."""
    transport, base = document.at(("channels", name, "transport")), ("channels", name)
    if transport not in _SCHEMES:
        return
    yield from _check_url(document, base, transport)
    if transport == "smtp":
        return
    for header in document.section(*base, "headers"):
        if _SECRET_HEADER.search(header) and _is_literal(document, (*base, "headers", header)):
            example = f'{header}: "${{API_TOKEN}}"'
            yield _literal(document, (*base, "headers", header), f"write {example}")
    for path in _texts(document.at((*base, "secrets")), (*base, "secrets")):
        if _is_literal(document, path):
            yield _literal(document, path, 'write "${WEBHOOK_SECRET}"')
    yield from _check_body(document, base, transport)


def _check_url(document: Document, base: KeyPath, transport: str) -> Iterator[Complaint]:
    path = (*base, "url")
    url = document.at(path)
    schemes, expected = _SCHEMES[transport]
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
        scheme, host, password = parts.scheme, parts.hostname, parts.password
    except ValueError:
        return
    if not scheme or not host:
        return
    if scheme not in schemes:
        what = f"`url` is {document.quoted(path)}"
        yield document.complain(path, Remark(what, f"expected {expected}", "url"))
    elif scheme == "http" and not is_loopback(host):
        what = f"`url` is {document.quoted(path)}, which anybody on the way can read"
        yield document.complain(path, Remark(what, "write https://", "url"))
    elif scheme in {"http", "https"} and password and _is_literal(document, path):
        yield _literal(document, path, "write https://USER:${PASSWORD}@HOST/PATH")


def _check_body(document: Document, base: KeyPath, transport: str) -> Iterator[Complaint]:
    bodies = [key for key in ("json", "form") if document.at((*base, key)) is not None]
    if len(bodies) > 1:
        remark = Remark("a request has one body", "keep `json` or `form`", "two-bodies", key=True)
        yield document.complain((*base, "form"), remark)
    if not bodies and transport == "http":
        remedy = 'add `json` (or `form`), such as {to: "{{ message.address }}", …}'
        remark = Remark("the transport 'http' needs a body", remedy, "missing-key", key=True)
        yield document.complain(base, remark)
    for key in bodies:
        for path in _texts(document.at((*base, key)), (*base, key)):
            if isinstance(document.at(path), Concealed):
                what = "what the environment says here is stored with every message, and shown"
                remedy = "a secret belongs into `headers` or `url`; anything else is fine"
                remark = Remark(what, remedy, "secret-in-body", severity="warning")
                yield document.complain(path, remark)


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine, by its name: 127.0.0.0/8, ::1 or localhost."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.rstrip(".") == "localhost"


def _is_literal(document: Document, path: KeyPath) -> bool:
    """Whether a text of the file stands there as it is, without the environment's help."""
    node = document.root
    for step in path:
        below = node.step(step)
        if below is None:
            return False
        node = below
    return isinstance(node.value, str) and "${" not in node.value.replace("$${", "")


def _literal(document: Document, path: KeyPath, remedy: str) -> Complaint:
    what = f"`{next(step for step in reversed(path) if isinstance(step, str))}` is a secret"
    what += " that everybody who reads this file knows"
    remedy += ", and put the value into the environment"
    return document.complain(path, Remark(what, remedy, "literal-secret"))


def _texts(value: Any, path: KeyPath) -> Iterator[KeyPath]:
    """The key paths of all texts in a value."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))
    elif isinstance(value, str):
        yield path
