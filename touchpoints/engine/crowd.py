"""Customers as columns: zones, channel orders, wishes, addresses and consents."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from touchpoints.core.calendar import Ints
from touchpoints.core.columns import (
    DENIED,
    GRANTED,
    NO_WISHES,
    NONE,
    Bools,
    Customers,
    Wishes,
    Words,
)
from touchpoints.core.hours import parse_intervals
from touchpoints.core.policy import Cap, Duration
from touchpoints.core.rulebook import OWN, Rulebook
from touchpoints.engine.brief import Brief
from touchpoints.store import reading
from touchpoints.store.database import Row
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
NO, ID, STATUS, ZONE, CHANNELS, EMAIL, PHONE, ADDRESSES, UNUSABLE = range(9)
ANY, UNKNOWN = -1, -2

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
    status = [row[STATUS] or "active" for row in rows]
    return Customers(
        id=objects([row[ID] for row in rows]),
        active=np.asarray([word == "active" for word in status], dtype=bool),
        status=objects(status),
        zone=zone,
        order=order,
        wish=wish,
        reachable=_reachable(brief, rules, rows),
        consent=_consent(connection, brief, rules, nos),
        zones=zones,
        orders=orders,
        wishes=wishes,
    )


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
    _, _, quiet, most, per, pause_from, pause_until = preference
    return Wishes(
        quiet=parse_intervals(quiet) if quiet else (),
        own_cap=Cap(OWN, most, Duration.parse(per)) if most and per else None,
        pause_from=pause_from,
        pause_until=pause_until,
    )


def _reachable(brief: Brief, rules: Rulebook, rows: Sequence[Row]) -> Bools:
    table = np.zeros((len(rows), len(rules.channels)), dtype=bool)
    for column, name in enumerate(rules.channels):
        channel = brief.workspace.channels[name]
        table[:, column] = [address_of(channel, row) is not None for row in rows]
    return table


def _consent(
    connection: Connection, brief: Brief, rules: Rulebook, nos: Sequence[int]
) -> npt.NDArray[np.int8]:
    """What was last said, by category and channel: later statements overwrite earlier ones.

    A grant that has lapsed takes back the grants before it, but no denial.
    """
    shape = (len(nos), len(rules.categories), len(rules.channels))
    table = np.zeros(shape, dtype=np.int8)
    found = reading.consents(connection, list(nos), brief.as_of)
    if not found:
        return table
    row_of = {no: row for row, no in enumerate(nos)}
    who = np.asarray([row_of[no] for no, _, _, _ in found])
    channel = _codes([channel for _, channel, _, _ in found], rules.channel_number)
    category = _codes([category for _, _, category, _ in found], rules.category_number)
    state = np.asarray([DENIED if word == "denied" else GRANTED for *_, word in found])
    lapsed = np.asarray([word == "lapsed" for *_, word in found])
    ended = np.zeros(shape, dtype=bool)
    for k in range(shape[1]):
        for c in range(shape[2]):
            about = ((category == k) | (category == ANY)) & ((channel == c) | (channel == ANY))
            said = about & ~lapsed
            table[who[said], k, c] = state[said]
            ended[who[about], k, c] = lapsed[about]
    table[ended & (table == GRANTED)] = NONE
    return table


def _codes(names: Sequence[str], numbers: dict[str, int]) -> Ints:
    codes = {"*": ANY, **numbers}
    return np.asarray([codes.get(name, UNKNOWN) for name in names], dtype=np.int64)
