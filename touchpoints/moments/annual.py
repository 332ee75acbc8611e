"""The same date every year: a birthday, the day somebody became a customer."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from touchpoints.core.calendar import NEVER, LeapDay, anniversaries, date_of
from touchpoints.core.moment import AnnualRows, Dated, Occurrences, spread, within
from touchpoints.moments.base import MomentModel


class Annual(MomentModel):
    """`{annual: birthday, leap_day: backward}`: every year on the day and month of a date."""

    keyword: ClassVar[str] = "annual"

    annual: str
    calendar: Literal["solar"] | None = None
    leap_day: LeapDay = "backward"

    def rows(self, first: int, last: int) -> AnnualRows:
        """Customers whose month and day come up in these days, 29 February included."""
        start, end = first - self.offsets[-1], last - self.offsets[0]
        days = [date_of(day) for day in range(start, min(end, start + 366) + 1)]
        month_days = {day.month * 100 + day.day for day in days}
        if month_days & {228, 301}:
            month_days.add(229)
        return AnnualRows(self.annual, frozenset(month_days))

    def find(self, dated: Dated, first: int, last: int) -> Occurrences:
        """One occurrence a year and offset, from the first anniversary on; its key is the year."""
        offsets = self.offsets
        years = range(date_of(first - offsets[-1]).year, date_of(last - offsets[0]).year + 1)
        rows = np.tile(np.arange(len(dated.customer), dtype=np.int64), len(years))
        year = np.repeat(np.asarray(years, dtype=np.int64), len(dated.customer))
        base = anniversaries(year, dated.month[rows], dated.day[rows], self.leap_day)
        real = (base < NEVER) & (year > dated.year[rows])
        base, rows, year = base[real], rows[real], year[real]
        names = {number: str(number) for number in years}
        listed = not isinstance(self.offset, str)
        suffixes = [f"@{offset}d" if listed else "" for offset in offsets]
        labels = np.empty((len(base), len(offsets)), dtype=object)
        for column, suffix in enumerate(suffixes):
            texts = {number: name + suffix for number, name in names.items()}
            labels[:, column] = [texts[number] for number in year.tolist()]
        return within(spread(base, rows, labels, offsets), first, last)
