"""An operator's pause of a touchpoint: what it has planned is cancelled in the same transaction."""

from __future__ import annotations

from sqlalchemy import Connection

from touchpoints.store.changes import mark_everybody
from touchpoints.store.database import write
from touchpoints.store.stamp import Stamp


def pause(connection: Connection, touchpoint: str, stamp: Stamp) -> int:
    """Pause a touchpoint; returns how many planned messages were cancelled.

    What may have gone out already is held.
    """
    mark_everybody(connection)
    bound = {"touchpoint": touchpoint, **stamp.bound}
    write(
        connection,
        "INSERT INTO pause (touchpoint, since) VALUES (:touchpoint, :now)"
        " ON CONFLICT (touchpoint) DO NOTHING",
        bound,
    )
    return write(
        connection,
        "UPDATE message SET state = CASE WHEN in_doubt THEN 'held' ELSE 'cancelled' END,"
        " reason = CASE WHEN in_doubt THEN 'in_doubt' ELSE 'disabled' END,"
        " detail = 'paused by an operator', changed_at = :now,"
        " changed_by = :by WHERE touchpoint = :touchpoint AND state IN ('planned', 'retry_wait')",
        bound,
    )


def resume(connection: Connection, touchpoint: str) -> bool:
    """End the pause of a touchpoint; False where it was not paused."""
    mark_everybody(connection)
    sql = "DELETE FROM pause WHERE touchpoint = :touchpoint"
    return bool(write(connection, sql, {"touchpoint": touchpoint}))
