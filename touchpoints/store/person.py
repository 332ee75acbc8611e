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
    found = {"customer": _all(connection, "customer", "no = :no", no)}
    found |= {table: _all(connection, table, OF_CUSTOMER, no) for table in OWNED}
    return found | {table: _all(connection, table, OF_MESSAGE, no) for table in SENT}


def columns(connection: Connection, table: str) -> dict[str, bool]:
    """The columns of a table in their order; true where one may be empty."""
    return {
        str(column["name"]): bool(column["nullable"])
        for column in inspect(connection).get_columns(table)
    }


def _all(connection: Connection, table: str, where: str, no: int) -> list[dict[str, Any]]:
    names = tuple(columns(connection, table))
    sql = f"SELECT {', '.join(names)} FROM {table} WHERE {where} ORDER BY 1"
    return [dict(zip(names, row, strict=True)) for row in rows(connection, sql, {"no": no})]
