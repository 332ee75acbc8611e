"""Retention: after some time, what was written to whom is let go, and what is counted stays."""

from __future__ import annotations

from sqlalchemy import Connection

from touchpoints.core.message import State
from touchpoints.store.statements import rows, write

WAITING = {State.PLANNED, State.RETRY_WAIT, State.CLAIMED, State.SENDING}
UNDECIDED = {State.IN_DOUBT, State.HELD}
DONE = sorted(set(State) - WAITING - UNDECIDED)
"""States in which nobody needs the bytes any more; an operator looks at those that are held."""

PAGE = 1_000
"""Messages that are emptied together, so that others need not wait."""


def let_go(connection: Connection, before: int) -> int:
    """Empty the texts and addresses of messages that have not changed since; how many.

    The hash of the bytes stays; what a provider said goes, since it may name the address.
    """
    sql = (
        "SELECT no FROM message WHERE content IS NOT NULL AND changed_at < :before"
        " AND state IN :done ORDER BY changed_at LIMIT :most"
    )
    bound = {"before": before, "done": DONE, "most": PAGE}
    nos = [{"no": no} for (no,) in rows(connection, sql, bound)]
    write(
        connection,
        "UPDATE message SET content = NULL, subject = NULL, body = NULL, address = NULL,"
        " detail = NULL WHERE no = :no",
        nos,
    )
    write(connection, "UPDATE attempt SET detail = NULL WHERE message_no = :no", nos)
    return len(nos)
