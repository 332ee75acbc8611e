"""What a line or a channel can still take, minute by minute, for all customers together.

`120 per hour` means that no 60 minutes in a row take more than 120, wherever one starts to count.
So that they do not all come at once, it is dealt out evenly: minute m should take no more than
u·(⌊(m+1)n/60⌋ - ⌊mn/60⌋), where u is the heaviest message that counts here and n = ⌊120/u⌋. Only
who finds no such minute in a whole slot may take any in which the hours around still have room.
What is given per day comes from one pot for each local day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from touchpoints.core.calendar import Ints, zone_clock
from touchpoints.core.columns import Bools
from touchpoints.core.hours import DAY_MINUTES, Interval, intersect
from touchpoints.core.policy import Capacity

Uses = tuple[tuple[int, int], ...]
"""What one message takes: places of capacities in the rulebook, and millionths of each."""

NOTHING: Uses = ()
WHOLE = 1_000_000
"""A message, or a reaction that is certain, in millionths."""
LONGEST = 60
"""Minutes of the longest run that is counted in minutes; longer ones are local days."""


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
    """What is left of every capacity between two instants; what was taken just before counts."""

    def __init__(self, resources: Sequence[Resource], first: int, last: int) -> None:
        self.resources = resources
        self._first = first // 60 - LONGEST
        self._minutes = max(1, last // 60 - self._first + 1)
        self._left = [self._fresh(each) for each in resources]
        # What every run of minutes that starts here takes; for days, `_left` says it all.
        self._sums = [np.zeros(self._minutes, dtype=np.int64) for _ in resources]

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
                length = self._length(number)
                if length < DAY_MINUTES:
                    self._sums[number][max(0, place - length + 1) : place + 1] += weight

    def give_back(self, uses: Uses, at: int) -> None:
        """Give back what a message used."""
        self.book(tuple((number, -weight) for number, weight in uses), at)

    def free(self, number: int, weight: int, spans: tuple[Interval, ...]) -> tuple[Interval, ...]:
        """The minutes of the spans in which a capacity can take this weight."""
        minutes = _minutes(spans)
        if self._length(number) == DAY_MINUTES:
            return _within(spans, minutes, self._has(number, minutes, weight))
        # A minute is in the runs that start at it or less than a length before.
        most, length = self.resources[number].capacity.most * WHOLE, self._length(number)
        low, high = np.clip(minutes[[0, -1]] - self._first + (1 - length, 1), 0, self._minutes)
        full = np.cumsum(np.append(0, self._sums[number][low:high] > most - weight))
        places = minutes - self._first
        here = np.clip(places - low, 0, len(full) - 2)
        free = full[here + 1] == full[np.maximum(0, here + 1 - length)]
        return _within(spans, minutes, free & (places >= 0) & (places < self._minutes))

    def dealt(self, uses: Uses, spans: tuple[Interval, ...]) -> tuple[Interval, ...]:
        """The minutes of the spans to which as much as a message uses is dealt."""
        minutes = _minutes(spans)
        has = [self._has(number, minutes, weight) for number, weight in uses]
        return _within(spans, minutes, np.logical_and.reduce(has))

    def _has(self, number: int, minutes: Ints, weight: int) -> Bools:
        """Where what is dealt to the minute, or left of its day, has room."""
        left = self._left[number]
        if self._length(number) == DAY_MINUTES:
            places = self._day_places(number, minutes)
        else:
            places = minutes - self._first
        inside = (places >= 0) & (places < len(left))
        enough: Bools = inside & (left[np.clip(places, 0, len(left) - 1)] >= weight)
        return enough

    def _length(self, number: int) -> int:
        return self.resources[number].capacity.minutes

    def _fresh(self, resource: Resource) -> Ints:
        last = self._first + self._minutes - 1
        if resource.capacity.minutes < DAY_MINUTES:
            return resource.budgets(self._first, last)
        clock = zone_clock(resource.zone)
        days = clock.local_day(last * 60) - clock.local_day(self._first * 60) + 1
        return np.full(days, resource.capacity.most * WHOLE, dtype=np.int64)

    def _place(self, number: int, minute: int) -> int | None:
        place = minute - self._first
        if self._length(number) == DAY_MINUTES:
            place = int(self._day_places(number, np.asarray([minute], dtype=np.int64))[0])
        return place if 0 <= place < len(self._left[number]) else None

    def _day_places(self, number: int, minutes: Ints) -> Ints:
        """The places of the local days of minutes; the clock is asked once for 15 of them."""
        clock = zone_clock(self.resources[number].zone)
        quarters = minutes // 15
        known = {each: clock.local_day(each * 900) for each in dict.fromkeys(quarters.tolist())}
        first = clock.local_day(self._first * 60)
        return np.asarray([known[each] - first for each in quarters.tolist()], dtype=np.int64)


def _minutes(spans: tuple[Interval, ...]) -> Ints:
    """Every minute from the first of the spans to the last, those between spans too."""
    return np.arange(spans[0][0] // 60, -(-spans[-1][1] // 60), dtype=np.int64)


def _within(spans: tuple[Interval, ...], minutes: Ints, chosen: Bools) -> tuple[Interval, ...]:
    """The chosen ones of minutes in a row as intervals, as far as they lie in the spans."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], chosen, [False]))))
    ends = (minutes[0] + edges).reshape(-1, 2) * 60
    return intersect([(start, end) for start, end in ends.tolist()], spans)
