"""Messages that go nowhere: for simulations, and for channels that are not there yet."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel

from touchpoints.channels.base import Opening, Options
from touchpoints.core.message import Kind, Message, Outcome, Receipt


class NullChannel:
    """Accepts every message and forgets it; where it does not look, it may be spared the bytes."""

    transport: ClassVar[str] = "null"
    options: ClassVar[type[BaseModel]] = Options
    local = True

    def __init__(self, name: str, kind: Kind, *, looks: bool = True) -> None:
        self.name = name
        self.kind = kind
        self.looks = looks

    @classmethod
    def open(cls, opening: Opening) -> NullChannel:
        """A channel to nowhere."""
        return cls(opening.name, opening.kind)

    def send(self, message: Message) -> Receipt:
        """Accept the message."""
        return Receipt(Outcome.ACCEPTED, "went nowhere", message.sha256)

    def close(self) -> None:
        """Nothing to let go of."""
