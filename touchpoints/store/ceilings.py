"""How many attempts one local day has seen, by all workers together, for the ceiling per day."""

from __future__ import annotations

from sqlalchemy import Connection

from touchpoints.store.statements import rows, write


def recount(connection: Connection, day: int, since: int) -> None:
    """Count the attempts that began since an instant as those of a day; other days are forgotten.

    The row is locked first, so that no other worker begins an attempt while it is counted.
    """
    write(
        connection,
        "INSERT INTO daycount (day, begun) VALUES (:day, 0)"
        " ON CONFLICT (day) DO UPDATE SET begun = daycount.begun",
        {"day": day},
    )
    write(
        connection,
        "UPDATE daycount SET begun = (SELECT COUNT(*) FROM attempt WHERE began_at >= :since)"
        " WHERE day = :day",
        {"day": day, "since": since},
    )
    write(connection, "DELETE FROM daycount WHERE day <> :day", {"day": day})


def count(connection: Connection, day: int, most: int) -> bool:
    """Count one attempt of a day that was counted before; False where it has `most` already."""
    sql = "UPDATE daycount SET begun = begun + 1 WHERE day = :day AND begun < :most"
    return bool(write(connection, sql, {"day": day, "most": most}))


def give_back(connection: Connection, day: int) -> None:
    """Count one attempt less."""
    write(connection, "UPDATE daycount SET begun = begun - 1 WHERE day = :day", {"day": day})


def begun(connection: Connection, day: int) -> int | None:
    """How many attempts a day has seen, None where nobody has counted them yet."""
    found = rows(connection, "SELECT begun FROM daycount WHERE day = :day", {"day": day})
    return int(found[0][0]) if found else None
