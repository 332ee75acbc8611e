"""Messages that travel as sections of another one: they go through its states with it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from touchpoints.core.message import State
from touchpoints.store.sending import Due, Result
from touchpoints.store.stamp import Stamp
from touchpoints.store.statements import rows, write

Key = tuple[str, str]
"""Touchpoint and occurrence of a message; the customer is that of the one that carries it."""


def planned_sections(connection: Connection, each: Due) -> dict[Key, int]:
    """The numbers of what is planned to travel in a message."""
    found = rows(
        connection,
        "SELECT touchpoint, occurrence, no FROM message WHERE customer_no = :customer_no"
        " AND merged_into = :home AND state = 'withheld'",
        {"customer_no": each.customer_no, "home": each.label},
    )
    return {(touchpoint, occurrence): no for touchpoint, occurrence, no in found}


def travelled(connection: Connection, customer_no: int, home: str) -> list[Key]:
    """What has left, or may have left, as sections of a message, in the order of their places."""
    found = rows(
        connection,
        "SELECT touchpoint, occurrence FROM message WHERE customer_no = :customer_no"
        " AND merged_into = :home AND state IN ('accepted', 'sending', 'in_doubt', 'held')"
        " ORDER BY touchpoint, occurrence",
        {"customer_no": customer_no, "home": home},
    )
    return [(touchpoint, occurrence) for touchpoint, occurrence in found]


def take_along(connection: Connection, nos: Collection[int], stamp: Stamp) -> None:
    """Claim sections together with the message that carries them."""
    write(
        connection,
        "UPDATE message SET state = 'claimed', changed_at = :now, changed_by = :by"
        " WHERE no = :no AND state = 'withheld'",
        [{"no": no, **stamp.bound} for no in nos],
    )


def follow(connection: Connection, each: Due, to: State, stamp: Stamp) -> None:
    """Move the sections of a message to the state that follows from its own."""
    write(
        connection,
        "UPDATE message SET state = :to, changed_at = :now,"
        " changed_by = :by, (channel, send_at, sent_at) ="
        " (SELECT w.channel, w.send_at, w.sent_at FROM message w WHERE w.no = :no)"
        " WHERE customer_no = :customer_no AND merged_into = :home"
        " AND state IN ('claimed', 'sending', 'in_doubt') AND state <> :to",
        {
            "to": to,
            "no": each.no,
            "customer_no": each.customer_no,
            "home": each.label,
            **stamp.bound,
        },
    )


def state_after(result: Result, *, doubtful: bool) -> State:
    """Where sections stand once it is known what became of the message that carries them.

    What provably did not go out waits for a place again; what may have gone out is tried again with
    it, or held.
    """
    if result.state in {State.ACCEPTED, State.HELD}:
        return result.state
    if not doubtful:
        return State.WITHHELD
    return State.IN_DOUBT if result.state == State.RETRY_WAIT else State.HELD


def hold_left(connection: Connection, stamp: Stamp) -> None:
    """Hold the sections in doubt of whatever message is held by now: by a plan, or by a pause."""
    write(
        connection,
        "UPDATE message SET state = 'held', changed_at = :now, changed_by = :by"
        " WHERE merged_into IS NOT NULL AND state = 'in_doubt' AND merged_into IN"
        " (SELECT w.touchpoint || '/' || w.occurrence FROM message w"
        " WHERE w.customer_no = message.customer_no AND w.state = 'held')",
        stamp.bound,
    )
