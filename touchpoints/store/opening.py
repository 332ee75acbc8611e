"""Opening SQLite so that nothing is lost: what every connection is set to, how long it waits."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from touchpoints.errors import UsageError

BUSY_SECONDS = 10
"""How long a transaction waits for others to finish; `?timeout=1` in the URL says otherwise."""


def opened(file: Path | None, busy: float) -> Engine:
    """A file, or a database in memory, whose transactions wait so many seconds for others."""
    if file is None:
        engine = create_engine(
            "sqlite://",
            poolclass=StaticPool,
            connect_args={"check_same_thread": False},
            hide_parameters=True,
        )
    else:
        engine = create_engine(URL.create("sqlite", database=str(file)), hide_parameters=True)
    event.listen(engine, "connect", partial(_configure, busy=busy))
    event.listen(engine, "begin", _begin)
    return engine


def busy_seconds(text: object) -> float:
    """How long to wait, as the URL says it. Raises UsageError for what is no number."""
    try:
        return BUSY_SECONDS if text is None else max(0.0, float(str(text)))
    except ValueError as error:
        raise UsageError(f"timeout={text!r} in `database` is not a number of seconds") from error


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
