"""The outbox as the plan sees it: decisions stored, replaced while they wait, and closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from touchpoints.core.message import STATES, State, must_follow
from touchpoints.store.audit import newest, note_new
from touchpoints.store.dialect import Row, dialect_of
from touchpoints.store.marks import erased_numbers
from touchpoints.store.reading import beside
from touchpoints.store.stamp import Stamp
from touchpoints.store.statements import rows, write, write_rows

INSERTED = (
    "customer_no",
    "touchpoint",
    "occurrence",
    "state",
    "category",
    "topic",
    "counts",
    "channel",
    "send_at",
    "close_at",
    "score",
    "reason",
    "detail",
    "next_allowed",
    "policy",
    "merged_into",
    "changed_at",
    "changed_by",
)
"""The columns of a decision, in the order in which `Decided` has them."""


Key = tuple[int, str, str]
"""Customer number, touchpoint and occurrence: what makes it the same message for ever."""


class Decided(NamedTuple):
    """A decision as the outbox stores it; instants in seconds.

    `policy` is the fingerprint of the rules that decided; `merged_into` the message of the same
    customer (TOUCHPOINT/OCCURRENCE) that takes it in as a section. A plain tuple, of which a plan
    for everybody makes millions.
    """

    customer_no: int
    touchpoint: str
    occurrence: str
    state: State
    category: str
    topic: str | None
    counts: bool
    channel: str | None
    send_at: int | None
    close_at: int
    score: float
    reason: str | None
    detail: str | None
    next_allowed: int | None
    policy: str | None = None
    merged_into: str | None = None

    @property
    def key(self) -> Key:
        """What makes it the same message for ever."""
        return self.customer_no, self.touchpoint, self.occurrence

    def row(self, stamp: Stamp) -> Row:
        """The values of `INSERTED`."""
        return (*self, stamp.at, stamp.by)


class Stored(NamedTuple):
    """A message whose occurrence may still be decided anew."""

    no: int
    customer_no: int
    touchpoint: str
    occurrence: str
    state: State
    channel: str | None
    send_at: int | None
    close_at: int
    reason: str | None
    detail: str | None
    next_allowed: int | None
    in_doubt: bool
    policy: str | None
    merged_into: str | None

    @property
    def key(self) -> Key:
        """What makes it the same message for ever."""
        return self.customer_no, self.touchpoint, self.occurrence


class Waiting(Protocol):
    """A message that may be decided anew, as it was found; `in_doubt`: it may have gone out."""

    @property
    def no(self) -> int:
        """The store's number."""
        ...

    @property
    def state(self) -> State:
        """The state in which it was found."""
        ...

    @property
    def channel(self) -> str | None:
        """The channel that it was to take."""
        ...

    @property
    def in_doubt(self) -> bool:
        """Whether an attempt before may have got through."""
        ...


_STORED = (
    "SELECT no, customer_no, touchpoint, occurrence, state, channel, send_at, close_at, reason,"
    " detail, next_allowed, in_doubt, policy, merged_into FROM message WHERE "
)


def waiting(connection: Connection, nos: Sequence[int] | None = None) -> list[Stored]:
    """What is planned or waits for another try, of some customers or of all."""
    only = "" if nos is None else " AND customer_no IN :nos"
    bound = {} if nos is None else {"nos": list(nos)}
    sql = f"{beside(connection, 'state', nos)} IN ('planned', 'retry_wait')"
    return _stored(rows(connection, _STORED + sql + only, bound))


def resting(connection: Connection, nos: Sequence[int], occurrences: Sequence[str]) -> list[Stored]:
    """What does not go out as it stands, but might if these are decided anew."""
    sql = (
        "customer_no IN :nos AND occurrence IN :occurrences"
        f" AND {beside(connection, 'state', nos)}"
        " IN ('withheld', 'cancelled', 'expired', 'rejected')"
    )
    bound = {"nos": list(nos), "occurrences": list(occurrences)}
    return _stored(rows(connection, _STORED + sql, bound))


def _stored(found: Sequence[Row]) -> list[Stored]:
    return [Stored._make((*row[:4], STATES[row[4]], *row[5:])) for row in found]


def insert(connection: Connection, decided: Iterable[Decided], stamp: Stamp) -> None:
    """Store decisions on occurrences that the outbox does not know yet.

    None on customers who were erased, maybe while the plan was made; none that another planner was
    faster to store, where there may be another.
    """
    fresh, erased = list(decided), erased_numbers(connection)
    there = _there(connection, fresh) if dialect_of(connection).shared else set[Key]()
    values = [
        each.row(stamp)
        for each in fresh
        if each.customer_no not in erased and each.key not in there
    ]
    before = newest(connection)
    write_rows(connection, "message", INSERTED, values)
    note_new(connection, before)


def _there(connection: Connection, decided: Sequence[Decided]) -> set[Key]:
    sql = (
        "SELECT customer_no, touchpoint, occurrence FROM message"
        " WHERE customer_no IN :nos AND occurrence IN :occurrences"
    )
    nos = sorted({each.customer_no for each in decided})
    bound = {"nos": nos, "occurrences": sorted({each.occurrence for each in decided})}
    return {
        (no, touchpoint, occurrence) for no, touchpoint, occurrence in rows(connection, sql, bound)
    }


def redecide(
    connection: Connection, changes: Sequence[tuple[Waiting, Decided]], stamp: Stamp
) -> None:
    """Replace what was decided, wherever the message is still where it was found.

    Bytes that were frozen for another channel are let go. Not of customers who were erased, maybe
    while the plan was made.
    """
    erased = erased_numbers(connection)
    for old, new in changes:
        must_follow(old.state, new.state)
    columns = (
        "state",
        "channel",
        "send_at",
        "close_at",
        "score",
        "reason",
        "detail",
        "next_allowed",
        "policy",
        "merged_into",
    )
    assignments = ", ".join(f"{name} = :{name}" for name in columns)
    write(
        connection,
        f"UPDATE message SET {assignments}, changed_at = :now,"
        " changed_by = :by, content = CASE WHEN channel = :channel THEN content END"
        " WHERE no = :no AND state = :was",
        [
            {name: getattr(new, name) for name in columns}
            | {"no": old.no, "was": old.state, **stamp.bound}
            for old, new in changes
            if new.customer_no not in erased
        ],
    )


def close(
    connection: Connection, changes: Sequence[tuple[int, State, State, str]], stamp: Stamp
) -> None:
    """Move messages (number, from, to, reason) to a state in which they do not go out.

    Their customers are to be planned anew, which the caller notes.
    """
    if not changes:
        return
    for _, was, to, _ in changes:
        must_follow(was, to)
    write(
        connection,
        "UPDATE message SET state = :to, reason = :reason, changed_at = :now,"
        " changed_by = :by WHERE no = :no AND state = :was",
        [
            {"no": no, "was": was, "to": to, "reason": why, **stamp.bound}
            for no, was, to, why in changes
        ],
    )
