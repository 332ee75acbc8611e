"""The ways that candidates may take: one for each channel, with what its time depends on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from touchpoints.core.calendar import NEVER, Ints
from touchpoints.core.columns import Candidates, Customers, Routes, distinct
from touchpoints.core.hours import Interval
from touchpoints.core.rulebook import Rulebook
from touchpoints.core.timetable import SlotKey


def routes_of(
    rules: Rulebook, customers: Customers, candidates: Candidates, as_of: int
) -> tuple[Routes, tuple[SlotKey, ...]]:
    """Every candidate on each of its channels, in the customer's order, with its time entry."""
    ordered = _channels_in_order(rules, customers.orders)
    customer, touchpoint = candidates.customer, candidates.touchpoint
    channel = ordered[touchpoint, customers.order[customer]]
    real = (channel >= 0) & (~candidates.pinned[:, None] | (channel == candidates.planned[:, None]))
    candidate, place = np.nonzero(real)
    customer, touchpoint = customer[candidate], touchpoint[candidate]
    zone, wish = customers.zone[customer], customers.wish[customer]
    day, next_day = candidates.day[candidate], candidates.next_day[candidate]
    channel = channel[real]
    earliest = candidates.earliest[candidate]
    earliest = np.where(earliest <= as_of, 0, earliest)
    agreed, agreements = _agreements(rules, customers.agreed, (customer, touchpoint, channel))
    first, slots = group((zone, touchpoint, channel, day, next_day, earliest, wish, agreed))
    keys = tuple(
        SlotKey(
            customers.zones[zone[row]],
            int(touchpoint[row]),
            int(channel[row]),
            int(day[row]),
            int(next_day[row]),
            int(earliest[row]),
            customers.wishes[wish[row]],
            agreements[agreed[row]],
        )
        for row in first.tolist()
    )
    return Routes(candidate, customer, touchpoint, channel, place, slots), keys


def _agreements(
    rules: Rulebook,
    agreed: Mapping[tuple[int, int, int], tuple[Interval, ...]],
    columns: tuple[Ints, Ints, Ints],
) -> tuple[Ints, tuple[tuple[Interval, ...] | None, ...]]:
    """For each route the place of its agreed instants; the first, None, is: consent stays as it is.

    Few consents change within a horizon, so that only their customers' routes are looked at.
    """
    customer, touchpoint, channel = columns
    found = np.zeros(len(customer), dtype=np.int64)
    known: dict[tuple[Interval, ...] | None, int] = {None: 0}
    dated = distinct(np.asarray(sorted({row for row, _, _ in agreed}), dtype=np.int64))
    for route in np.flatnonzero(np.isin(customer, dated)).tolist() if len(dated) else ():
        category = rules.category_number[rules.touchpoints[touchpoint[route]].category]
        spans = agreed.get((int(customer[route]), category, int(channel[route])))
        found[route] = known.setdefault(spans, len(known))
    return found, tuple(known)


def _channels_in_order(rules: Rulebook, orders: tuple[tuple[str, ...], ...]) -> Ints:
    """For each touchpoint and order: its channels, the customer's ranked ones first, -1 behind."""
    table = np.full((len(rules.touchpoints), max(len(orders), 1), len(rules.channels)), -1)
    for row, design in enumerate(rules.touchpoints):
        for column, order in enumerate(orders):
            ranked = [name for name in order if name in design.channels]
            names = dict.fromkeys([*ranked, *design.channels])
            table[row, column, : len(names)] = [rules.channel_number[name] for name in names]
    return table.astype(np.int64)


def group(columns: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Rows that are alike in all columns: one row number for each group, and each row's group."""
    code = np.zeros(len(columns[0]), dtype=np.int64)
    width = 1
    for column in columns:
        values, low = column, int(column.min(initial=NEVER))
        span = int(column.max(initial=low)) - low + 1
        if span > 1 << 20:
            values, low = np.unique(column, return_inverse=True)[1], 0
            span = int(values.max(initial=0)) + 1
        code, width = code * span + (values - low), width * span
        if width >= 1 << 40:
            code = np.unique(code, return_inverse=True)[1]
            width = int(code.max(initial=0)) + 1
    _, first, back = np.unique(code, return_index=True, return_inverse=True)
    return first, back
