"""Dates that come back every year, each in a calendar: the years in which they do, and the days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np

from touchpoints.core.calendar import NEVER, Ints, LeapDay, anniversaries, civil_days, date_of
from touchpoints.core.columns import Bools
from touchpoints.core.lunar import (
    FIRST_YEAR,
    LAST_YEAR,
    LEAP_KEY,
    lunar_dates,
    lunar_days,
    lunar_year_span,
)
from touchpoints.core.moment import Dated

Calendar = Literal["solar", "lunar"]

LEAP_MONTH = LEAP_KEY // 100
"""How much greater the month of a date in a lunar leap month is."""


@dataclass(frozen=True, slots=True)
class Returning:
    """Columns of n dates: their place in the dated rows, the date in parts, and the calendar.

    Year 0 is unknown; the month of a lunar leap month is `LEAP_MONTH` greater.
    """

    row: Ints
    year: Ints
    month: Ints
    day: Ints
    lunar: Bools

    @classmethod
    def of(cls, dated: Dated, calendar: Calendar | None) -> Returning:
        """The dates in their own calendar (None) or all in one, without those that it cannot be."""
        count = len(dated.customer)
        lunar = dated.lunar if len(dated.lunar) else np.zeros(count, dtype=bool)
        rows = np.arange(count, dtype=np.int64)
        own = cls(rows, dated.year, dated.month, dated.day, lunar)
        if calendar is None or bool((lunar == (calendar == "lunar")).all()):
            return own
        return own.in_lunar() if calendar == "lunar" else own.in_solar()

    def in_lunar(self) -> Returning:
        """Solar dates as the lunar ones of their day; those of no known year are left out."""
        civil = civil_days(np.maximum(self.year, 1), self.month % LEAP_MONTH, self.day)
        year, month, day, leap = lunar_dates(civil)
        return replace(
            self,
            year=np.where(self.lunar, self.year, year),
            month=np.where(self.lunar, self.month, month + leap * LEAP_MONTH),
            day=np.where(self.lunar, self.day, day),
            lunar=np.ones(len(self.row), dtype=bool),
        ).only(self.lunar | ((self.year > 0) & (year > 0)))

    def in_solar(self) -> Returning:
        """Lunar dates as the solar ones of their day; those of no known year are left out."""
        civil = self._lunar_days(self.year)
        known = civil < NEVER
        dates = np.where(known, civil, 0).astype("datetime64[D]")
        months = dates.astype("datetime64[M]")
        return replace(
            self,
            year=np.where(self.lunar, months.astype("datetime64[Y]").astype(int) + 1970, self.year),
            month=np.where(self.lunar, months.astype(int) % 12 + 1, self.month),
            day=np.where(self.lunar, (dates - months).astype(int) + 1, self.day),
            lunar=np.zeros(len(self.row), dtype=bool),
        ).only(~self.lunar | known)

    def only(self, keep: Bools) -> Returning:
        """Some of the dates."""
        return Returning(
            self.row[keep], self.year[keep], self.month[keep], self.day[keep], self.lunar[keep]
        )

    def kept(self, first: int, last: int, leap_day: LeapDay) -> tuple[Ints, Ints, Ints]:
        """On which days `first` to `last` each date comes back: day, place in here, and year.

        The year is that of the date's calendar; the first one is the one after the date's own.
        """
        solar, lunar = np.flatnonzero(~self.lunar), np.flatnonzero(self.lunar)
        years = range(date_of(first).year, date_of(last).year + 1) if first <= last else range(0)
        place, year = _each(solar, years)
        days = anniversaries(year, self.month[place], self.day[place], leap_day)
        lunar_place, lunar_year = _each(lunar, lunar_year_span(first, last))
        lunar_days = self._at(lunar_place)._lunar_days(lunar_year)
        days, place = np.concatenate([days, lunar_days]), np.concatenate([place, lunar_place])
        year = np.concatenate([year, lunar_year])
        real = (days >= first) & (days <= last) & (year > self.year[place])
        return days[real], place[real], year[real]

    def _at(self, place: Ints) -> Returning:
        return Returning(
            self.row[place], self.year[place], self.month[place], self.day[place], self.lunar[place]
        )

    def _lunar_days(self, year: Ints) -> Ints:
        month = self.month % LEAP_MONTH
        return lunar_days(year, month, self.day, self.month > LEAP_MONTH)


def _each(place: Ints, years: range) -> tuple[Ints, Ints]:
    """Every place in every year."""
    return np.tile(place, len(years)), np.repeat(np.asarray(years, dtype=np.int64), len(place))


def month_days_of(lunar: frozenset[int]) -> frozenset[int]:
    """The solar month-days on which one of these lunar dates falls in some year of the table."""
    keys, month_days = _correspondence()
    return frozenset(np.unique(month_days[:, np.isin(keys, list(lunar))]).tolist())


def lunar_keys_of(month_days: frozenset[int]) -> frozenset[int]:
    """The lunar dates that in some year of the table fall on one of these solar month-days."""
    keys, found = _correspondence()
    return frozenset(keys[np.isin(found, list(month_days)).any(axis=0)].tolist())


@lru_cache(maxsize=1)
def _correspondence() -> tuple[Ints, Ints]:
    """All keys of lunar dates, and the month-day of each (columns) in each year (rows)."""
    leap, month, day = (axis.ravel() for axis in np.indices((2, 12, 30)))
    years = np.arange(FIRST_YEAR, LAST_YEAR + 1)[:, None]
    dates = lunar_days(years, month + 1, day + 1, leap > 0).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    month_days = (months.astype(int) % 12 + 1) * 100 + (dates - months).astype(int) + 1
    return (month + 1) * 100 + day + 1 + leap * LEAP_KEY, month_days
