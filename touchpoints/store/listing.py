"""Messages page by page, for lists that people look at, and how fresh what they are made of is."""

from __future__ import annotations

from sqlalchemy import Connection

from touchpoints.store.counting import SHOWN
from touchpoints.store.dialect import Row
from touchpoints.store.statements import rows

FURTHEST = 10_000
"""How many messages a list goes through; whoever wants another one names its customer."""


def page_of_messages(connection: Connection, state: str | None, skip: int, most: int) -> list[Row]:
    """So many messages in a state (None: any) after so many others; the columns are `SHOWN`.

    Of one state in the order of their time, of all the newest first; an index leads to them.
    """
    if skip >= FURTHEST:
        return []
    columns = ", ".join(_COLUMNS.get(name, f"m.{name}") for name in SHOWN)
    sql = f"SELECT {columns} FROM message m JOIN customer c ON c.no = m.customer_no"
    bound: dict[str, object] = {"most": most, "skip": skip}
    if state is None:
        sql += " ORDER BY m.no DESC"
    else:
        # The order of the index itself, so that nothing is sorted.
        sql += " WHERE m.state = :state ORDER BY m.send_at, m.close_at, m.channel, m.no"
        bound["state"] = state
    return rows(connection, sql + " LIMIT :most OFFSET :skip", bound)


_COLUMNS = {
    "customer": "c.id",
    "timezone": "c.timezone",
    "send_at": "COALESCE(m.sent_at, m.send_at)",
}


def freshness(connection: Connection) -> str:
    """What changes whenever anything does that a plan is made of: customers, messages, pauses."""
    sql = (
        "SELECT (SELECT COALESCE(SUM(version), 0) FROM change),"
        " (SELECT COALESCE(MAX(no), 0) FROM transition), (SELECT COALESCE(MAX(no), 0) FROM history)"
    )
    return "-".join(str(value) for value in rows(connection, sql)[0])


def names_of(connection: Connection, ids: list[str]) -> dict[str, str]:
    """The names of these customers by their ids, of those who have one."""
    sql = "SELECT id, name FROM customer WHERE id IN :ids AND name IS NOT NULL"
    return {str(id_): str(name) for id_, name in rows(connection, sql, {"ids": ids})}


def numbers_of(connection: Connection, customer_no: int, most: int) -> dict[tuple[str, str], int]:
    """The numbers of a customer's newest messages by touchpoint and occurrence."""
    sql = (
        "SELECT touchpoint, occurrence, no FROM message WHERE customer_no = :customer_no"
        " ORDER BY no DESC LIMIT :most"
    )
    found = rows(connection, sql, {"customer_no": customer_no, "most": most})
    return {(str(name), str(key)): int(no) for name, key, no in found}
