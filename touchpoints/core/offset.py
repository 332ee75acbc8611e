"""Offsets: so many days or business days from a date, and the dates that they take to some days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from touchpoints.core.calendar import Ints
from touchpoints.core.workdays import Workdays

MONDAY_TO_FRIDAY = (Workdays(),)
"""The calendars of a workspace of which nobody has said where it is."""
_OFFSET = re.compile(r"([+-]?\d{1,6})(d|w|bd)")
EXPECTED = "expected an offset in days such as -3d or -3bd (business days), or a list of them"


@dataclass(frozen=True, slots=True)
class Offset:
    """So many days before (negative) or after a date; `business` days skip days off."""

    count: int = 0
    business: bool = False

    @classmethod
    def parse(cls, text: str) -> Offset:
        """Read `-3d`, `-1w` or `-3bd`. Raises ValueError, with the expected forms, else."""
        match = _OFFSET.fullmatch(text.strip())
        if match is None:
            raise ValueError(EXPECTED)
        count, unit = int(match[1]), match[2]
        if unit == "bd" and count == 0:
            # From a day off one would have to go either way, and 0 does not say which.
            raise ValueError(
                "expected 0d for the date itself, -1bd for the business day before it,"
                " or 1bd for the one after"
            )
        return cls(count * 7 if unit == "w" else count, business=unit == "bd")

    @property
    def reach(self) -> int:
        """About how many days away it leads: five business days are a week."""
        return abs(self.count) * 7 // 5 if self.business else abs(self.count)

    def spans(
        self, first: int, last: int, calendars: Sequence[Workdays]
    ) -> tuple[tuple[int, int], ...]:
        """For each calendar, the dates that this offset takes into the days `first` to `last`.

        A calendar without a business day from `first` to `last` has none.
        """
        if not self.business:
            return ((first - self.count, last - self.count),)
        spans = (calendar.bases(first, last, self.count) for calendar in calendars)
        return tuple((low, high) for low, high in spans if low <= high)

    def __str__(self) -> str:
        return f"{self.count}{'bd' if self.business else 'd'}"


@dataclass(frozen=True, slots=True)
class Business:
    """Whose business days hold for each of n dated rows: those of `calendars[place]`."""

    place: Ints
    calendars: tuple[Workdays, ...] = MONDAY_TO_FRIDAY

    def shift(self, base: Ints, row: Ints, count: int) -> Ints:
        """So many business days from each base day, which is that of a dated row."""
        place, days = self.place[row], base.copy()
        for number, calendar in enumerate(self.calendars):
            here = place == number
            days[here] = calendar.shift(base[here], count)
        return days


def dates_around(
    offsets: Sequence[Offset],
    first: int,
    last: int,
    calendars: Sequence[Workdays] = MONDAY_TO_FRIDAY,
) -> tuple[int, int]:
    """The first and last date that some offset takes into the days `first` to `last`.

    Where none does, the last one lies before the first.
    """
    spans = [span for offset in offsets for span in offset.spans(first, last, calendars)]
    if not spans:
        return first, first - 1
    return min(low for low, _ in spans), max(high for _, high in spans)


def shifted(
    base: Ints, row: Ints, offsets: Sequence[Offset], business: Business | None = None
) -> Ints:
    """The day of each base day (rows) at each offset (columns)."""
    days = np.empty((len(base), len(offsets)), dtype=np.int64)
    for column, offset in enumerate(offsets):
        if not offset.business:
            days[:, column] = base + offset.count
        elif business is None:
            days[:, column] = MONDAY_TO_FRIDAY[0].shift(base, offset.count)
        else:
            days[:, column] = business.shift(base, row, offset.count)
    return days
