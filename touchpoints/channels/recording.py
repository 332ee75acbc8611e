"""A channel that remembers what it was given and answers as told: for tests, of any project."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from touchpoints.core.message import Kind, Message, Outcome, Receipt


class RecordingChannel:
    """Keeps every message in `messages`, and answers with `receipts` in turn.

    When the receipts have run out (an endless iterator never does), it accepts.
    """

    def __init__(
        self,
        name: str = "email",
        kind: Kind = "email",
        receipts: Iterable[Receipt] = (),
        *,
        local: bool = True,
        key_life: int = 0,
    ) -> None:
        self.name = name
        self.kind = kind
        self.local = local
        self.key_life = key_life
        self.messages: list[Message] = []
        self.closed = False
        self._receipts = iter(receipts)
        self._turn = Lock()

    @property
    def keys(self) -> list[str]:
        """The keys of all messages, in the order in which they came."""
        return [message.key for message in self.messages]

    def send(self, message: Message) -> Receipt:
        """Remember the message and give the next answer."""
        with self._turn:
            self.messages.append(message)
            number = len(self.messages)
            return next(self._receipts, Receipt(Outcome.ACCEPTED, "recorded", f"recorded-{number}"))

    def close(self) -> None:
        """Remember that this was asked for."""
        self.closed = True
