"""The intake of one file: rows are read, looked up and written in batches, refused ones noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import BinaryIO

from sqlalchemy import Connection

from touchpoints.engine.collecting import collecting_rarely
from touchpoints.engine.records.completeness import Completeness
from touchpoints.engine.records.csv_rows import CsvRows
from touchpoints.engine.records.erased import refuse_erased
from touchpoints.engine.records.findings import Findings
from touchpoints.engine.records.json_rows import JsonRows
from touchpoints.engine.records.kind import Kind, Rules
from touchpoints.engine.records.limits import limits_of
from touchpoints.engine.records.lines import undecodable
from touchpoints.engine.records.record import (
    Broken,
    Record,
    RowError,
    UndecodableRowError,
    shown,
)
from touchpoints.engine.records.rejects import Rejects
from touchpoints.engine.records.summary import ImportSummary
from touchpoints.errors import UsageError
from touchpoints.store.dialect import Row
from touchpoints.store.marks import Erased
from touchpoints.store.reading import customer_numbers
from touchpoints.store.records import Upsert

CHUNK = 2_000
"""Rows that are looked up and written together: 20 times fewer statements than rows, 2 MB."""

Progress = Callable[[int], None]


class Intake:
    """The rows of one file on their way into a table, inside a transaction."""

    def __init__(
        self,
        connection: Connection,
        kind: Kind,
        rules: Rules,
        rejects: Rejects,
        erased: Erased,
        completeness: Completeness | None = None,
    ) -> None:
        self._connection = connection
        self._kind = kind
        self._rules = rules
        self._rejects = rejects
        self._erased = erased
        self._completeness = completeness
        self._closed: int | None = None
        self._upsert = Upsert(connection, kind.table)
        self._read = 0
        self._undecodable = 0
        self._rejected, self._warned = Findings(), Findings()
        self._lines: dict[str, int] = {}
        self._waiting: list[tuple[Record, Row]] = []
        self._limits = limits_of(connection, kind.table)
        self._refused: list[tuple[int, str, list[str]]] = []

    def remark(self, source: CsvRows | JsonRows) -> None:
        """Say what is worth saying about the columns of the file."""
        for line, remark in source.remarks():
            self._warned.add(remark, line, None)

    def take_all(self, source: CsvRows | JsonRows, below: BinaryIO, progress: Progress) -> None:
        """Store or refuse every row."""
        with collecting_rarely():
            for item in source:
                self._take(item)
                if self._read % CHUNK == 0:
                    self._flush()
                    progress(below.tell())
            self._flush()
        progress(below.tell())
        if self._read and self._undecodable == self._read:
            raise UsageError(undecodable(source.lines.file, source.lines.encoding))

    def close_the_others(self) -> None:
        """Close the facts that a full file does not have. Raises UsageError where it has none."""
        if self._completeness is not None:
            closed = self._completeness.close(self._connection, self._lines.keys())
            if closed is not None:
                self._closed = closed.count
                self._upsert.touch(closed.customers)

    def note(self) -> None:
        """Note whose data have changed, when all is written: these customers are planned anew."""
        self._upsert.note()

    def summary(self) -> ImportSummary:
        """What became of the rows that were taken."""
        new, changed, rejected = self._upsert.new, self._upsert.changed, self._rejected.count()
        return ImportSummary(
            kind=self._kind.name,
            read=self._read,
            new=new,
            changed=changed,
            unchanged=self._read - new - changed - rejected,
            rejected=self._rejected.tallies(),
            warned=self._warned.tallies(),
            rejects_file=self._rejects.file if rejected and self._rejects.writes else None,
            closed=self._closed,
            unreadable=0 if self._completeness is None else self._completeness.unreadable,
        )

    def _take(self, item: Record | Broken) -> None:
        self._read += 1
        if isinstance(item, Broken):
            self._undecodable += isinstance(item.error, UndecodableRowError)
            self._refuse(item, item.error)
            return
        try:
            self._waiting.append((item, self._kind.read(item, self._rules)))
        except RowError as error:
            self._refuse(item, error)

    def _flush(self) -> None:
        """Write the rows that wait; one batch never has the same key twice."""
        numbers = self._numbers()
        width, unique = len(self._kind.table.key), self._kind.unique
        batch: dict[Row, Row] = {}
        for record, row in self._waiting:
            try:
                refuse_erased(self._erased, row, customers=numbers is None)
                self._limits.check(row)
                stored = row if numbers is None else (_number(numbers, row[0]), *row[1:])
                if unique:
                    self._check_unique(record.line, row[:width])
            except RowError as error:
                self._refuse(record, error)
                continue
            key = stored[:width]
            if key in batch and batch[key] != stored:
                self._upsert.add(list(batch.values()))
                batch.clear()
            batch[key] = stored
            for warning in record.warnings:
                self._warned.add(warning, record.line, str(row[0]))
        self._upsert.add(list(batch.values()))
        self._waiting.clear()
        self._rejects.add(sorted(self._refused))
        self._refused.clear()

    def _numbers(self) -> dict[str, int] | None:
        """The numbers of the customers that the rows are about; None where rows are customers."""
        if self._kind.table.key == ("id",):
            return None
        ids = {row[0] for _, row in self._waiting}
        return customer_numbers(self._connection, sorted(ids))

    def _check_unique(self, line: int, key: Row) -> None:
        first = self._lines.setdefault("\n".join(key), line)
        if first != line:
            names = ", ".join(column.removesuffix("_no") for column in self._kind.table.key)
            values = " ".join(shown(value) for value in key)
            raise RowError(
                f"duplicate {names}", f"duplicate {names} {values}, first on line {first}"
            )

    def _refuse(self, item: Record | Broken, error: RowError) -> None:
        if self._completeness is not None:
            self._completeness.refused(item)
        subject = item.values.get(self._kind.subject) if isinstance(item, Record) else None
        self._rejected.add(error.reason, item.line, subject)
        self._refused.append((item.line, str(error), item.raw))


def _number(numbers: Mapping[str, int], customer: str) -> int:
    if customer not in numbers:
        raise RowError("unknown customer", f"unknown customer {shown(customer)}")
    return numbers[customer]
