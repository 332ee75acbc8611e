"""What the store has of one customer, for telling it: statements, and what went out before."""

from __future__ import annotations

from sqlalchemy import Connection

from touchpoints.core.message import COMMITTED, State
from touchpoints.store.dialect import Row
from touchpoints.store.statements import rows

WENT = COMMITTED | {State.BOUNCED, State.UNDELIVERED, State.REJECTED}
"""The states of messages that went out, may have, or were tried and came back."""


def statements(connection: Connection, no: int, as_of: int) -> list[Row]:
    """(channel, category, state, at, expires at or None) of consents, oldest first."""
    sql = (
        "SELECT channel, category, state, at, expires_at FROM consent"
        " WHERE customer_no = :no AND at <= :as_of ORDER BY at, state DESC"
    )
    return rows(connection, sql, {"no": no, "as_of": as_of})


def went_out(connection: Connection, no: int, since: int) -> list[Row]:
    """(instant, touchpoint, occurrence, channel, state, score) since then, newest first.

    What other systems sent has the state `imported`, no score, and as much of a name as it came
    with: its touchpoint, topic or category.
    """
    sql = (
        "SELECT COALESCE(sent_at, send_at) AS at, touchpoint, occurrence, channel, state, score"
        " FROM message WHERE customer_no = :no AND state IN :states"
        " AND COALESCE(sent_at, send_at) >= :since"
        " UNION ALL"
        " SELECT sent_at, COALESCE(NULLIF(touchpoint, ''), NULLIF(topic, ''), category), NULL,"
        " channel, 'imported', NULL FROM history"
        " WHERE customer_no = :no AND sent_at >= :since"
        " ORDER BY at DESC"
    )
    states = sorted(str(state) for state in WENT)
    return rows(connection, sql, {"no": no, "states": states, "since": since})
