"""Days of the month that come again and again, the 31st of short months included (RFC 7529)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Literal

from touchpoints.core.calendar import date_of, day_of

Skip = Literal["backward", "forward", "omit"]

LAST_DAY = day_of(date(9998, 12, 31))
"""The calendar of Python ends a year later."""


@dataclass(frozen=True, slots=True)
class MonthDays:
    """Every so many months, in these months of the year, on these days of the month.

    Days of the month count from 1, or from -1 backwards. `skip` says what becomes of one that a
    month does not have: the day before, the day after, or nothing. Nothing lies before `start`,
    after `until`, or behind the first `most`; intervals are counted from the month of `start`, or
    its year where they are `yearly`.
    """

    start: int
    days: tuple[int, ...]
    months: frozenset[int] = frozenset(range(1, 13))
    interval: int = 1
    yearly: bool = False
    skip: Skip = "backward"
    until: int = LAST_DAY
    most: int | None = None

    def between(self, first: int, last: int) -> list[int]:
        """The days from `first` to `last`, ascending."""
        if self.most is not None:
            return [day for day in self._first(self.most) if first <= day <= last]
        low, high = max(first, self.start), min(last, self.until)
        return list(self._within(low, high)) if low <= high else []

    def _first(self, most: int) -> Iterable[int]:
        return islice(self._within(self.start, self.until), most)

    def _within(self, low: int, high: int) -> Iterator[int]:
        # A day that a month does not have may fall into the month before or after it.
        before = low - 1
        for month in range(_month(low) - 1, _month(high) + 2):
            for day in self._of(month):
                if before < day <= high:
                    before = day
                    yield day

    def _of(self, month: int) -> list[int]:
        """The days that one month gives, ascending, perhaps with doubles."""
        begun = _month(self.start)
        steps = month // 12 - begun // 12 if self.yearly else month - begun
        if month % 12 + 1 not in self.months or steps % self.interval:
            return []
        length = monthrange(month // 12, month % 12 + 1)[1]
        first = day_of(date(month // 12, month % 12 + 1, 1))
        found = (self._place(number, length) for number in self.days)
        return sorted(first + place for place in found if place is not None)

    def _place(self, number: int, length: int) -> int | None:
        """Days after the first of a month of this length; one outside it goes the way of `skip`."""
        place = number - 1 if number > 0 else length + number
        if 0 <= place < length:
            return place
        if self.skip == "omit":
            return None
        edge = length - 1 if place >= length else -1
        return edge if self.skip == "backward" else edge + 1


def _month(day: int) -> int:
    found = date_of(day)
    return found.year * 12 + found.month - 1
