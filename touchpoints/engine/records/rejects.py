"""The file of rejected rows: line, reason, and the row as it stood in the source."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from touchpoints.errors import UsageError

SUFFIX = ".rejected.csv"
HEAD = ("line", "reason")

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_BYTE = re.compile("[\udc80-\udcff]")


def rejects_file(source: Path) -> Path:
    """Where the rejected rows of a file are written."""
    return source.with_name(source.name + SUFFIX)


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: a `'` before = + - @, tab and return.

    Phone numbers begin with + and get it too; an import of the corrected file takes it off again.
    """
    return "'" + cell if _FORMULA.match(cell) else cell


def without_guard(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if _GUARDED.match(cell) else cell


class Rejects:
    """Rejected rows on their way to the file, in UTF-8; bytes that are no text become `\\xNN`.

    They stand in a file beside it until `keep` puts it in place of the one of an earlier run. Use
    it in a `with`; what was not kept is gone at its end. Raises UsageError where it cannot be
    written, so that nobody imports a file and loses rows.
    """

    def __init__(self, source: Path, header: Sequence[str], *, dry_run: bool) -> None:
        self.file = rejects_file(source)
        self._part = self.file.with_name(self.file.name + ".part")
        self._header = [*HEAD, *map(guarded, header)]
        self.writes = not dry_run
        self._text: TextIO | None = None

    def __enter__(self) -> Rejects:
        return self

    def __exit__(self, *_: object) -> None:
        if self._text is not None:
            self._text.close()
            self._part.unlink(missing_ok=True)

    def add(self, rejected: Iterable[tuple[int, str, Sequence[str]]]) -> None:
        """Write rows, each with line number and reason."""
        if not self.writes:
            return
        try:
            for line, reason, cells in rejected:
                self._write([str(line), guarded(reason), *map(guarded, cells)])
        except OSError as error:
            raise self._in_words(error) from error

    def keep(self) -> None:
        """Put the file in its place, or take an old one away where no row was rejected."""
        if not self.writes:
            return
        try:
            if self._text is None:
                self.file.unlink(missing_ok=True)
            else:
                self._text.flush()
                self._part.replace(self.file)
        except OSError as error:
            raise self._in_words(error) from error

    def _write(self, cells: Sequence[str]) -> None:
        if self._text is None:
            self._text = self._part.open(
                "w", encoding="utf-8", errors="backslashreplace", newline=""
            )
            csv.writer(self._text).writerow(self._header)
        csv.writer(self._text).writerow([_BYTE.sub(_spelt, cell) for cell in cells])

    def _in_words(self, error: OSError) -> UsageError:
        return UsageError(
            f"{self.file}: {error.strerror or error}; rejected rows could not be written there,"
            " so nothing was imported"
        )


def _spelt(byte: re.Match[str]) -> str:
    return f"\\x{ord(byte[0]) - 0xDC00:02x}"
