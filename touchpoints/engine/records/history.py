"""A row about a message that another system sent."""

from __future__ import annotations

from touchpoints.engine.records import words
from touchpoints.engine.records.instants import instant
from touchpoints.engine.records.kind import Kind, Rules
from touchpoints.engine.records.record import Record
from touchpoints.store.dialect import Row
from touchpoints.store.records import HISTORY as TABLE


def read(record: Record, rules: Rules) -> Row:
    """One message of the past; properties that nobody knows are empty."""
    return (
        record.required("customer", words.identifier),
        instant(record, "sent_at", rules),
        *(_known(record, column) for column in ("channel", "category", "topic", "touchpoint")),
    )


def _known(record: Record, column: str) -> str:
    value = record.read(column, words.identifier)
    return value if isinstance(value, str) else ""


HISTORY = Kind(
    name="history",
    table=TABLE,
    columns=("customer", "sent_at", "channel", "category", "topic", "touchpoint"),
    required=("customer", "sent_at"),
    read=read,
)
