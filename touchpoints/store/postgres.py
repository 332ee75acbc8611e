"""A PostgreSQL server, opened so that nothing is lost: what every connection is set to."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from touchpoints.errors import UsageError
from touchpoints.store.remedies import in_words

BUSY_SECONDS = 60.0
"""How long a statement waits for the rows of others; `?timeout=10` in the URL says otherwise.

Longer than on SQLite, because an import of a million rows keeps the customers that it changes.
"""
CONNECT_SECONDS = 10

REMEDIES = {
    "password": "check the user and the password; it may also stand in PGPASSWORD or ~/.pgpass",
    "Connection refused": "check the host and the port, and that the server runs",
    "No such file": "check the host and the port, and that the server runs",
    "could not translate host": "check the name of the host",
    "failed to resolve host": "check the name of the host",
    "timeout expired": "check the host, the port and the firewalls between",
    "does not exist": "name another in `database:`, or let its administrator create it",
    "pg_hba.conf": "the server does not let this user in from this host; ask its administrator",
    "too many": "close other programs, or let its administrator raise max_connections",
    "lock timeout": "another program is writing to the same rows; try again when it has finished",
    "deadlock": "two programs waited for each other; try again, nothing of this run was stored",
    "could not serialize": "another program was faster; try again, nothing of this run was stored",
    "starting up": "the server is not ready yet; try again in a minute",
    "shutting down": "the server is being stopped; nothing of this run was stored",
    "terminating connection": "the server was stopped; try again, nothing of this run was stored",
    "server closed": "the server was stopped; try again, nothing of this run was stored",
    "connection is lost": "the server was stopped; try again, nothing of this run was stored",
    "permission denied": "let its administrator grant this user the tables; see docs/postgresql.md",
    "read-only": "this is a standby, or the server is set to read only; name the primary",
    "No space left": "make room on the server's disk; nothing of this run was stored",
    "NUL": "take the characters of code 0 out of the texts; nothing of this run was stored",
    "index row": "a name or reference is too long; nothing of this run was stored",
}
"""A sign in the server's message, and the way out."""

SETTINGS = (
    "SELECT set_config('lock_timeout', %s, false),"
    # A database may be set to forget the last commits in a crash; a message would go out twice.
    " set_config('synchronous_commit', 'on', false),"
    # Compiling takes longer than our queries.
    " set_config('jit', 'off', false)"
)


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A database on a server, which any number of programs may work with at once.

    `folder` is that of the workspace: the key of those who were erased lies there, because whoever
    is handed a copy of the database is not to have it.
    """

    url: URL
    errors: tuple[type[Exception], ...]
    folder: Path | None = None
    busy: float = BUSY_SECONDS
    file: None = None

    @classmethod
    def of(cls, url: URL, folder: Path | None, busy: float) -> PostgresServer:
        """The server that a URL names. Raises UsageError without the extra `postgres`."""
        if url.drivername not in {"postgresql", "postgresql+psycopg"}:
            raise UsageError(
                f"database {url.render_as_string()!r}: the driver {url.get_driver_name()!r} is not"
                " supported; expected postgresql://user@host/db"
            )
        try:
            # Imported here because it takes 0.1 s, and need not be there for SQLite.
            psycopg = importlib.import_module("psycopg")
        except ImportError as error:
            raise UsageError(
                f"database {url.render_as_string()!r} needs a driver that is not installed; say"
                " pip install 'touchpoints[postgres]'"
            ) from error
        return cls(
            url.set(drivername="postgresql+psycopg"), (psycopg.Error, DBAPIError), folder, busy
        )

    @property
    def name(self) -> str:
        """Where it is, for messages: neither the user nor the password."""
        hosts = self.url.query.get("host", ())
        host = self.url.host or (hosts if isinstance(hosts, str) else ",".join(hosts))
        port = "" if self.url.port is None else f":{self.url.port}"
        return f"postgresql://{host or 'localhost'}{port}/{self.url.database or ''}"

    @property
    def key_file(self) -> Path | None:
        """Where the key of those who were erased is; None where no workspace is known."""
        return None if self.folder is None else self.folder / "touchpoints.key"

    def check(self) -> None:
        """A server is asked, not looked for."""

    def exists(self) -> bool:
        """Whether there is something to open: the server will tell."""
        return True

    def opened(self) -> Engine:
        """An engine whose connections are set for safety."""
        engine = create_engine(
            self.url,
            hide_parameters=True,
            # One question more for each transaction, 0.05 ms; else the first one after a restart of
            # the server fails.
            pool_pre_ping=True,
            use_native_hstore=False,
            connect_args={
                "connect_timeout": CONNECT_SECONDS,
                "application_name": "touchpoints",
                "client_encoding": "utf8",
            },
        )
        event.listen(engine, "connect", partial(_configure, busy=self.busy))
        return engine

    def in_words(self, error: Exception) -> str:
        """Where it happened, what the server says, and what to do.

        Only the first sentence: the details quote the row, and with it a customer.
        """
        cause: Any = getattr(error, "orig", None) or error
        said = getattr(getattr(cause, "diag", None), "message_primary", None) or str(cause)
        return in_words(self.name, " ".join(said.split()), REMEDIES)


def _configure(connection: Any, _record: object, busy: float) -> None:
    connection.execute(SETTINGS, [str(round(busy * 1000))])
    connection.commit()
