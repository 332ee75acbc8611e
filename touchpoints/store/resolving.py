"""Resolving: an operator says what became of a message that is held because nobody could know."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from touchpoints.core.message import State, must_follow
from touchpoints.store.changes import mark
from touchpoints.store.stamp import Stamp
from touchpoints.store.statements import rows, write


class Resolution(StrEnum):
    """What an operator found out, or wants: it arrived, send it again, or let it be."""

    SENT = "sent"
    RESEND = "resend"
    DROP = "drop"


STATES = {
    Resolution.SENT: State.ACCEPTED,
    Resolution.RESEND: State.RETRY_WAIT,
    Resolution.DROP: State.UNDELIVERED,
}
"""The state that follows: what is dropped did not arrive, is not tried again, counts nowhere."""


@dataclass(frozen=True, slots=True)
class Held:
    """A message as an operator finds it; `label` is TOUCHPOINT/OCCURRENCE."""

    no: int
    customer_no: int
    state: State
    label: str
    close_at: int
    merged_into: str | None


def found(connection: Connection, no: int) -> Held | None:
    """A message by its number, None where there is none."""
    sql = (
        "SELECT no, customer_no, state, touchpoint || '/' || occurrence, close_at, merged_into"
        " FROM message WHERE no = :no"
    )
    row = next(iter(rows(connection, sql, {"no": no})), None)
    return None if row is None else Held(row[0], row[1], State(row[2]), *row[3:])


def resolve(connection: Connection, held: Held, resolution: Resolution, stamp: Stamp) -> bool:
    """Move a held message, and what travelled in it; False where it is held no more.

    What is sent again leaves with the very bytes that were frozen.
    """
    to = STATES[resolution]
    must_follow(State.HELD, to)
    changed = write(
        connection,
        "UPDATE message SET state = :to, reason = NULL, detail = :detail, changed_at = :now,"
        " changed_by = :by, send_at = CASE WHEN :again THEN :now ELSE send_at END,"
        " in_doubt = :again, resend = :again WHERE no = :no AND state = 'held'",
        {
            "to": to,
            "again": to == State.RETRY_WAIT,
            "detail": f"resolved by an operator: {resolution}",
            "no": held.no,
            **stamp.bound,
        },
    )
    if changed:
        sections = State.IN_DOUBT if to == State.RETRY_WAIT else to
        must_follow(State.HELD, sections)
        write(
            connection,
            "UPDATE message SET state = :to, changed_at = :now, changed_by = :by"
            " WHERE customer_no = :customer_no AND merged_into = :home AND state = 'held'",
            {
                "to": sections,
                "customer_no": held.customer_no,
                "home": held.label,
                **stamp.bound,
            },
        )
        mark(connection, [held.customer_no])
    return bool(changed)
