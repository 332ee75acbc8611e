"""What goes out and what comes back: a message, its receipt, and the channel that carries it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, NamedTuple, Protocol, runtime_checkable

Kind = Literal["email", "text"]


class State(StrEnum):
    """Where a message stands; contract section 6 names them."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    UNDELIVERED = "undelivered"
    CANCELLED = "cancelled"
    WITHHELD = "withheld"
    EXPIRED = "expired"
    RETRY_WAIT = "retry_wait"
    REJECTED = "rejected"
    IN_DOUBT = "in_doubt"
    HELD = "held"


STATES = {str(state): state for state in State}
"""States by their words, for many rows: asking the enumeration itself takes 0.5 µs."""


TRANSITIONS: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset(
        {State.CLAIMED, State.CANCELLED, State.WITHHELD, State.EXPIRED, State.PLANNED}
    ),
    # Nothing has gone out, so a date that moves or a new wish may bring these back.
    State.CANCELLED: frozenset({State.PLANNED, State.WITHHELD}),
    # Claimed from here: as a section of the message that is claimed.
    State.WITHHELD: frozenset({State.PLANNED, State.WITHHELD, State.CANCELLED, State.CLAIMED}),
    State.EXPIRED: frozenset({State.PLANNED, State.WITHHELD}),
    State.CLAIMED: frozenset({State.SENDING, State.PLANNED, State.RETRY_WAIT, State.WITHHELD}),
    # Held at once means: in doubt, and nobody is there to ask, in one transaction.
    State.SENDING: frozenset(
        {
            State.ACCEPTED,
            State.RETRY_WAIT,
            State.REJECTED,
            State.IN_DOUBT,
            State.HELD,
            State.WITHHELD,
        }
    ),
    State.RETRY_WAIT: frozenset(
        {
            State.CLAIMED,
            State.CANCELLED,
            State.WITHHELD,
            State.EXPIRED,
            State.RETRY_WAIT,
            State.HELD,
        }
    ),
    # Being sent again: as a section of the message that is tried again.
    State.IN_DOUBT: frozenset(
        {State.ACCEPTED, State.HELD, State.RETRY_WAIT, State.WITHHELD, State.SENDING}
    ),
    # By an operator, who found out what became of it; sections of it are in doubt with it again.
    State.HELD: frozenset({State.ACCEPTED, State.RETRY_WAIT, State.UNDELIVERED, State.IN_DOUBT}),
    State.ACCEPTED: frozenset({State.DELIVERED, State.BOUNCED, State.UNDELIVERED}),
    # Refused for good on one channel, it may go by another one that has not been tried.
    State.REJECTED: frozenset({State.PLANNED}),
}
"""Which state may follow which; a state without an entry is final."""


def must_follow(was: State, to: State) -> None:
    """Raises ValueError where no message may go from one state to the other."""
    if to not in TRANSITIONS.get(was, frozenset()):
        raise ValueError(f"a message that is {was} cannot become {to}")


COMMITTED = frozenset(
    {
        State.CLAIMED,
        State.SENDING,
        State.ACCEPTED,
        State.DELIVERED,
        State.IN_DOUBT,
        State.HELD,
    }
)
"""What counts in caps and gap: it went out, is going out, or nobody can prove that it did not."""

OPEN = frozenset({State.PLANNED, State.RETRY_WAIT, State.CANCELLED, State.WITHHELD, State.EXPIRED})
"""States whose occurrence may still be decided anew; every other state closes the key for ever.

Only a message that was rejected on one channel may still go by another one.
"""


class Rendered(NamedTuple):
    """What a template says for one customer, before it takes the form of a channel.

    `sender` is the mailbox that it is from; None stands for the channel's.
    """

    subject: str | None
    text: str
    html: str | None = None
    sender: str | None = None


class Message(NamedTuple):
    """One message with the very bytes that leave: RFC 5322, a request's body, or text in UTF-8.

    A tuple, because a hundred thousand of them are made.
    """

    key: str
    customer: str
    touchpoint: str
    occurrence: str
    channel: str
    address: str
    subject: str | None
    body: str
    content: bytes
    sent_at: datetime

    @property
    def sha256(self) -> str:
        """The hash of the very bytes, in hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


class Outcome(StrEnum):
    """What is known after an attempt; only TEMPORARY and PERMANENT prove that nothing went out."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    IN_DOUBT = "in_doubt"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to one attempt. `unreachable` says that the whole channel is down.

    `retry_after` is for how many seconds the other side asks to be left alone; `at_fault` says that
    it owns up to a failure of its own, several of which make the channel rest.
    """

    outcome: Outcome
    detail: str = ""
    provider_id: str | None = None
    unreachable: bool = False
    retry_after: int | None = None
    at_fault: bool = False


class Channel(Protocol):
    """A way to reach people, ready to use: it sends one message and says what became of it."""

    name: str
    kind: Kind
    local: bool

    def send(self, message: Message) -> Receipt:
        """Send one message. Never raises for what the other side does; the receipt says it."""
        ...

    def close(self) -> None:
        """Let go of connections and files."""
        ...


@runtime_checkable
class Keyed(Protocol):
    """What a channel also is whose provider knows messages by their keys.

    For `key_life` seconds it takes a message once, however often it comes; 0 promises nothing.
    """

    key_life: int


def key_life(channel: Channel) -> int:
    """For how many seconds the channel's provider takes a message only once; 0 for most."""
    return channel.key_life if isinstance(channel, Keyed) else 0


def looks_at_bytes(channel: Channel) -> bool:
    """Whether a channel needs the bytes of its messages: yes, unless it says `looks = False`."""
    return bool(getattr(channel, "looks", True))
