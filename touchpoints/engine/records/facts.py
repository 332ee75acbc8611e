"""A row about something dated that can change: an instalment, a card, an order."""

from __future__ import annotations

from touchpoints.engine.records import words
from touchpoints.engine.records.kind import Kind, Rules
from touchpoints.engine.records.record import Record
from touchpoints.store.dialect import Row
from touchpoints.store.records import FACTS as TABLE


def read(record: Record, rules: Rules) -> Row:
    """A fact of one customer, known by kind and ref; one that was closed is open again."""
    return (
        record.required("customer", words.identifier),
        record.required("kind", words.identifier),
        record.required("ref", words.identifier),
        record.required("date", rules.dates.day),
        record.read("status", words.status),
        record.read("amount", words.amount),
        record.read("currency", words.currency),
        record.attributes,
        None,
    )


FACTS = Kind(
    name="facts",
    table=TABLE,
    columns=("customer", "kind", "ref", "date", "status", "amount", "currency"),
    required=("customer", "kind", "ref", "date"),
    read=read,
    attributes=True,
    unique=True,
)
