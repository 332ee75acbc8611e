"""One database, opened safely: transactions that say whether they write, and errors in words."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url

from touchpoints.errors import StoreError, UsageError
from touchpoints.store.backend import Backend, backend_of
from touchpoints.store.copying import copy_rows
from touchpoints.store.dialect import TABLES, dialect_of
from touchpoints.store.schema import (
    NewerDatabaseError,
    OlderDatabaseError,
    check_readable,
    found_schema,
    make_tables,
    upgrade,
)
from touchpoints.store.sqlite import SqliteFile


class Database:
    """A database of one workspace. One without tables reads as empty; writing needs `prepare`.

    `folder` is that of the workspace, where the key of a database on a server lies. Raises
    UsageError for a URL of another kind.
    """

    def __init__(self, url: str, folder: Path | None = None) -> None:
        self._backend = backend_of(make_url(url), folder)
        self._engine: Engine | None = None
        self._stands_in = False  # an empty database in memory, for one that is not there yet

    @property
    def place(self) -> str:
        """Where the database is, for messages."""
        return self._backend.name

    @property
    def file(self) -> Path | None:
        """The file of a database on SQLite; None in memory, and on a server."""
        return self._backend.file

    @property
    def key_file(self) -> Path | None:
        """Where the key is by which those who were erased are known again."""
        return self._backend.key_file

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the data and writes nothing."""
        with self._transaction(writes=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write. Raises StoreError.

        On SQLite nobody else writes meanwhile; on PostgreSQL whoever writes to the same rows waits.
        """
        with self._transaction(writes=True) as connection:
            yield connection

    def prepare(self) -> None:
        """Make the tables, or bring older ones to this program's schema, in one transaction.

        Raises NewerDatabaseError, StoreError.
        """
        self._backend.check()
        if self._stands_in:
            self.close()
        if self._engine is None:
            self._open(self._backend)
        with self.writing() as connection:
            dialect_of(connection).lock(connection, TABLES)
            found = found_schema(connection)
            if found is None:
                make_tables(connection)
            else:
                upgrade(connection, found)

    def schema(self) -> int | None:
        """The schema version of the database, None where there are no tables yet."""
        with self.reading() as connection:
            return found_schema(connection)

    def exists(self) -> bool:
        """Whether there are tables already, of whatever version. Raises StoreError."""
        try:
            return self._found()
        except (NewerDatabaseError, OlderDatabaseError):
            return True

    def copy(self) -> Database:
        """An independent copy in memory, with everything that is committed now."""
        twin = Database("sqlite://")
        if not self._found():
            twin.prepare()
            return twin
        with self.reading() as source:
            if source.dialect.name == "sqlite":
                with twin._open(twin._backend).connect() as target:
                    source.connection.driver_connection.backup(  # type: ignore[union-attr]
                        target.connection.driver_connection
                    )
            else:
                twin.prepare()
                with twin.writing() as target:
                    copy_rows(source, target)
        return twin

    def empty_log(self) -> bool:
        """Write the log of changes into the file and empty it; False while others read from it.

        A server keeps its own log, and empties it in its own time.
        """
        if self.file is None:
            return True
        try:
            with self._connect() as connection:
                driver: Any = connection.connection.driver_connection
                return not driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.Error as error:
            raise StoreError(self._backend.in_words(error)) from error

    def close(self) -> None:
        """Let go of all connections."""
        if self._engine is not None:
            self._engine.dispose()
        self._engine, self._stands_in = None, False

    def _connect(self) -> Connection:
        self._found()
        if self._engine is not None:
            return self._engine.connect()
        engine = self._open(SqliteFile(None))
        self._stands_in = True
        with self.writing() as connection:
            make_tables(connection)
        return engine.connect()

    def _found(self) -> bool:
        """Open what is there; False where there are no tables. Raises as `_has_tables`."""
        if self._engine is None and self._backend.exists():
            self._open(self._backend)
            if not self._has_tables():
                self.close()
        return self._engine is not None and not self._stands_in

    def _open(self, backend: Backend) -> Engine:
        self._engine = engine = backend.opened()
        # Whoever forgets a database without closing it leaves no connection open.
        weakref.finalize(self, engine.dispose)
        return engine

    def _has_tables(self) -> bool:
        """Whether there is something to read. Raises NewerDatabaseError, OlderDatabaseError."""
        try:
            with self.reading() as connection:
                found = found_schema(connection)
            if found is not None:
                check_readable(found)
        except UsageError:
            self.close()
            raise
        return found is not None

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        try:
            with self._connect() as opened:
                dialect = dialect_of(opened)
                options = dialect.writing if writes else dialect.reading
                connection = opened.execution_options(**options)
                with connection.begin():
                    yield connection
        except self._backend.errors as error:
            raise StoreError(self._backend.in_words(error)) from error
