"""Statements that run inside a transaction, on plain tuples: the same words for every database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from touchpoints.store.dialect import Row, dialect_of


def rows(
    connection: Connection, sql: str, parameters: Mapping[str, Any] | None = None
) -> list[Row]:
    """All rows of a query as plain tuples. A list among the parameters is read by `IN :name`.

    It may have any number of values, also none.
    """
    text, values = dialect_of(connection).bound(sql, parameters or {})
    return list(_driver(connection).execute(text, values).fetchall())


def write(
    connection: Connection, sql: str, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]]
) -> int:
    """Run one statement, for one row or many; returns how many rows it changed."""
    dialect = dialect_of(connection)
    if isinstance(parameters, Mapping):
        text, values = dialect.bound(sql, parameters)
        return int(_driver(connection).execute(text, values).rowcount)
    if not parameters:
        return 0
    if len(parameters) == 1:  # psycopg takes 70 µs for a row, 110 µs for a list of one
        return write(connection, sql, parameters[0])
    cursor = _driver(connection).cursor()
    try:
        cursor.executemany(*dialect.bound_each(sql, parameters))
        return int(cursor.rowcount)
    finally:
        cursor.close()


def write_rows(
    connection: Connection, table: str, columns: Sequence[str], values: Iterable[Row]
) -> None:
    """Insert many plain tuples at the speed of the driver."""
    batch = list(values)
    if batch:
        dialect_of(connection).insert(_driver(connection), table, columns, batch)


def get_meta(connection: Connection, name: str) -> str | None:
    """One named value about the database, None where it was never set."""
    found = rows(connection, "SELECT value FROM meta WHERE name = :name", {"name": name})
    return None if not found else str(found[0][0])


def put_meta(connection: Connection, name: str, value: str) -> None:
    """Set one named value about the database."""
    write(
        connection,
        "INSERT INTO meta (name, value) VALUES (:name, :value)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        {"name": name, "value": value},
    )


def _driver(connection: Connection) -> Any:
    """The driver's own connection: a statement costs 9-27 µs there, 100-230 µs as text()."""
    return connection.connection.driver_connection
