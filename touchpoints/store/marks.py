"""Marks: keyed hashes by which somebody who was erased is known again, and by nothing else.

Ids and phone numbers are few enough to try them all, so a hash without a secret key could be
guessed. The key is a file beside the database and not a row in it: whoever is handed a copy of the
database does not have it. Without the key, erased people could not be known again, so it belongs
into the backups, apart from those of the database.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from touchpoints.errors import StoreError
from touchpoints.store.database import rows

LENGTH = 32
"""Bytes of a key: as many as SHA-256 gives back."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What people and addresses become under one key."""

    key: bytes

    def of_id(self, id_: str) -> str:
        """The mark of a customer; it is the id of what is kept of one who was erased."""
        return self._of("id", id_)

    def of_address(self, address: str) -> str:
        """The mark of an e-mail address, a phone number or another address, in either case."""
        return self._of("address", address.lower())

    def of_occurrence(self, id_: str, occurrence: str) -> str:
        """What stands for an occurrence, whose key may be the number of a loan or an order."""
        return self._of("occurrence", f"{id_}/{occurrence}")[: len("erased-") + 16]

    def _of(self, kind: str, text: str) -> str:
        content = f"{kind}:{text}".encode("utf-8", "surrogatepass")
        return "erased-" + hmac.digest(self.key, content, "sha256").hex()


@dataclass(frozen=True, slots=True)
class Erased:
    """Who was erased, at which instant in seconds, by their marks; nobody where there are none."""

    marks: Marks | None
    at: dict[str, int]

    @classmethod
    def of(cls, connection: Connection, database: Path | None) -> Erased:
        """All who were erased from a database file. Raises StoreError where the key is missing."""
        found = {str(mark): int(at) for mark, at in rows(connection, "SELECT mark, at FROM erased")}
        return cls(marks_of(database) if found else None, found)

    def when(self, id_: str) -> int | None:
        """When this customer was erased, None where they were not; their mark is known as well."""
        if self.marks is None:
            return None
        return self.at.get(id_) or self.at.get(self.marks.of_id(id_))

    def has_one_of(self, addresses: Iterable[str]) -> bool:
        """Whether one of these addresses was that of somebody who was erased."""
        marks = self.marks
        return marks is not None and any(marks.of_address(each) in self.at for each in addresses)


def erased_numbers(connection: Connection) -> set[int]:
    """The numbers of the rows that are kept of those who were erased."""
    sql = "SELECT c.no FROM erased e JOIN customer c ON c.id = e.mark"
    return {int(no) for (no,) in rows(connection, sql)}


def key_file(database: Path) -> Path:
    """Where the key of a database file is."""
    return database.with_name(database.name + ".key")


def marks_of(database: Path | None) -> Marks:
    """The marks of a database file. Raises StoreError where its key is missing or damaged."""
    if database is None:
        raise StoreError("a database in memory keeps no key, so nobody can be known again")
    file = key_file(database)
    try:
        key = file.read_bytes()
    except OSError as error:
        raise StoreError(
            f"{file}: {error.strerror}; the key by which erased customers are known again must be"
            " there: restore it from a backup"
        ) from error
    if len(key) != LENGTH:
        raise StoreError(f"{file}: {len(key)} bytes instead of {LENGTH}; restore it from a backup")
    return Marks(key)


def marks_made(database: Path | None) -> Marks:
    """The marks of a database file; a key is made, and on disk, where there was none yet."""
    if database is not None and not key_file(database).exists():
        _make_key(key_file(database))
    return marks_of(database)


def _make_key(file: Path) -> None:
    draft = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(secrets.token_bytes(LENGTH))
            stream.flush()
            os.fsync(stream.fileno())
        _put(draft, file)
    except OSError as error:
        raise StoreError(f"{file}: {error.strerror}; nothing was erased") from error


def _put(draft: Path, file: Path) -> None:
    """Give the draft its name, unless somebody else was faster; a link never replaces a file."""
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
