"""A row about what a customer allowed or refused, since when, and by what proof."""

from __future__ import annotations

from typing import Any

from touchpoints.engine.records import words
from touchpoints.engine.records.instants import end, instant
from touchpoints.engine.records.kind import Kind, Rules
from touchpoints.engine.records.record import Record
from touchpoints.store.dialect import Row
from touchpoints.store.records import CONSENTS as TABLE


def read(record: Record, rules: Rules) -> Row:
    """One statement; `*` stands for every channel or every category."""
    channel = record.required("channel", words.identifier)
    category = record.required("category", words.identifier)
    rules.check_channels(record, "channel", (channel,))
    rules.check_category(record, category)
    return (
        record.required("customer", words.identifier),
        instant(record, "at", rules),
        channel,
        category,
        record.required("state", _state),
        record.read("source", words.remark),
        end(record, "expires_at", rules),
    )


def _state(text: str) -> Any:
    if text.lower() not in {"granted", "denied"}:
        raise ValueError("is neither granted nor denied")
    return text.lower()


CONSENTS = Kind(
    name="consents",
    table=TABLE,
    columns=("customer", "channel", "category", "state", "at", "source", "expires_at"),
    required=("customer", "channel", "category", "state", "at"),
    read=read,
)
