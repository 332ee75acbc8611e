"""One owner for each SQLite file: whoever plans and delivers holds a lock on a file beside it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from touchpoints.errors import OwnedElsewhereError, StoreError


@contextmanager
def owning(database: Path | None) -> Iterator[None]:
    """Own the outbox of a database file while the block runs; the lock dies with the process.

    Raises OwnedElsewhereError at once where somebody else owns it.
    """
    if database is None:
        yield
        return
    lock = database.with_name(database.name + ".lock")
    if not lock.parent.is_dir():
        raise StoreError(f"{lock.parent}: no such folder for the database")
    try:
        file = lock.open("a+")
    except OSError as error:
        raise StoreError(
            f"{lock}: {error.strerror}; check that the folder may be written to"
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OwnedElsewhereError(
                f"another daemon owns {database.name}: stop it first, or let it do the work"
                " (`touchpoints status` shows its last tick)"
            ) from error
        yield
