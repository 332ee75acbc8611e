"""One database, opened safely: transactions that say whether they write, and errors in words."""

from __future__ import annotations

import importlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, InterfaceError

from touchpoints.errors import StoreError, UsageError
from touchpoints.store.opening import busy_seconds, opened
from touchpoints.store.remedies import in_words
from touchpoints.store.schema import KNOWN_SCHEMA, STEPS, check_readable

Row = tuple[Any, ...]


class Database:
    """A database of one workspace. A missing SQLite file reads as empty and is made on writing."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        if self.url.get_backend_name() != "sqlite":
            raise UsageError(
                f"database {self.url.render_as_string(hide_password=True)!r} is not supported by"
                " this version; expected sqlite:///FILE"
            )
        self.file = None if self.url.database in {None, "", ":memory:"} else Path(self.url.database)
        self._busy_seconds = busy_seconds(self.url.query.get("timeout"))
        self._engine: Engine | None = None
        self._stands_in = False  # an empty database in memory, for a file that is not there yet

    @property
    def place(self) -> str:
        """Where the database is, for messages."""
        return "the database in memory" if self.file is None else str(self.file)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the data and writes nothing."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write; nobody else writes meanwhile. Raises StoreError."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def prepare(self) -> None:
        """Make the tables, or bring older ones to this program's schema, in one transaction.

        Raises NewerDatabaseError, StoreError.
        """
        if self.file is not None and not self.file.parent.is_dir():
            raise StoreError(f"{self.file.parent}: no such folder for the database")
        if self._stands_in:
            self.close()
        self._engine = self._engine or opened(self.file, self._busy_seconds)
        with self.writing() as connection:
            found = _schema(connection)
            if found is None:
                _make_tables(connection)
            else:
                _upgrade(connection, found)

    def schema(self) -> int | None:
        """The schema version of the database, None where there are no tables yet."""
        with self.reading() as connection:
            return _schema(connection)

    def copy(self) -> Database:
        """An independent copy in memory, with everything that is committed now."""
        twin = Database("sqlite://")
        twin.prepare()
        if self.file is None or self.file.exists():
            with self.reading() as source, twin._connect() as target:
                source.connection.driver_connection.backup(  # type: ignore[union-attr]
                    target.connection.driver_connection
                )
        return twin

    def empty_log(self) -> bool:
        """Write the log of changes into the file and empty it; False while others read from it."""
        try:
            with self._connect() as connection:
                driver: Any = connection.connection.driver_connection
                return not driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.Error as error:
            raise StoreError(in_words(self.place, error)) from error

    def close(self) -> None:
        """Let go of all connections."""
        if self._engine is not None:
            self._engine.dispose()
        self._engine, self._stands_in = None, False

    def _connect(self) -> Connection:
        if self._engine is None and self.file is not None and self.file.exists():
            self._engine = opened(self.file, self._busy_seconds)
            if not self._has_tables():
                self.close()
        if self._engine is None:
            self._engine, self._stands_in = opened(None, self._busy_seconds), True
            with self.writing() as connection:
                _make_tables(connection)
        return self._engine.connect()

    def _has_tables(self) -> bool:
        """Whether there is something to read. Raises NewerDatabaseError, OlderDatabaseError."""
        try:
            with self.reading() as connection:
                found = _schema(connection)
            if found is not None:
                check_readable(found)
        except UsageError:
            self.close()
            raise
        return found is not None

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        try:
            with self._connect().execution_options(begin=begin) as connection, connection.begin():
                yield connection
        except (sqlite3.Error, DatabaseError, InterfaceError) as error:
            raise StoreError(in_words(self.place, error)) from error


def rows(
    connection: Connection, sql: str, parameters: Mapping[str, Any] | None = None
) -> list[Row]:
    """All rows of a query as plain tuples. A list among the parameters is read by `IN (…)`.

    In the SQL, `IN :name` with a list becomes a look-up that takes any number of values.
    """
    bound = dict(parameters or {})
    for name, value in bound.items():
        if isinstance(value, list):
            sql = sql.replace(f"IN :{name}", f"IN (SELECT value FROM json_each(:{name}))")
            bound[name] = json.dumps(value)
    return list(_driver(connection).execute(sql, bound).fetchall())


def write(
    connection: Connection, sql: str, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]]
) -> int:
    """Run one statement, for one row or many; returns how many rows it changed."""
    if not parameters and not isinstance(parameters, Mapping):
        return 0
    driver = _driver(connection)
    run = driver.execute if isinstance(parameters, Mapping) else driver.executemany
    return int(run(sql, parameters).rowcount)


def write_rows(
    connection: Connection, table: str, columns: Sequence[str], values: Iterable[Row]
) -> None:
    """Insert many plain tuples at the speed of the driver."""
    marks = ", ".join("?" * len(columns))
    batch = list(values)
    if batch:
        connection.exec_driver_sql(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",
            batch,
        )


def _driver(connection: Connection) -> Any:
    """The driver's own connection: a statement costs 9-27 µs there, 100-230 µs as text()."""
    return connection.connection.driver_connection


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


def _make_tables(connection: Connection) -> None:
    # Imported here because SQLModel takes 0.2 s, and only a new database needs it.
    tables = importlib.import_module("touchpoints.store.tables")
    tables.metadata().create_all(connection)
    put_meta(connection, "schema", str(KNOWN_SCHEMA))


def _upgrade(connection: Connection, found: int) -> None:
    for version in range(found, KNOWN_SCHEMA):
        for statement in STEPS[version]:
            connection.exec_driver_sql(statement)
        put_meta(connection, "schema", str(version + 1))
    check_readable(max(found, KNOWN_SCHEMA))


def _schema(connection: Connection) -> int | None:
    there = rows(connection, "SELECT name FROM sqlite_master WHERE type = 'table'")
    if not there:
        return None
    found = get_meta(connection, "schema") if ("meta",) in there else None
    if found is None:
        raise UsageError(
            "the database has other tables than touchpoints; name another file in `database:`"
        )
    return int(found)
