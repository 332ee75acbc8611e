"""Business days: which days they are, and the day that is so many of them away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from touchpoints.core.calendar import NEVER, Ints
from touchpoints.core.columns import Bools

MONDAY_TO_SUNDAY = frozenset(range(7))
SATURDAY_AND_SUNDAY = frozenset({5, 6})


@dataclass(frozen=True, slots=True)
class Workdays:
    """The business days of a country: all but its weekend and its holidays, and make-up workdays.

    `weekend` counts from Monday, 0; `holidays` and `workdays` are day numbers. A day in both of
    them is a business day. Days that neither of them reaches go by the weekend alone.
    """

    weekend: frozenset[int] = SATURDAY_AND_SUNDAY
    holidays: frozenset[int] = frozenset()
    workdays: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if self.weekend >= MONDAY_TO_SUNDAY:
            raise ValueError("a weekend of seven days leaves no business day")

    def is_workday(self, day: Ints) -> Bools:
        """Which days are business days, columnwise; `NEVER` is none."""
        real = _real(day)
        if not real.any():
            return real
        low, high = int(day[real].min()), int(day[real].max())
        opened = self._opened(low, high)
        return real & opened[np.where(real, day - low, 0)]

    def shift(self, base: Ints, count: int) -> Ints:
        """The `count`-th business day after each base day, before it where `count` is negative.

        The base day itself is not counted, be it a business day or not; with a count of 0 it is the
        answer. `NEVER` stays `NEVER`.
        """
        real = _real(base)
        if count == 0 or not real.any():
            return base
        low, opened = self._reach(int(base[real].min()), int(base[real].max()), count)
        # How many business days of the range there are before each of its days.
        passed = np.append(0, np.cumsum(opened))
        place = np.where(real, base - low, 0)
        nth = passed[place] + count if count < 0 else passed[place + 1] + count - 1
        days = low + np.flatnonzero(opened)
        return np.asarray(np.where(real, days[np.where(real, nth, 0)], base), dtype=np.int64)

    def bases(self, first: int, last: int, count: int) -> tuple[int, int]:
        """The base days that `shift` takes into `first` to `last`, both included, as such a span.

        Where there is no business day from `first` to `last`, the span ends before it begins.
        """
        if count == 0:
            return first, last
        ahead = count > 0
        edges = np.array([first, last + 1] if ahead else [first - 1, last], dtype=np.int64)
        low, high = self.shift(edges, -count).tolist()
        return (low, high - 1) if ahead else (low + 1, high)

    def _reach(self, low: int, high: int, count: int) -> tuple[int, Bools]:
        """`low` to `high` and `count` business days beyond: the first day, and which are open."""
        margin = 2 * abs(count) + 14
        while True:
            start, end = (low - margin, high) if count < 0 else (low, high + margin)
            opened = self._opened(start, end)
            beyond = opened[:margin] if count < 0 else opened[-margin:]
            if np.count_nonzero(beyond) >= abs(count):
                return start, opened
            margin *= 2

    def _opened(self, low: int, high: int) -> Bools:
        """For each day from `low` to `high`, both included, whether it is a business day."""
        ordinary = np.array([weekday not in self.weekend for weekday in range(7)])
        # 1970-01-01 was a Thursday, weekday 3.
        opened = np.resize(np.roll(ordinary, -((low + 3) % 7)), high - low + 1)
        for days, value in ((self.holidays, False), (self.workdays, True)):
            opened[[day - low for day in days if low <= day <= high]] = value
        return opened


def _real(day: Ints) -> Bools:
    return np.asarray(np.abs(day) < NEVER)
