"""Where the SQL of SQLite and PostgreSQL differs; everything else in the store is said once.

Statements are written with `:name` for values, and `IN :name` or `NOT IN :name` for lists of any
length. What only one of the two understands is asked for here by what it means.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

Row = tuple[Any, ...]

IMPORTS = 7_700_001
"""The number of the lock that imports hold, so that two of them cannot wait for each other."""
TABLES = 7_700_002
"""The number of the lock that is held while tables are made or upgraded."""
CAPACITIES = 7_700_003
"""The number of the lock of claims where customers share what a line or a channel can take."""


@dataclass(frozen=True, slots=True)
class Sqlite:
    """SQLite's way of saying it. One program writes at a time, so nothing else is locked.

    `shared` says whether many may work at once; `whole_triggers` whether a trigger may run once for
    all rows of a statement; `free` ends a query that takes only rows which nobody else has, and
    keeps them from others until the transaction ends.
    """

    reading: Mapping[str, object]
    writing: Mapping[str, object]
    shared = False
    whole_triggers = False
    free = ""
    tables = "SELECT name FROM sqlite_master WHERE type = 'table'"

    def bound(self, sql: str, values: Mapping[str, Any]) -> tuple[str, Any]:
        """A statement and its values as the driver takes them."""
        given = dict(values)
        for name, value in values.items():
            if isinstance(value, list):
                sql = sql.replace(f"IN :{name}", f"IN (SELECT value FROM json_each(:{name}))")
                given[name] = json.dumps(value)
        return sql, given

    def bound_each(self, sql: str, values: Sequence[Mapping[str, Any]]) -> tuple[str, Any]:
        """A statement for many rows; no lists among the values.

        By their places, because looking up 16 names takes the driver 1 µs for each row.
        """
        text, names = _by_place(sql, "?", _NONE)
        return text, [[row[name] for name in names] for row in values]

    def insert(self, driver: Any, table: str, columns: Sequence[str], batch: list[Row]) -> None:
        """Insert rows at the speed of the driver."""
        marks = ", ".join("?" * len(columns))
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
        driver.executemany(sql, batch).close()

    def each(self, column: str) -> str:
        """The names and values of a JSON object, as a table with the columns key and value."""
        return f"json_each({column})"

    def attribute(self, column: str, name: str) -> str:
        """A value of a JSON object by its name, which is bound as `:name`."""
        return f"json_extract({column}, '$.\"' || :{name} || '\"')"

    def beside(self, column: str) -> str:
        """A column whose index is not to be used: SQLite takes none for `+column`."""
        return f"+{column}"

    def wanted(self, names: Sequence[str], keys: Sequence[Row]) -> tuple[str, dict[str, Any]]:
        """A table `wanted` with a row for each key, and the values to bind."""
        columns = ", ".join(
            f"json_extract(value, '$[{place}]') AS {name}" for place, name in enumerate(names)
        )
        return f"(SELECT {columns} FROM json_each(:keys)) AS wanted", {"keys": json.dumps(keys)}

    def lock(self, connection: Connection, number: int) -> None:
        """Whoever writes is alone already."""


@dataclass(frozen=True, slots=True)
class Postgresql:
    """PostgreSQL's way of saying it."""

    reading: Mapping[str, object]
    writing: Mapping[str, object]
    shared = True
    whole_triggers = True
    free = " FOR NO KEY UPDATE SKIP LOCKED"
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"

    def bound(self, sql: str, values: Mapping[str, Any]) -> tuple[str, Any]:
        """A statement and its values as the driver takes them."""
        lists = frozenset(name for name, value in values.items() if isinstance(value, list))
        text, names = _by_place(sql.replace("%", "%%"), "%s", lists)
        return text, [values[name] for name in names]

    def bound_each(self, sql: str, values: Sequence[Mapping[str, Any]]) -> tuple[str, Any]:
        """A statement for many rows; no lists among the values."""
        text, names = _by_place(sql.replace("%", "%%"), "%s", _NONE)
        return text, [[row[name] for name in names] for row in values]

    def insert(self, driver: Any, table: str, columns: Sequence[str], batch: list[Row]) -> None:
        """Insert rows at the speed of the driver."""
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
        ):
            for row in batch:
                copy.write_row(row)

    def each(self, column: str) -> str:
        """The names and values of a JSON object, as a table with the columns key and value."""
        return f"json_each_text(CAST({column} AS json))"

    def attribute(self, column: str, name: str) -> str:
        """A value of a JSON object by its name, which is bound as `:name`."""
        return f"CAST({column} AS json) ->> CAST(:{name} AS text)"

    def beside(self, column: str) -> str:
        """A column whose index is not to be used: PostgreSQL knows by its statistics."""
        return column

    def wanted(self, names: Sequence[str], keys: Sequence[Row]) -> tuple[str, dict[str, Any]]:
        """A table `wanted` with a row for each key, and the values to bind."""
        turned = zip(*keys, strict=True)
        columns = {name: list(column) for name, column in zip(names, turned, strict=True)}
        kinds = {
            name: "text" if isinstance(column[0], str) else "bigint"
            for name, column in columns.items()
        }
        arrays = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in kinds.items())
        return f"unnest({arrays}) AS wanted ({', '.join(names)})", columns

    def lock(self, connection: Connection, number: int) -> None:
        """Wait, however long, until nobody else holds this lock, and hold it to the end."""
        driver: Any = connection.connection.driver_connection
        patience = driver.execute("SHOW lock_timeout").fetchone()[0]
        driver.execute("SET LOCAL lock_timeout = 0")
        driver.execute("SELECT pg_advisory_xact_lock(%s)", [number])
        driver.execute("SELECT set_config('lock_timeout', %s, true)", [patience])


SQLITE = Sqlite({"begin": "BEGIN"}, {"begin": "BEGIN IMMEDIATE"})
POSTGRESQL = Postgresql(
    {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    {"isolation_level": "READ COMMITTED", "postgresql_readonly": False},
)

Dialect = Sqlite | Postgresql


def dialect_of(connection: Connection) -> Dialect:
    """The dialect that a connection understands."""
    return SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL


_NONE: frozenset[str] = frozenset()
_WORDS = re.compile(
    r"""(?P<quoted>'(?:[^']|'')*'|"[^"]*"|::)"""
    r"|(?P<list>\b(?P<not>NOT\s+)?IN\s+:(?P<listed>[A-Za-z_]\w*))"
    r"|:(?P<name>[A-Za-z_]\w*)"
)


@lru_cache(maxsize=1024)
def _by_place(sql: str, mark: str, lists: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    """A statement with a mark for each value, and the names of the values in their order.

    A name that occurs twice is bound twice, because PostgreSQL lets one value have one type only.
    """
    names: list[str] = []

    def place(match: re.Match[str]) -> str:
        if match["quoted"]:
            return match["quoted"]
        name = match["name"] or match["listed"]
        names.append(name)
        if match["list"]:
            if name not in lists:
                raise ValueError(f"{name!r} is looked up by IN, so it must be a list")
            return f"<> ALL({mark})" if match["not"] else f"= ANY({mark})"
        return mark

    return _WORDS.sub(place, sql), tuple(names)
