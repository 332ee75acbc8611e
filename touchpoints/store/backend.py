"""Where a database lies: a file of SQLite or a PostgreSQL server, told by its URL."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from sqlalchemy import URL, Engine

from touchpoints.errors import UsageError
from touchpoints.store import postgres, sqlite


class Backend(Protocol):
    """Where a database lies, and how it is opened: `SqliteFile` and `PostgresServer`."""

    @property
    def name(self) -> str:
        """Where it is, for messages."""
        ...

    @property
    def file(self) -> Path | None:
        """The file that has all of it, if it is one."""
        ...

    @property
    def key_file(self) -> Path | None:
        """Where the key of those who were erased is."""
        ...

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What its driver raises."""
        ...

    def check(self) -> None:
        """Raises StoreError where no tables could be made."""
        ...

    def exists(self) -> bool:
        """Whether there is something to open."""
        ...

    def opened(self) -> Engine:
        """An engine whose connections are set for safety."""
        ...

    def in_words(self, error: Exception) -> str:
        """Where it happened, what the driver says, and what to do."""
        ...


def backend_of(url: URL, folder: Path | None) -> Backend:
    """What a URL names. Raises UsageError for a database of another kind."""
    kind, timeout = url.get_backend_name(), url.query.get("timeout")
    if kind == "postgresql":
        busy = _seconds(timeout, postgres.BUSY_SECONDS)
        return postgres.PostgresServer.of(url.difference_update_query(["timeout"]), folder, busy)
    if kind != "sqlite":
        raise UsageError(
            f"database {url.render_as_string(hide_password=True)!r} is not supported;"
            " expected sqlite:///FILE or postgresql://user@host/db"
        )
    file = None if url.database in {None, "", ":memory:"} else Path(str(url.database))
    return sqlite.SqliteFile(file, _seconds(timeout, sqlite.BUSY_SECONDS))


def _seconds(text: object, usual: float) -> float:
    """How long to wait, as the URL says it. Raises UsageError for what is no number."""
    try:
        return usual if text is None else max(0.0, float(str(text)))
    except ValueError as error:
        raise UsageError(f"timeout={text!r} in `database` is not a number of seconds") from error
