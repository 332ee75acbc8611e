"""What a database cannot keep: rows with it are refused one by one, before it refuses them all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection

from touchpoints.engine.records.record import RowError
from touchpoints.store.dialect import POSTGRESQL, Row, dialect_of
from touchpoints.store.records import Patch, Table

LONGEST_KEY = 2_400
"""Bytes of text in an index of PostgreSQL, which takes 2,704 at most with numbers and lengths."""

_INDEXED = {"email", "phone", "timezone"}


@dataclass(frozen=True, slots=True)
class Limits:
    """Which values of a row stand in an index; `strict` where the database has limits at all."""

    strict: bool
    key: int
    indexed: Collection[int]

    def check(self, row: Row) -> None:
        """Raises RowError for a text that PostgreSQL does not take."""
        if not self.strict:
            return
        for value in row:
            text = value.text if isinstance(value, Patch) else value
            if isinstance(text, str) and ("\0" in text or "\\u0000" in text):
                raise RowError("a character of code 0 in a text")
        single = max((_length(row[place]) for place in self.indexed), default=0)
        if max(sum(map(_length, row[: self.key])), single) > LONGEST_KEY:
            raise RowError(f"an id, reference or address of more than {LONGEST_KEY:,} bytes")


def limits_of(connection: Connection, table: Table) -> Limits:
    """The limits of a database for the rows of a table."""
    indexed = [table.all_columns.index(name) for name in _INDEXED & set(table.all_columns)]
    return Limits(dialect_of(connection) is POSTGRESQL, len(table.key), indexed)


def _length(value: object) -> int:
    return len(value.encode("utf-8", "replace")) if isinstance(value, str) else 0
