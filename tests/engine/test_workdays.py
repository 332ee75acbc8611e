"""The business days of real countries, as the holidays library knows them."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from tests.builders import day
from touchpoints.core.calendar import date_of
from touchpoints.core.workdays import Workdays
from touchpoints.engine.workdays import unpublished_years, workdays_of

CHINA = (
    Path(__file__).parents[2].parent
    / "shared"
    / "data"
    / "conformance"
    / "cn_holidays_2004_2025.csv"
)
CHINA_DIFFERS = {"2005-12-31"}
"""A Saturday worked for 3 January 2006, by the notice for 2006; the table leaves it out."""


def in_year(country: str | None, year: int) -> Workdays:
    return workdays_of(country, day(f"{year}-01-01"), day(f"{year}-12-31"))


def works(country: str | None, written: str) -> bool:
    days = workdays_of(country, day(written), day(written))
    return bool(days.is_workday(np.array([day(written)]))[0])


def shifted(country: str | None, base: str, count: int) -> str:
    days = workdays_of(country, day(base), day(base))
    return date_of(int(days.shift(np.array([day(base)]), count)[0])).isoformat()


def test_three_business_days_before_2026_02_24_in_china_is_2026_02_12() -> None:
    assert shifted("CN", "2026-02-24", -3) == "2026-02-12"
    assert [works("CN", f"2026-02-{number}") for number in (14, 15, 16, 23, 24, 28)] == [
        *(True, False, False),
        *(False, True, True),
    ]


def test_boxing_day_of_2026_a_saturday_is_observed_on_monday_the_28th() -> None:
    assert not works("GB", "2026-12-28")
    assert shifted("GB", "2026-12-24", 1) == "2026-12-29"


@pytest.mark.parametrize(
    ("country", "written", "open_"),
    [
        ("EG", "2026-06-05", False),
        ("EG", "2026-06-06", False),
        ("EG", "2026-06-07", True),
        ("SA", "2026-09-11", False),
        ("SA", "2026-09-13", True),
        ("SA", "2013-06-27", False),
        ("SA", "2013-06-29", False),
        ("SA", "2013-06-22", True),
        ("AE", "2021-11-05", False),
        ("AE", "2021-11-07", True),
        ("AE", "2022-11-04", True),
        ("AE", "2022-11-06", False),
    ],
)
def test_the_weekend_is_the_countrys_own_and_that_of_the_time(
    country: str, written: str, open_: bool
) -> None:
    assert works(country, written) == open_


def test_one_calendar_over_a_change_of_the_weekend_keeps_to_both() -> None:
    emirates = workdays_of("AE", day("2021-11-05"), day("2022-11-06"))
    asked = [day(text) for text in ("2021-11-05", "2021-11-07", "2022-11-04", "2022-11-06")]
    assert emirates.is_workday(np.array(asked)).tolist() == [False, True, True, False]


def test_a_make_up_workday_of_december_is_known_from_the_holiday_of_january() -> None:
    assert works("CN", "2006-12-30")
    assert works("CN", "2011-12-31")


@pytest.mark.parametrize("country", [None, "XX"])
def test_without_a_known_country_monday_to_friday_are_business_days(country: str | None) -> None:
    week = [works(country, f"2026-12-{number}") for number in range(21, 28)]
    assert week == [True] * 5 + [False] * 2


@pytest.mark.parametrize("year", [1, 9999])
def test_the_first_and_the_last_year_of_all_have_business_days(year: int) -> None:
    middle = np.array([day(f"{year:04}-06-01") + ahead for ahead in range(7)])
    days = workdays_of("CN", int(middle[0]), int(middle[-1]))
    assert days.is_workday(middle).any()


def test_china_is_said_to_be_unpublished_after_the_last_notice_that_the_library_has() -> None:
    assert unpublished_years("CN", 2004, 2026) == ()
    later = unpublished_years("CN", 2026, 2036)
    assert later
    assert later == tuple(range(later[0], 2037))
    assert not in_year("CN", later[0]).workdays & set(
        range(day(f"{later[0]}-02-01"), day(f"{later[0]}-12-01"))
    )


@pytest.mark.parametrize("country", ["GB", "US", "DE", "JP", None])
def test_holidays_that_follow_rules_are_never_unpublished(country: str | None) -> None:
    assert unpublished_years(country, 2020, 2040) == ()


def test_a_year_with_holidays_estimated_by_the_moon_is_not_known_for_certain() -> None:
    assert unpublished_years("AE", 2020, 2024) == ()
    assert 2040 in unpublished_years("AE", 2040, 2041)


def test_no_year_of_a_country_that_the_library_does_not_know_is_published() -> None:
    assert unpublished_years("XX", 2026, 2027) == (2026, 2027)


@pytest.mark.skipif(not CHINA.exists(), reason="the shared conformance data are not here")
def test_every_business_day_of_china_from_2004_to_2025_is_that_of_the_notices() -> None:
    with CHINA.open(encoding="utf-8", newline="") as lines:
        kinds = [(row["date"], row["kind"]) for row in csv.DictReader(lines)]
    notices = Workdays(
        holidays=frozenset(day(text) for text, kind in kinds if kind != "workdays"),
        workdays=frozenset(day(text) for text, kind in kinds if kind == "workdays"),
    )
    days = np.arange(day("2004-01-01"), day("2026-01-01"))
    ours = workdays_of("CN", int(days[0]), int(days[-1])).is_workday(days)
    differing = days[ours != notices.is_workday(days)].tolist()
    assert {date_of(each).isoformat() for each in differing} == CHINA_DIFFERS
