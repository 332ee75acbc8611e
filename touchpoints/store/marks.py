"""Marks: keyed hashes by which somebody who was erased is known again, and by nothing else.

Ids and phone numbers are few enough to try them all, so a hash without a secret key could be
guessed. The key is a file beside the database, or in the workspace where that is on a server, and
not a row in it: whoever is handed a copy of the database does not have it. Without the key, erased
people could not be known again, so it belongs into the backups, apart from those of the database.
The database knows by a check value which key it is, so that a host with another one is refused.
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
from touchpoints.store.statements import get_meta, rows, write

CHECK = "erased_key"
"""The name in `meta` under which the check value of the key stands."""
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

    @property
    def check(self) -> str:
        """What tells this key from others, and says nothing about it."""
        return self._of("key", "")

    def _of(self, kind: str, text: str) -> str:
        content = f"{kind}:{text}".encode("utf-8", "surrogatepass")
        return "erased-" + hmac.digest(self.key, content, "sha256").hex()


@dataclass(frozen=True, slots=True)
class Erased:
    """Who was erased, at which instant in seconds, by their marks; nobody where there are none."""

    marks: Marks | None
    at: dict[str, int]

    @classmethod
    def of(cls, connection: Connection, key: Path | None) -> Erased:
        """All who were erased from a database. Raises StoreError where the key is not there."""
        found = {str(mark): int(at) for mark, at in rows(connection, "SELECT mark, at FROM erased")}
        if not found:
            return cls(None, {})
        marks = marks_of(key)
        _check(connection, marks)
        return cls(marks, found)

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


def agree(connection: Connection, marks: Marks) -> None:
    """Bind a database to a key, for good. Raises StoreError where it is bound to another one."""
    write(
        connection,
        "INSERT INTO meta (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING",
        {"name": CHECK, "value": marks.check},
    )
    _check(connection, marks)


def _check(connection: Connection, marks: Marks) -> None:
    """A database from before there were check values has none; it takes the key that it finds."""
    if get_meta(connection, CHECK) not in {None, marks.check}:
        raise StoreError(
            "the key by which erased customers are known again is not the one that this database"
            " was used with; copy the right one from a backup, or from the host that erased first"
        )


def marks_of(file: Path | None) -> Marks:
    """The marks under the key in a file. Raises StoreError where it is missing or damaged."""
    if file is None:
        raise StoreError("a database in memory keeps no key, so nobody can be known again")
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


def marks_made(file: Path | None) -> Marks:
    """The marks under the key in a file; it is made, and on disk, where there was none yet."""
    if file is not None and not file.exists():
        _make_key(file)
    return marks_of(file)


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
