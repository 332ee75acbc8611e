"""SQLite, opened so that nothing is lost: what every connection is set to, how long it waits."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from touchpoints.errors import StoreError
from touchpoints.store.remedies import in_words

BUSY_SECONDS = 10.0
"""How long a transaction waits for others to finish; `?timeout=1` in the URL says otherwise."""

REMEDIES = {
    "locked": "another program is writing to it; try again when it has finished",
    "disk I/O": "check that the disk works and has room; nothing of this run was stored",
    "full": "make room on the disk and try again; nothing of this run was stored",
    "unable to open": "check that the folder exists and may be written to",
    "readonly": "check that the file and its folder may be written to",
    "read-only": "check that the file and its folder may be written to",
    "not a database": "this file is something else; name another in `database:`",
    "malformed": "the file is damaged; restore it from a backup",
    "no such column": "the tables are not those of touchpoints; name another file",
}
"""A sign in the driver's message, and the way out."""


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """A file, or (None) a database in memory, whose transactions wait so many seconds for others.

    Two programs that look at one file are kept apart by a lock beside it, and the key of those who
    were erased lies there as well.
    """

    file: Path | None
    busy: float = BUSY_SECONDS

    errors: ClassVar[tuple[type[Exception], ...]] = (sqlite3.Error, DBAPIError)

    @property
    def name(self) -> str:
        """Where it is, for messages."""
        return "the database in memory" if self.file is None else str(self.file)

    @property
    def key_file(self) -> Path | None:
        """Where the key of those who were erased is; None in memory."""
        return None if self.file is None else self.file.with_name(self.file.name + ".key")

    def check(self) -> None:
        """Raises StoreError where no file could be made."""
        if self.file is not None and not self.file.parent.is_dir():
            raise StoreError(f"{self.file.parent}: no such folder for the database")

    def exists(self) -> bool:
        """Whether there is something to open."""
        return self.file is not None and self.file.exists()

    def opened(self) -> Engine:
        """An engine whose connections are set for safety."""
        if self.file is None:
            engine = create_engine(
                "sqlite://",
                poolclass=StaticPool,
                connect_args={"check_same_thread": False},
                hide_parameters=True,
            )
        else:
            url = URL.create("sqlite", database=str(self.file))
            engine = create_engine(url, hide_parameters=True)
        event.listen(engine, "connect", partial(_configure, busy=self.busy))
        event.listen(engine, "begin", _begin)
        return engine

    def in_words(self, error: Exception) -> str:
        """Where it happened, what the driver says, and what to do."""
        return in_words(self.name, str(getattr(error, "orig", error)), REMEDIES)


def _configure(connection: Any, _record: object, busy: float) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {round(busy * 1000)}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "cache_size = -65536",  # 64 MB; the default of 2 MB thrashes on bulk inserts
        "foreign_keys = ON",
        # What is deleted or replaced is overwritten, so that erasing somebody erases them; it costs
        # nothing that can be measured, since these pages are written anyway.
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
