"""Copying a database on a server into one in memory, row by row."""

from __future__ import annotations

import importlib
from typing import Any

from sqlalchemy import Connection

from touchpoints.store.statements import write, write_rows

PAGE = 20_000
"""Rows that are in flight together: some 10 MB."""


def copy_rows(source: Connection, target: Connection) -> None:
    """Put everything that the transaction of `source` sees into the empty tables of `target`."""
    # Imported here because SQLModel takes 0.2 s, and only a copy needs it.
    tables = importlib.import_module("touchpoints.store.tables")
    driver: Any = source.connection.driver_connection
    for table in tables.metadata().sorted_tables:
        names = [column.name for column in table.columns]
        # What making the tables, or a trigger on a table before, has put there is in `source` too.
        write(target, f"DELETE FROM {table.name}", {})
        with driver.cursor(name=f"copy_{table.name}") as cursor:
            cursor.execute(f"SELECT {', '.join(names)} FROM {table.name}")
            while page := cursor.fetchmany(PAGE):
                write_rows(target, table.name, names, page)
