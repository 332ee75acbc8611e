"""Columns that hold an instant, read in the workspace's zone where they name none."""

from __future__ import annotations

from typing import Any

from touchpoints.engine.records.kind import Rules
from touchpoints.engine.records.record import Record
from touchpoints.store.records import KEEP


def instant(record: Record, column: str, rules: Rules) -> int:
    """An instant in seconds; it must be there. Raises RowError."""
    at, zoned = record.required(column, rules.dates.instant)
    _say(record, column, zoned=zoned)
    return at


def end(record: Record, column: str, rules: Rules) -> Any:
    """An instant at which something ends; a bare date until its end. Raises RowError."""
    found = record.read(column, rules.dates.end)
    if found is None or found is KEEP:
        return found
    at, zoned = found
    _say(record, column, zoned=zoned)
    return at


def _say(record: Record, column: str, *, zoned: bool) -> None:
    if not zoned:
        record.warn(f"{column} has no zone; it is taken in the workspace's zone")
