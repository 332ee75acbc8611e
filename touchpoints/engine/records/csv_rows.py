"""Rows of a CSV file of any dialect: the delimiter is found, every broken row stands alone."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from touchpoints.engine.records.layout import Layout
from touchpoints.engine.records.lines import Lines, undecodable
from touchpoints.engine.records.record import (
    Broken,
    Record,
    RowError,
    UndecodableRowError,
    is_undecodable,
)
from touchpoints.engine.records.rejects import HEAD, SUFFIX, without_guard
from touchpoints.errors import UsageError
from touchpoints.store.records import Patch

DELIMITERS = (",", ";", "\t", "|")

_SEPARATOR = re.compile(r"sep=(.)\s*")


@dataclass(frozen=True, slots=True)
class CsvRows:
    """The rows below a header. Raises UsageError for a header that cannot be used.

    `header` are the names as they stand in the file, `line` is where they stand. A file of
    rejected rows loses its first two columns, and the guard before formulas.
    """

    lines: Lines
    layout: Layout
    delimiter: str
    header: list[str]
    line: int
    corrected: bool

    @classmethod
    def of(cls, lines: Lines, layout: Layout) -> CsvRows:
        """Find the delimiter and read the header."""
        head = lines.head()
        if not head:
            wanted = ", ".join(layout.kind.required)
            raise UsageError(f"{lines.file}: the file is empty; expected a header with {wanted}")
        separator = _SEPARATOR.fullmatch(head)
        if separator:
            next(iter(lines))
        delimiter = separator[1] if separator else _delimiter(head, layout)
        line, cells = next(_cells(lines, delimiter), (0, RowError("it is no header")))
        if isinstance(cells, RowError):
            raise UsageError(f"{lines.file}:{line}: the header cannot be read: {cells}")
        if is_undecodable("".join(cells)):
            raise UsageError(undecodable(lines.file, lines.encoding))
        header = [cell.strip() for cell in cells]
        corrected = lines.file.name.endswith(SUFFIX) and tuple(header[:2]) == HEAD
        if corrected:
            header = [without_guard(cell) for cell in header[2:]]
        layout.check(header, lines.file)
        return cls(lines, layout, delimiter, header, line, corrected)

    def remarks(self) -> list[tuple[int, str]]:
        """What is worth saying about the header, with its line."""
        return [(self.line, remark) for remark in self.layout.remarks(self.header)]

    def __iter__(self) -> Iterator[Record | Broken]:
        columns = self.layout.columns(self.header)
        place = {name: number for number, name in reversed([*enumerate(self.header)])}
        known = [(name, place[source]) for name, source in columns.known]
        others = _cells_at([place[source] for _, source in columns.attributes])
        attributes = self._attributes([name for name, _ in columns.attributes])
        nameless = [number for number, name in enumerate(self.header) if not name]
        constants = self.layout.constants(columns)
        for line, cells in _cells(self.lines, self.delimiter):
            if isinstance(cells, RowError):
                yield Broken(line, [self.lines.retreat().rstrip("\r\n")], cells)
                continue
            row = [without_guard(cell) for cell in cells[2:]] if self.corrected else cells
            fault = self._fault(row)
            if fault is not None:
                yield Broken(line, row, fault)
                continue
            values = {name: row[number].strip() for name, number in known}
            if constants:
                values.update(constants)
            record = Record(line, row, values, attributes(others(row)), columns.prefixed)
            if nameless and any(row[number].strip() for number in nameless):
                record.warn("a column without a name has a value, which is left out")
            yield record

    def _attributes(self, names: list[str]) -> Callable[[tuple[str, ...]], Patch]:
        """How cells become attributes with these names; many rows have the same ones."""
        constants = self.layout.constant_attributes

        @lru_cache(maxsize=1_000)
        def attributes(cells: tuple[str, ...]) -> Patch:
            texts = (cell.strip() or None for cell in cells)
            return Patch(dict(zip(names, texts, strict=True)) | constants)

        return attributes

    def _fault(self, row: list[str]) -> RowError | None:
        width = len(self.header)
        if len(row) != width and (len(row) < width or any(cell.strip() for cell in row[width:])):
            last = self.lines.number
            return RowError(
                "the row has more or fewer fields than the header",
                f"the row has {len(row)} fields, the header has {width}; it ends on line {last}",
            )
        if is_undecodable("".join(row)):
            return UndecodableRowError(f"the row is not {self.lines.encoding}")
        return None


def _cells(lines: Lines, delimiter: str) -> Iterator[tuple[int, list[str] | RowError]]:
    """The number of each row's first line and its cells; blank rows are none.

    After a RowError the caller lets `lines` retreat, so that only one line is lost.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
    while True:
        line = lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, RowError("the row is not CSV", f"the row is not CSV: {error}")
            reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
            continue
        if cells and (cells[0].strip() or "".join(cells).strip()):
            yield line, cells


def _cells_at(places: Sequence[int]) -> Callable[[list[str]], tuple[str, ...]]:
    """What takes the cells at these places out of a row; `itemgetter` makes no tuple of one."""
    if len(places) > 1:
        return itemgetter(*places)
    return (lambda row: (row[places[0]],)) if places else (lambda _: ())


def _delimiter(head: str, layout: Layout) -> str:
    """The delimiter under which the header has the most known names, then the most columns."""
    wanted = {*layout.kind.columns, *layout.maps.values(), *HEAD}

    def score(delimiter: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader([head], delimiter=delimiter, skipinitialspace=True))
        except csv.Error:
            return 0, 0
        return len(wanted & {cell.strip() for cell in cells}), len(cells)

    return max(DELIMITERS, key=score)
