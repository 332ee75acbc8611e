"""The same date every year: a birthday, the day somebody became a customer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from touchpoints.core.anniversary import Calendar, Returning, lunar_keys_of, month_days_of
from touchpoints.core.calendar import Ints, LeapDay, date_of
from touchpoints.core.lunar import lunar_month_days
from touchpoints.core.moment import AnnualRows, Dated, Occurrences, spread, within
from touchpoints.core.offset import MONDAY_TO_FRIDAY
from touchpoints.core.workdays import Workdays
from touchpoints.moments.base import MomentModel


class Annual(MomentModel):
    """`{annual: birthday, leap_day: backward}`: every year on the day and month of a date.

    A birthday comes in the customer's own calendar. With `calendar: lunar` a solar date counts as
    the lunar date of its day, with `calendar: solar` the other way round; where the year is not
    known nobody can tell that day, and there is no occurrence. A lunar date that a year does not
    have is kept on the nearest that it has: a leap month in the regular one, a 30th on the 29th.
    """

    keyword: ClassVar[str] = "annual"

    annual: str
    calendar: Calendar | None = None
    leap_day: LeapDay = "backward"

    def rows(
        self, first: int, last: int, calendars: Sequence[Workdays] = MONDAY_TO_FRIDAY
    ) -> AnnualRows:
        """Customers whose month and day come up in these days, 29 February included."""
        start, end = self.dates(first, last, calendars)
        days = [date_of(day) for day in range(start, min(end, start + 366) + 1)]
        solar = frozenset(day.month * 100 + day.day for day in days)
        if solar & {228, 301}:
            solar |= {229}
        if self.calendar == "solar":
            return AnnualRows(self.annual, solar, lunar_keys_of(solar))
        lunar = lunar_month_days(start, end)
        return AnnualRows(self.annual, month_days_of(lunar) if self.calendar else solar, lunar)

    def find(self, dated: Dated, first: int, last: int) -> Occurrences:
        """One occurrence a year and offset, from the first anniversary on.

        Its key is the year of the date, for a lunar date the lunar year: `2027`, `L2027`.
        """
        calendars = dated.business.calendars if dated.business else MONDAY_TO_FRIDAY
        dates = Returning.of(dated, self.calendar)
        base, place, year = dates.kept(*self.dates(first, last, calendars), self.leap_day)
        names = _names(year)
        lunar = dates.lunar[place]
        names[lunar] = "L" + names[lunar]
        found = spread(base, dates.row[place], self.labels(names), self.offsets, dated.business)
        return within(found, first, last)

    def years(self, dated: Dated, labels: Sequence[str]) -> list[int | None]:
        """How many years after each date its occurrence of this key is; row by row.

        Lunar years are counted for a lunar date; None where the year is not known.
        """
        dates, born = Returning.of(dated, self.calendar), np.zeros(len(labels), dtype=np.int64)
        born[dates.row] = dates.year
        pairs = zip(labels, born.tolist(), strict=True)
        return [int(label.removeprefix("L")[:4]) - year if year else None for label, year in pairs]


def _names(year: Ints) -> npt.NDArray[np.object_]:
    """The texts of years, each made once."""
    first = int(year.min(initial=10_000))
    texts = [str(each) for each in range(first, int(year.max(initial=0)) + 1)]
    return np.array(texts, dtype=object)[year - first]
