"""A row about a customer's own wishes: channel order, quiet hours, own cap, pause, snooze."""

from __future__ import annotations

from typing import Any

from touchpoints.engine.records import words
from touchpoints.engine.records.instants import end
from touchpoints.engine.records.kind import Kind, Rules
from touchpoints.engine.records.record import Record, RowError
from touchpoints.store.dialect import Row
from touchpoints.store.records import KEEP
from touchpoints.store.records import PREFERENCES as TABLE


def read(record: Record, rules: Rules) -> Row:
    """The wishes of one customer, which replace all that were stored before."""
    customer = record.required("customer", words.identifier)
    channels: tuple[str, ...] = _read(record, "channels", words.names) or ()
    rules.check_channels(record, "channels", channels)
    most = _read(record, "max", words.count)
    per = _read(record, "per", words.length)
    if (most is None) != (per is None):
        raise RowError("max and per must both be there, or neither")
    first = _read(record, "pause_from", rules.dates.day)
    last = _read(record, "pause_until", rules.dates.day)
    if first is not None and last is not None and first > last:
        raise RowError("pause_from is later than pause_until")
    quiet = _read(record, "quiet_hours", words.hours)
    snooze = end(record, "snooze_until", rules)
    snooze = None if snooze is KEEP else snooze
    return customer, ";".join(channels) or None, quiet, most, per, first, last, snooze


def _read(record: Record, column: str, parse: Any) -> Any:
    value = record.read(column, parse)
    return None if value is KEEP else value


PREFERENCES = Kind(
    name="preferences",
    table=TABLE,
    columns=(
        *("customer", "channels", "quiet_hours", "max", "per"),
        *("pause_from", "pause_until", "snooze_until"),
    ),
    required=("customer",),
    read=read,
)
