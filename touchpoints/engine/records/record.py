"""One row of an imported file, and what may be wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from touchpoints.store.records import KEEP, Patch

Parsed = TypeVar("Parsed")
Value = str | int | float | bool | None

_SURROGATE = re.compile("[\ud800-\udfff]")


class RowError(Exception):
    """A row that cannot be stored. `reason` is free of the row's values and fit to be counted."""

    def __init__(self, reason: str, text: str | None = None) -> None:
        super().__init__(text or reason)
        self.reason = reason


class UndecodableRowError(RowError):
    """A row whose bytes are no text in the encoding of the file."""


@dataclass(slots=True)
class Record:
    """One row under the names of the columns: those of the kind as text, the others as they came.

    `line` is where the row begins in the file, counted from 1; `raw` are its cells as they stand
    there; `prefixed` are the columns of the kind that are named by a prefix; `warnings` are what is
    said about a row that is stored nevertheless.
    """

    line: int
    raw: list[str]
    values: dict[str, str]
    attributes: Patch
    prefixed: tuple[str, ...] = ()
    warnings: list[str] = field(default_factory=list)

    def read(self, column: str, parse: Callable[[str], Parsed]) -> Any:
        """A column as `parse` understands it. Raises RowError.

        KEEP where the file does not have it, None where it is blank. `parse` raises ValueError
        with words that follow the column's name and hold no value.
        """
        text = self.values.get(column)
        if not text:
            return KEEP if text is None else None
        try:
            return parse(text)
        except ValueError as error:
            reason = f"{column} {error}"
            raise RowError(reason, f"{column} {shown(text)} {error}") from None

    def required(self, column: str, parse: Callable[[str], Parsed]) -> Parsed:
        """A column that must not be blank. Raises RowError."""
        if not self.values.get(column):
            raise RowError(f"{column} is {'blank' if column in self.values else 'missing'}")
        parsed: Parsed = self.read(column, parse)
        return parsed

    def read_or_warn(self, column: str, parse: Callable[[str], Parsed], consequence: str) -> Any:
        """A column that the row can do without: what cannot be read is left out, and said."""
        try:
            return self.read(column, parse)
        except RowError as error:
            self.warn(f"{error.reason}; {consequence}")
            return None

    def warn(self, reason: str) -> None:
        """Say something about this row; the words are free of personal values."""
        self.warnings.append(reason)


@dataclass(frozen=True, slots=True)
class Broken:
    """A piece of the file that is not a row."""

    line: int
    raw: list[str]
    error: RowError


def shown(text: str) -> str:
    """A value in quotes, cut short where it is long, with every strange character spelt out."""
    return repr(text if len(text) <= 80 else text[:77] + "…")


def is_undecodable(text: str) -> bool:
    """Whether the text holds bytes that were no characters, or halves of characters."""
    return not text.isascii() and _SURROGATE.search(text) is not None
