"""Messages on the screen: to look at what would be said."""

from __future__ import annotations

import re
import sys
from typing import ClassVar, TextIO

from pydantic import BaseModel

from touchpoints.channels.base import Opening, Options
from touchpoints.core.message import Kind, Message, Outcome, Receipt

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class ConsoleChannel:
    """Prints each message in a frame to `stream`, else to what standard output is at that time."""

    transport: ClassVar[str] = "console"
    options: ClassVar[type[BaseModel]] = Options
    local = True

    def __init__(self, name: str, kind: Kind, stream: TextIO | None = None) -> None:
        self.name = name
        self.kind = kind
        self._stream = stream

    @classmethod
    def open(cls, opening: Opening) -> ConsoleChannel:
        """A channel to standard output."""
        return cls(opening.name, opening.kind)

    def send(self, message: Message) -> Receipt:
        """Print the message; a closed stream is TEMPORARY, one that breaks meanwhile IN_DOUBT."""
        stream = self._stream or sys.stdout
        if stream is None or stream.closed:
            return Receipt(
                Outcome.TEMPORARY, "the console is closed; nothing was printed", unreachable=True
            )
        encoding = stream.encoding or "utf-8"
        text = _frame(message).encode(encoding, "backslashreplace").decode(encoding)
        try:
            stream.write(text)
            stream.flush()
        except (OSError, ValueError) as error:
            return Receipt(Outcome.IN_DOUBT, f"the console broke off: {type(error).__name__}")
        return Receipt(Outcome.ACCEPTED, "printed")

    def close(self) -> None:
        """Leave the stream open: it belongs to whoever gave it."""


def _frame(message: Message) -> str:
    title = f"{message.channel} to {message.address} at {message.sent_at.isoformat()}"
    lines = [] if message.subject is None else [f"Subject: {message.subject}", ""]
    lines += re.split("\r\n|[\n\r\u2028\u2029]", message.body.rstrip("\r\n"))
    shown = [f"-- {title} --", *(f"| {line}".rstrip() for line in lines), f"-- {message.key} --"]
    return "\n".join(_visible(line) for line in shown) + "\n\n"


def _visible(line: str) -> str:
    """The line with control characters written out, so that no message moves the cursor."""
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", line.replace("\n", "\\n"))
