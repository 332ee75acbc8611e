"""What audiences and templates see of customers, facts and events: values under field names."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from touchpoints.core.calendar import date_of, zone_clock
from touchpoints.store.dialect import Row
from touchpoints.store.reading import CUSTOMER_COLUMNS, EVENT_COLUMNS, FACT_COLUMNS

Getter = Callable[[Row], object]

EVENT_AT = EVENT_COLUMNS.index("at") + 1
EVENT_ZONE = len(EVENT_COLUMNS) + 1
"""Where the instant and the customer's zone stand in an event row of `happenings`."""


def birthday(text: str | None) -> object:
    """A birthday as a date, or as the text itself where it has no year or is lunar."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        return text


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


_HIDDEN = frozenset({"attributes", "addresses", "unusable"})
"""Columns that hold several things, and are no fields themselves."""

_AS_VALUE: Mapping[str, Callable[[Any], object]] = {
    "birthday": birthday,
    "date": date_of,
    "amount": _amount,
}


def whole_customer(row: Row, columns: Sequence[str]) -> dict[str, object]:
    """All fields of a customer row (the number, then the columns); a blank status is active."""
    values = _whole(row[1:], columns)
    values.setdefault("status", "active")
    return values


def whole_fact(row: Row) -> dict[str, object]:
    """All fields of a fact row as `reading.facts` gives it."""
    return _whole(row[1:], FACT_COLUMNS)


def whole_event(row: Row, zone: str) -> dict[str, object]:
    """All fields of an event row of `happenings`; `zone` is for customers without one."""
    return _whole(row[1:EVENT_ZONE], EVENT_COLUMNS) | {"at": _local(row, zone)}


def of_customer(field: str, columns: Sequence[str]) -> Getter:
    """A function that reads one field of such a customer row; a blank status is active."""
    read = _getter(field, columns)
    return (lambda row: read(row) or "active") if field == "status" else read


def of_fact(field: str) -> Getter:
    """A function that reads one field of a fact row as `reading.facts` gives it."""
    return _getter(field, FACT_COLUMNS)


def of_event(field: str, zone: str) -> Getter:
    """A function that reads one field of an event row; `at` is on the customer's own clock."""
    if field == "at":
        return lambda row: _local(row, zone)
    return _getter(field, EVENT_COLUMNS)


def customer_columns(fields: set[str]) -> tuple[str, ...]:
    """The stored columns that hold these fields of a customer."""
    known = {field for field in fields if field in CUSTOMER_COLUMNS}
    return tuple(sorted(known | ({"attributes"} if fields - known else set())))


def _local(row: Row, zone: str) -> datetime:
    return zone_clock(row[EVENT_ZONE] or zone).local(row[EVENT_AT])


def _whole(row: Row, columns: Sequence[str]) -> dict[str, object]:
    """The fields of a stored row, its attributes behind the columns; empty ones are left out."""
    stored, own, converted = _readers(tuple(columns))
    attributes = row[stored]
    values: dict[str, object] = json.loads(attributes) if attributes else {}
    for place, name in own:
        if row[place] is not None:
            values[name] = row[place]
    for name, convert in converted:
        if name in values:
            values[name] = convert(values[name])
    return values


@lru_cache(maxsize=16)
def _readers(
    columns: tuple[str, ...],
) -> tuple[int, tuple[tuple[int, str], ...], tuple[tuple[str, Callable[[Any], object]], ...]]:
    """Where the attributes stand in a row, place and name of the others, and what these mean."""
    own = tuple((place, name) for place, name in enumerate(columns) if name not in _HIDDEN)
    converted = tuple((name, each) for name, each in _AS_VALUE.items() if name in columns)
    return columns.index("attributes"), own, converted


def _getter(field: str, columns: Sequence[str]) -> Getter:
    """Reads a column, or an attribute where there is no such column; one number stands before."""
    if field in columns and field not in _HIDDEN:
        place, convert = columns.index(field) + 1, _AS_VALUE.get(field)
        if convert is None:
            return lambda row: row[place]
        return lambda row: None if row[place] is None else convert(row[place])
    place = columns.index("attributes") + 1
    return lambda row: None if row[place] is None else json.loads(row[place]).get(field)
