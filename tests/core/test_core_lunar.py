"""The lunar calendar, held against the Hong Kong Observatory and two independent libraries."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import day
from touchpoints.core.calendar import NEVER, date_of, day_of
from touchpoints.core.lunar import (
    FIRST_YEAR,
    LAST_YEAR,
    LEAP_KEY,
    LunarDate,
    lunar_date,
    lunar_days,
    lunar_month_days,
    lunar_year_span,
)

OBSERVATORY = (
    Path(__file__).parents[2].parent / "shared" / "data" / "conformance" / "lunar_2015_2030.csv"
)
FIRST, LAST = day("1900-01-31"), day("2101-01-28")
BOTH = range(day("1901-01-01"), day("2100-01-01"))
"""The days on which both libraries are asked."""
NEAR_MIDNIGHT = ("2057-09-28", "2089-09-04", "2097-08-07")
"""New moons so near midnight that the Observatory warns of a day's error; it names these days."""
SXTWL_DIFFERS: dict[int, LunarDate] = {}
CNLUNAR_DIFFERS: dict[int, LunarDate] = {}
OBSERVATORY_DIFFERS: dict[int, LunarDate] = {}
"""Where they say otherwise: nowhere, in versions 2.0.7 and 0.2.5 and in the Observatory's table."""

in_table = st.integers(FIRST, LAST)
months, month_days = st.integers(1, 12), st.integers(1, 30)
spans = st.integers(0, 40) | st.integers(0, 800)


def kept(year: int, month: int, day_of_month: int, *, leap: bool = False) -> int:
    """The day number of one lunar date."""
    parts = (np.array([part], dtype=np.int64) for part in (year, month, day_of_month))
    return int(lunar_days(*parts, np.array([leap]))[0])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(written, expected, id=f"lunar {written} is {expected}")
        for written, expected in [
            ("2025-08-15", "2025-10-06"),
            ("2026-08-15", "2026-09-25"),
            ("2027-08-15", "2027-09-15"),
            ("2026-01-01", "2026-02-17"),
            ("2027-01-01", "2027-02-06"),
            ("2028-01-01", "2028-01-26"),
            ("2025-L06-08", "2025-08-01"),
            ("2026-L06-08", "2026-07-21"),
            ("2025-12-30", "2026-02-16"),
            ("2026-12-30", "2027-02-05"),
            ("2027-12-30", "2028-01-25"),
            ("2025-11-13", "2026-01-01"),
            ("2026-11-13", "2026-12-21"),
        ]
    ],
)
def test_a_lunar_date_falls_on_the_day_of_the_time_cases(written: str, expected: str) -> None:
    year, month, day_of_month = written.split("-")
    found = kept(int(year), int(month[-2:]), int(day_of_month), leap="L" in month)
    assert date_of(found).isoformat() == expected


def test_lunar_11_13_falls_never_in_2025_and_twice_in_2026() -> None:
    found = [date_of(kept(year, 11, 13)) for year in range(2023, 2028)]
    assert [each for each in found if each.year == 2025] == []
    assert [each for each in found if each.year == 2026] == [date(2026, 1, 1), date(2026, 12, 21)]


def test_a_birthday_in_a_leap_month_comes_once_in_every_lunar_year() -> None:
    assert lunar_date(kept(2025, 6, 8, leap=True)) == LunarDate(2025, 6, 8, leap=True)
    assert lunar_date(kept(2026, 6, 8, leap=True)) == LunarDate(2026, 6, 8)
    assert lunar_date(kept(2025, 6, 8)) == LunarDate(2025, 6, 8)
    assert lunar_date(kept(2025, 5, 8, leap=True)) == LunarDate(2025, 5, 8)


@pytest.mark.parametrize("year", [0, FIRST_YEAR - 1, LAST_YEAR + 1, 9999])
def test_a_year_outside_of_the_table_has_no_lunar_dates(year: int) -> None:
    assert kept(year, 1, 1) == NEVER


@pytest.mark.parametrize("number", [FIRST - 1, LAST + 1, NEVER])
def test_a_day_outside_of_the_table_is_refused_with_the_reach_of_the_table(number: int) -> None:
    with pytest.raises(ValueError, match="1900-01-31 to 2101-01-28"):
        lunar_date(number)


def test_the_table_reaches_from_lunar_1900_to_lunar_2100() -> None:
    assert lunar_date(FIRST) == LunarDate(FIRST_YEAR, 1, 1)
    assert lunar_date(LAST) == LunarDate(LAST_YEAR, 12, 29)
    assert lunar_date(day("2033-12-22")) == LunarDate(2033, 11, 1, leap=True)


