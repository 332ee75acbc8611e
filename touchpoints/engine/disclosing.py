"""Everything that is stored about one person, as they may ask for it: one object, in plain values.

Days and instants become dates and times on the customer's clock, JSON columns become objects, and
the very bytes that left become text, or base64 where they are none.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from touchpoints.core.calendar import ZoneClock, date_of, zone_clock
from touchpoints.store.person import OWNED, Rows

INSTANTS = frozenset(
    (
        *("at", "expires_at", "closed_at", "snooze_until", "sent_at", "send_at", "close_at"),
        *("next_allowed", "changed_at", "began_at", "ended_at", "lease_until"),
    )
)
DAYS = frozenset({"date", "pause_from", "pause_until"})
OBJECTS = frozenset({"addresses", "unusable", "attributes"})
SWITCHES = frozenset({"counts", "in_doubt", "resend"})
"""What the columns of these names hold, in whichever table."""

NAMES: Mapping[str, str] = {"history": "history"}
"""Where the name of many rows is not that of the table with an s."""


def disclosed(found: Rows, fallback: str) -> dict[str, Any]:
    """The rows of one person as one object; `fallback` is the zone of customers without one."""
    (customer,) = found["customer"]
    clock = zone_clock(customer["timezone"] or fallback)
    told: dict[str, Any] = {"customer": _values(customer, clock)}
    for table in OWNED:
        told[NAMES.get(table, f"{table}s")] = [_values(row, clock) for row in found[table]]
    for row, message in zip(found["message"], told["messages"], strict=True):
        for name, table in (("transitions", "transition"), ("tries", "attempt")):
            message[name] = [
                _values(each, clock) for each in found[table] if each["message_no"] == row["no"]
            ]
    return told


def as_json(told: Mapping[str, Any]) -> str:
    """The object as text that people can read, too; dates and times in ISO form."""
    return json.dumps(told, ensure_ascii=False, indent=2, default=lambda value: value.isoformat())


def _values(row: Mapping[str, Any], clock: ZoneClock) -> dict[str, Any]:
    """The values of a row without the numbers that only lead to another row."""
    return {
        name: _value(name, value, clock)
        for name, value in row.items()
        if name not in {"customer_no", "message_no"}
    }


def _value(name: str, value: Any, clock: ZoneClock) -> Any:
    if value is None:
        return {} if name in OBJECTS else None
    if name in INSTANTS:
        return clock.local(value)
    return next((read(value) for names, read in _READ if name in names), value)


def _bytes(value: bytes) -> str | dict[str, str]:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode("ascii")}


_READ: tuple[tuple[frozenset[str], Callable[[Any], Any]], ...] = (
    (DAYS, date_of),
    (OBJECTS, json.loads),
    (SWITCHES, bool),
    (frozenset({"content"}), _bytes),
)
