"""An operator's pauses: of a touchpoint, whose plan is cancelled with it; of everything.

When everything is paused the plan stays as it is and nothing leaves: it is for emergencies, and
whoever ends it finds what is still in its window. What closes meanwhile is expired.
"""

from __future__ import annotations

from sqlalchemy import Connection

from touchpoints.store.changes import mark_everybody
from touchpoints.store.stamp import Stamp
from touchpoints.store.statements import rows, write

EVERYTHING = "*"
"""What stands in the table for all touchpoints; no touchpoint may be called so."""


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


def pause_all(connection: Connection, now: int) -> bool:
    """Let nothing leave from now on; False where this was so already."""
    return bool(
        write(
            connection,
            "INSERT INTO pause (touchpoint, since) VALUES (:everything, :now)"
            " ON CONFLICT (touchpoint) DO NOTHING",
            {"everything": EVERYTHING, "now": now},
        )
    )


def resume_all(connection: Connection) -> bool:
    """Let messages leave again; False where they did. Touchpoints paused by name stay so."""
    sql = "DELETE FROM pause WHERE touchpoint = :everything"
    return bool(write(connection, sql, {"everything": EVERYTHING}))


def all_paused_since(connection: Connection) -> int | None:
    """Since when nothing leaves, None where messages do."""
    sql = "SELECT since FROM pause WHERE touchpoint = :everything"
    found = rows(connection, sql, {"everything": EVERYTHING})
    return int(found[0][0]) if found else None