@pytest.mark.skipif(not OBSERVATORY.exists(), reason="the shared conformance data are not here")
def test_every_day_of_2015_to_2030_is_the_observatorys() -> None:
    with OBSERVATORY.open(encoding="utf-8", newline="") as lines:
        theirs = {
            day(row["gregorian"]): LunarDate(
                int(row["lunar_year"]),
                int(row["lunar_month"]),
                int(row["lunar_day"]),
                leap=row["is_leap_month"] == "1",
            )
            for row in csv.DictReader(lines)
        }
    assert sorted(theirs) == list(range(day("2015-01-01"), day("2031-01-01")))
    differing = {each: lunar for each, lunar in theirs.items() if lunar != lunar_date(each)}
    assert differing == OBSERVATORY_DIFFERS


@pytest.mark.parametrize("written", NEAR_MIDNIGHT)
def test_a_month_begins_at_a_new_moon_near_midnight_on_the_observatorys_day(written: str) -> None:
    assert lunar_date(day(written)).day == 1


# SWIG's types have no module, which newer Pythons remark on when sxtwl is imported.
@pytest.mark.filterwarnings("ignore:builtin type .* has no __module__ attribute:DeprecationWarning")
def test_every_day_of_1901_to_2099_is_that_of_sxtwl() -> None:
    sxtwl = pytest.importorskip("sxtwl")

    def theirs(each: date) -> LunarDate:
        found = sxtwl.fromSolar(each.year, each.month, each.day)
        year, month = found.getLunarYear(), found.getLunarMonth()
        return LunarDate(year, month, found.getLunarDay(), leap=bool(found.isLunarLeap()))

    lunar = {each: theirs(date_of(each)) for each in BOTH}
    differing = {each: found for each, found in lunar.items() if found != lunar_date(each)}
    assert differing == SXTWL_DIFFERS


def test_every_day_of_1901_to_2099_is_that_of_cnlunar() -> None:
    cnlunar = pytest.importorskip("cnlunar")

    class Bare(cnlunar.Lunar):
        """The date alone: the almanac that a `Lunar` also makes takes a minute for 200 years."""

        def __init__(self, at: datetime) -> None:
            self.date, self.isLunarLeapMonth = at, False

    def theirs(each: date) -> LunarDate:
        bare = Bare(datetime(each.year, each.month, each.day))
        year, month, day_of_month = bare.get_lunarDateNum()
        return LunarDate(year, month, day_of_month, leap=bare.isLunarLeapMonth)

    lunar = {each: theirs(date_of(each)) for each in BOTH}
    differing = {each: found for each, found in lunar.items() if found != lunar_date(each)}
    assert differing == CNLUNAR_DIFFERS


@given(st.lists(in_table, max_size=8))
def test_the_day_of_the_lunar_date_of_a_day_is_this_day(numbers: list[int]) -> None:
    found = [lunar_date(each) for each in numbers]
    year, month, of_month = (
        np.array([getattr(each, name) for each in found], dtype=np.int64)
        for name in ("year", "month", "day")
    )
    leap = np.array([each.leap for each in found], dtype=bool)
    assert lunar_days(year, month, of_month, leap).tolist() == numbers


@given(st.integers(FIRST_YEAR, LAST_YEAR), months, month_days, st.booleans())
def test_a_lunar_birthday_is_kept_on_its_date_or_on_the_nearest_that_the_year_has(
    year: int, month: int, of_month: int, leap: bool
) -> None:
    found = lunar_date(kept(year, month, of_month, leap=leap))
    has_leap = lunar_date(kept(year, month, 1, leap=True)).leap
    assert (found.year, found.month, found.leap) == (year, month, leap and has_leap)
    if found.day != of_month:
        tomorrow = day_of(date_of(kept(year, month, of_month, leap=leap))) + 1
        assert (of_month, found.day) == (30, 29)
        assert tomorrow > LAST or lunar_date(tomorrow).day == 1


@given(in_table, spans, months, month_days, st.booleans())
def test_exactly_the_birthdays_of_some_days_have_a_key_among_theirs(
    first: int, length: int, month: int, of_month: int, leap: bool
) -> None:
    last = min(first + length, LAST)
    years = range(lunar_date(first).year, lunar_date(last).year + 1)
    falls = any(first <= kept(year, month, of_month, leap=leap) <= last for year in years)
    key = month * 100 + of_month + (LEAP_KEY if leap else 0)
    assert (key in lunar_month_days(first, last)) == falls


@given(in_table, spans)
def test_the_lunar_years_of_some_days_are_those_of_the_days(first: int, length: int) -> None:
    last = min(first + length, LAST)
    met = {lunar_date(each).year for each in range(first, last + 1)}
    assert set(lunar_year_span(first, last)) == met


@pytest.mark.parametrize(("first", "last"), [("1850-01-01", "1900-01-30"), ("2101-01-29",) * 2])
def test_days_outside_of_the_table_meet_no_lunar_year_and_no_birthday(
    first: str, last: str
) -> None:
    assert list(lunar_year_span(day(first), day(last))) == []
    assert lunar_month_days(day(first), day(last)) == frozenset()
