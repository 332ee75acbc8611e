"""A row about something that happened: a payment method changed, a parcel left, a mail opened."""

from __future__ import annotations

from touchpoints.engine.records import words
from touchpoints.engine.records.instants import instant
from touchpoints.engine.records.kind import Kind, Rules
from touchpoints.engine.records.record import Record
from touchpoints.store.dialect import Row
from touchpoints.store.records import EVENTS as TABLE


def read(record: Record, rules: Rules) -> Row:
    """An event of one customer, known by kind and ref; told again, the earliest instant stays."""
    return (
        record.required("customer", words.identifier),
        record.required("kind", words.identifier),
        record.required("ref", words.reference),
        instant(record, "at", rules),
        record.attributes,
    )


EVENTS = Kind(
    name="events",
    table=TABLE,
    columns=("customer", "kind", "ref", "at"),
    required=("customer", "kind", "ref", "at"),
    read=read,
    attributes=True,
)
