"""The transports of channels: a readable list, and what installed packages add to it."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from touchpoints.channels.base import Opening, Transport
from touchpoints.channels.console import ConsoleChannel
from touchpoints.channels.file import FileChannel
from touchpoints.channels.http import HttpChannel
from touchpoints.channels.null import NullChannel
from touchpoints.channels.smtp import SmtpChannel
from touchpoints.channels.webhook import WebhookChannel
from touchpoints.core.message import Channel, Kind
from touchpoints.errors import UsageError

CHANNELS: tuple[type[Transport], ...] = (
    SmtpChannel,
    HttpChannel,
    WebhookChannel,
    FileChannel,
    ConsoleChannel,
    NullChannel,
)

_GROUP = "touchpoints.channels"
_SECRET = frozenset({"url", "headers", "secrets"})


def transport_names() -> tuple[str, ...]:
    """The names that `transport` may have: those of this package, then of installed ones."""
    return tuple(
        dict.fromkeys(
            [part.transport for part in CHANNELS]
            + [point.name for point in entry_points(group=_GROUP)]
        )
    )


def find_transport(name: str) -> type[Transport]:
    """The class of a transport. Raises UsageError, with the nearest name, if there is none."""
    for part in CHANNELS:
        if part.transport == name:
            return part
    for point in entry_points(group=_GROUP, name=name):
        try:
            found: type[Transport] = point.load()
        except (ImportError, AttributeError) as error:
            raise UsageError(
                f"transport {name!r} of {point.value} cannot be loaded: {error}; "
                "install or remove the package that adds it"
            ) from error
        return found
    raise UsageError(f"unknown transport {name!r}; {_nearest(name, transport_names())}")


def open_channel(
    name: str, transport: str, kind: Kind, options: Mapping[str, object], root: Path
) -> Channel:
    """A channel of the policy, ready to send; nothing is connected to or written before it does.

    `options` are the keys of the transport alone, `root` is the workspace's folder. Raises
    UsageError that names the channel, each wrong key and what it should be; it quotes no secret.
    """
    part = find_transport(transport)
    try:
        settings = part.options.model_validate(dict(options))
        return part.open(Opening(name, kind, settings, root))
    except ValidationError as error:
        told = [_complaint(found, part.options) for found in error.errors(include_url=False)]
        raise UsageError(f"channel {name!r}: " + "; ".join(told)) from None
    except ValueError as error:
        raise UsageError(f"channel {name!r}: {error}") from None


def _complaint(found: Any, options: type[BaseModel]) -> str:
    """One sentence on one wrong key; values stay out where they may be, or hold, a secret."""
    key = str(found["loc"][0]) if found["loc"] else "options"
    if found["type"] == "extra_forbidden":
        known = tuple(field.alias or name for name, field in options.model_fields.items())
        return f"unknown key {key!r}; {_nearest(key, known)}"
    if found["type"] == "missing":
        return f"{key!r} is missing"
    shown = "wrong" if key in _SECRET else repr(found["input"])[:80]
    return f"{key!r} is {shown}: {found['msg'].removeprefix('Value error, ')}"


def _nearest(name: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
