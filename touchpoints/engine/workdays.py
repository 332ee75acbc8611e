"""The business days of countries, and the years whose business days nobody has published yet."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, date
from functools import lru_cache
from typing import TYPE_CHECKING

from touchpoints.core.calendar import date_of, day_of
from touchpoints.core.workdays import Workdays

if TYPE_CHECKING:
    from holidays import HolidayBase

MONDAY_TO_FRIDAY = Workdays()
_ESTIMATES = ("estimated", "observed_estimated")
"""The kinds of label by which the library says that a day is not certain."""


def workdays_of(country: str | None, first: int, last: int) -> Workdays:
    """The business days of a country from the year before day `first` to the year after `last`.

    Monday to Friday without a country, and for one that the `holidays` library does not know.
    """
    if country is None:
        return MONDAY_TO_FRIDAY
    years = max(date_of(first).year - 1, MINYEAR), min(date_of(last).year + 1, MAXYEAR)
    return _workdays(country, *years)


def unpublished_years(country: str | None, first_year: int, last_year: int) -> tuple[int, ...]:
    """The years whose business days are not known for certain, of `first_year` to `last_year`.

    Where a government moves days off by decree, as China does each November for the next year,
    these are the years after the last one that the `holidays` library lists; everywhere, those with
    a day that it calls estimated (by the moon); for a country that it does not know, all.
    """
    if country is None:
        return ()
    years = range(first_year, last_year + 1)
    calendar = calendar_of(country, first_year, last_year)
    if calendar is None:
        return tuple(years)
    estimated = _estimated_years(calendar)
    listed = max(getattr(calendar, "special_public_holidays", None) or {0: ()})
    decreed = bool(calendar.has_substituted_holidays)
    return tuple(year for year in years if year in estimated or (decreed and year > listed))


@lru_cache(maxsize=256)
def _workdays(country: str, first_year: int, last_year: int) -> Workdays:
    # A make-up workday of December is listed with the holiday of January that it makes up for.
    calendar = calendar_of(country, first_year, min(last_year + 1, MAXYEAR))
    if calendar is None:
        return MONDAY_TO_FRIDAY
    last = day_of(date(last_year, 12, 31))
    dates = [date_of(day) for day in range(day_of(date(first_year, 1, 1)), last + 1)]
    # Weekends have changed (Saudi Arabia in June 2013, the Emirates in 2022): the one that holds at
    # the end is the rule, and what was otherwise before is listed day by day.
    weekend = frozenset(day.weekday() for day in dates[-7:] if calendar.is_weekend(day))
    usual = {day: day.weekday() not in weekend for day in dates}
    others = [day for day in dates if calendar.is_working_day(day) != usual[day]]
    return Workdays(
        weekend=weekend,
        holidays=frozenset(day_of(day) for day in others if usual[day]),
        workdays=frozenset(day_of(day) for day in others if not usual[day]),
    )


def _estimated_years(calendar: HolidayBase) -> frozenset[int]:
    labels = (getattr(calendar, f"{kind}_label", None) for kind in _ESTIMATES)
    marks = [calendar.tr(label).replace("%s", "").strip() for label in labels if label]
    return frozenset(
        day.year for day, name in calendar.items() if any(mark in name for mark in marks)
    )


@lru_cache(maxsize=256)
def calendar_of(country: str, first_year: int, last_year: int) -> HolidayBase | None:
    """The `holidays` library's calendar of a country in these years; None where it has none."""
    # Imported here because it costs 70 ms at start-up and most workspaces have no business days.
    from holidays import country_holidays  # noqa: PLC0415

    try:
        return country_holidays(country, years=range(first_year, last_year + 1), expand=False)
    except NotImplementedError:
        return None
