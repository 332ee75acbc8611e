"""What the store has of one person: every row of every table that is about them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, inspect

from touchpoints.store.statements import rows

OWNED = ("fact", "event", "consent", "preference", "history", "message", "change")
"""The tables whose rows belong to a customer, beside the customer's own row."""

SENT = ("attempt", "transition")
"""The tables whose rows belong to a message."""

OF_CUSTOMER = "customer_no = :no"
OF_MESSAGE = "message_no IN (SELECT no FROM message WHERE customer_no = :no)"

Rows = dict[str, list[dict[str, Any]]]


def everything(connection: Connection, no: int) -> Rows:
    """All that is stored of a customer, by table, as it is stored; rows in their order."""
    return latest(connection, no, None)


def latest(connection: Connection, no: int, most: int | None) -> Rows:
    """The newest so many rows of each table (None: all); consents whole, for what holds now.

    What belongs to messages comes only where all is asked for.
    """
    found = {"customer": _all(connection, "customer", ("no = :no", None), no)}
    for table in OWNED:
        limit = None if table == "consent" else most
        found[table] = _all(connection, table, (OF_CUSTOMER, limit), no)
    if most is not None:
        return found | {table: [] for table in SENT}
    return found | {table: _all(connection, table, (OF_MESSAGE, None), no) for table in SENT}


def columns(connection: Connection, table: str) -> dict[str, bool]:
    """The columns of a table in their order; true where one may be empty."""
    return {
        str(column["name"]): bool(column["nullable"])
        for column in inspect(connection).get_columns(table)
    }


def _all(
    connection: Connection, table: str, which: tuple[str, int | None], no: int
) -> list[dict[str, Any]]:
    (where, most), names = which, tuple(columns(connection, table))
    sql = f"SELECT {', '.join(names)} FROM {table} WHERE {where} ORDER BY 1"
    if most is None:
        found = rows(connection, sql, {"no": no})
    else:
        found = rows(connection, f"{sql} DESC LIMIT :most", {"no": no, "most": most})[::-1]
    return [dict(zip(names, row, strict=True)) for row in found]
