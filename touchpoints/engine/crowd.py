"""Customers as columns: zones, channel orders, wishes, addresses and consents."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from typing import TypeVar

import numpy as np
from sqlalchemy import Connection

from touchpoints.core.calendar import Ints
from touchpoints.core.columns import NO_WISHES, Bools, Customers, Wishes, Words
from touchpoints.core.hours import parse_intervals
from touchpoints.core.policy import Cap, Duration
from touchpoints.core.rulebook import OWN, Rulebook
from touchpoints.engine.agreeing import agreements
from touchpoints.engine.brief import Brief
from touchpoints.store import reading
from touchpoints.store.dialect import Row
from touchpoints.workspace import ChannelSettings

BASE_COLUMNS = (
    "id",
    "status",
    "timezone",
    "channels",
    "email",
    "phone",
    "addresses",
    "unusable",
)
WHOLE_COLUMNS = BASE_COLUMNS + tuple(
    name for name in reading.CUSTOMER_COLUMNS if name not in BASE_COLUMNS
)
"""All columns of a customer; in both, a row has the number before them."""

NO, ID, STATUS, ZONE, CHANNELS, EMAIL, PHONE, ADDRESSES, UNUSABLE = range(9)

Value = TypeVar("Value", bound=Hashable)


def customers(
    connection: Connection, brief: Brief, rules: Rulebook, rows: Sequence[Row]
) -> Customers:
    """The columns of these customers; each row is the number, then `BASE_COLUMNS`."""
    nos = [int(row[NO]) for row in rows]
    wanted = {int(row[NO]): row for row in reading.preferences(connection, nos)}
    own_zone = brief.workspace.policy.timezone
    zone, zones = numbered([row[ZONE] or own_zone for row in rows])
    order, orders = numbered(
        [_order(row, wanted.get(no)) for no, row in zip(nos, rows, strict=True)]
    )
    wish, wishes = numbered([_wishes(wanted.get(no)) for no in nos])
    agreed = agreements(reading.consents(connection, nos), rules, nos, brief.as_of)
    status = [row[STATUS] or "active" for row in rows]
    return Customers(
        id=objects([row[ID] for row in rows]),
        active=np.asarray([word == "active" for word in status], dtype=bool),
        status=objects(status),
        zone=zone,
        order=order,
        wish=wish,
        reachable=_reachable(brief, rules, rows),
        consent=agreed.state,
        zones=zones,
        orders=orders,
        wishes=wishes,
        agreed=agreed.spans,
        address=_addresses(brief, rules, rows) if by_address(rules) else None,
    )


def by_address(rules: Rulebook) -> bool:
    """Whether some cap counts what goes to one address together."""
    return any(limit.by_address for limit in rules.limits)


def numbered(values: Sequence[Value]) -> tuple[Ints, tuple[Value, ...]]:
    """Distinct values in the order in which they come, and the place of each value among them."""
    places: dict[Value, int] = {}
    numbers = [places.setdefault(value, len(places)) for value in values]
    return np.asarray(numbers, dtype=np.int64), tuple(places)


def objects(values: Sequence[object]) -> Words:
    """A column of objects that numpy leaves as they are."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def address_of(channel: ChannelSettings, row: Row) -> str | None:
    """The address on a channel: its own, else the e-mail address or, for `sms`, the phone."""
    if row[ADDRESSES]:
        own = json.loads(row[ADDRESSES]).get(channel.name)
        if own:
            return str(own)
    if row[UNUSABLE] and f"address.{channel.name}" in json.loads(row[UNUSABLE]):
        return None
    if channel.kind == "email":
        return row[EMAIL] or None
    return (row[PHONE] or None) if channel.name == "sms" else None


def _order(row: Row, preference: Row | None) -> tuple[str, ...]:
    text = (preference[1] if preference else None) or row[CHANNELS]
    return tuple(part.strip() for part in text.split(";") if part.strip()) if text else ()


def _wishes(preference: Row | None) -> Wishes:
    if preference is None:
        return NO_WISHES
    _, _, quiet, most, per, pause_from, pause_until, snooze_until = preference
    return Wishes(
        quiet=parse_intervals(quiet) if quiet else (),
        own_cap=Cap(OWN, most, Duration.parse(per)) if most and per else None,
        pause_from=pause_from,
        pause_until=pause_until,
        snooze_until=snooze_until,
    )


def _addresses(brief: Brief, rules: Rulebook, rows: Sequence[Row]) -> Ints:
    """The number of each customer's address on each channel, -1 for none."""
    table = np.full((len(rows), len(rules.channels)), -1, dtype=np.int64)
    known: dict[str, int] = {}
    for column, name in enumerate(rules.channels):
        channel = brief.workspace.channels[name]
        for place, row in enumerate(rows):
            address = address_of(channel, row)
            if address is not None:
                table[place, column] = known.setdefault(address.lower(), len(known))
    return table


def _reachable(brief: Brief, rules: Rulebook, rows: Sequence[Row]) -> Bools:
    table = np.zeros((len(rows), len(rules.channels)), dtype=bool)
    for column, name in enumerate(rules.channels):
        channel = brief.workspace.channels[name]
        table[:, column] = [address_of(channel, row) is not None for row in rows]
    return table
