"""What a line or a channel can still take, minute by minute, for all customers together.

`120 per hour` is dealt out evenly: minute m may take u·(⌊(m+1)n/60⌋ - ⌊mn/60⌋), where u is the
heaviest message that counts here and n = ⌊120/u⌋. Any 60 minutes in a row then sum up to u·n, which
is at most 120, so that no hour is above it wherever one starts to count. What is given per day
comes from one pot for each local day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from touchpoints.core.calendar import Ints, zone_clock
from touchpoints.core.hours import Interval
from touchpoints.core.policy import Capacity

Uses = tuple[tuple[int, int], ...]
"""What one message takes: places of capacities in the rulebook, and millionths of each."""

NOTHING: Uses = ()
WHOLE = 1_000_000
"""A message, or a reaction that is certain, in millionths."""
DAY_MINUTES = 1440


@dataclass(frozen=True, slots=True)
class Resource:
    """A line or channel that can take only so much; `heaviest` is in millionths of a reaction."""

    code: str
    capacity: Capacity
    zone: str
    heaviest: int = WHOLE

    def budgets(self, first: int, last: int) -> Ints:
        """What each minute from `first` to `last` may take, counted since the epoch."""
        fits = self.capacity.most * WHOLE // self.heaviest
        edges = np.arange(first, last + 2, dtype=np.int64) * fits // self.capacity.minutes
        return np.asarray(np.diff(edges) * self.heaviest, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Taken:
    """What others have taken already: which capacity, at which instants, and how much of it."""

    resource: Ints
    at: Ints
    amount: Ints

    @classmethod
    def nothing(cls) -> Taken:
        """Nobody else has taken anything."""
        none = np.zeros(0, dtype=np.int64)
        return cls(none, none, none)


class Load:
    """What is left of every capacity between two instants."""

    def __init__(self, resources: Sequence[Resource], first: int, last: int) -> None:
        self.resources = resources
        self._first = first // 60
        self._minutes = max(1, last // 60 - self._first + 1)
        self._left = [self._fresh(each) for each in resources]

    def take(self, taken: Taken) -> None:
        """Book what others have taken."""
        for number, at, amount in zip(taken.resource, taken.at, taken.amount, strict=True):
            self.book(((int(number), int(amount)),), int(at))

    def book(self, uses: Uses, at: int) -> None:
        """Take what a message uses at an instant; what lies outside of the span is not kept."""
        for number, weight in uses:
            place = self._place(number, at // 60)
            if place is not None:
                self._left[number][place] -= weight

    def give_back(self, uses: Uses, at: int) -> None:
        """Give back what a message used."""
        self.book(tuple((number, -weight) for number, weight in uses), at)

    def free(self, number: int, weight: int, spans: tuple[Interval, ...]) -> tuple[Interval, ...]:
        """The minutes of the spans in which a capacity has room for this weight."""
        found: list[Interval] = []
        for start, end in spans:
            minutes = np.arange(start // 60, -(-end // 60), dtype=np.int64)
            open_minutes = minutes[self._has_room(number, minutes, weight)]
            if len(open_minutes):
                breaks = np.flatnonzero(np.diff(open_minutes) > 1)
                firsts = open_minutes[np.append(0, breaks + 1)]
                lasts = open_minutes[np.append(breaks, len(open_minutes) - 1)]
                found += [
                    (max(start, first * 60), min(end, last * 60 + 60))
                    for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True)
                ]
        return tuple(found)

    def _has_room(self, number: int, minutes: Ints, weight: int) -> Ints:
        left = self._left[number]
        if self.resources[number].capacity.minutes == DAY_MINUTES:
            places = self._day_places(number, minutes)
        else:
            places = minutes - self._first
        inside = (places >= 0) & (places < len(left))
        enough = left[np.clip(places, 0, len(left) - 1)] >= weight
        return np.flatnonzero(inside & enough)

    def _fresh(self, resource: Resource) -> Ints:
        last = self._first + self._minutes - 1
        if resource.capacity.minutes < DAY_MINUTES:
            return resource.budgets(self._first, last)
        clock = zone_clock(resource.zone)
        days = clock.local_day(last * 60) - clock.local_day(self._first * 60) + 1
        return np.full(days, resource.capacity.most * WHOLE, dtype=np.int64)

    def _place(self, number: int, minute: int) -> int | None:
        place = minute - self._first
        if self.resources[number].capacity.minutes == DAY_MINUTES:
            place = int(self._day_places(number, np.asarray([minute], dtype=np.int64))[0])
        return place if 0 <= place < len(self._left[number]) else None

    def _day_places(self, number: int, minutes: Ints) -> Ints:
        """The places of the local days of minutes in a row; the clock is asked once an hour."""
        clock = zone_clock(self.resources[number].zone)
        quarters = minutes // 15
        known = {each: clock.local_day(each * 900) for each in dict.fromkeys(quarters.tolist())}
        first = clock.local_day(self._first * 60)
        return np.asarray([known[each] - first for each in quarters.tolist()], dtype=np.int64)
