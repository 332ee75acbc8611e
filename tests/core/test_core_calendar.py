"""Civil days, leap days and the clocks of zones, held against datetime and zoneinfo."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import day, instant, local_text, utc_text
from tests.oracle import date_number, local_date, shown_at, wall, when
from touchpoints.core.calendar import (
    NEVER,
    LeapDay,
    anniversaries,
    civil_days,
    date_of,
    day_of,
    is_leap_year,
    zone_clock,
)

ZONES = (
    "UTC",
    "America/New_York",
    "America/Havana",
    "America/St_Johns",
    "America/Phoenix",
    "America/Denver",
    "America/Asuncion",
    "America/Nuuk",
    "America/Santiago",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Shanghai",
    "Asia/Gaza",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Europe/London",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Niue",
)
zones = st.sampled_from(ZONES)
days = st.integers(day("2020-01-01"), day("2037-12-31"))
minutes = st.integers(-1440, 2 * 1440)
BIG_DAYS = np.arange(day("1800-01-01"), day("2200-01-01"), dtype=np.int64)


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


@given(st.dates())
def test_a_day_number_and_its_date_are_the_same_day(value: date) -> None:
    assert date_of(day_of(value)) == value
    assert date_number(day_of(value)) == value
    parts = ints(value.year), ints(value.month), ints(value.day)
    assert civil_days(*parts).tolist() == [day_of(value)]


def test_every_day_of_four_centuries_has_the_number_that_datetime_gives_it() -> None:
    dates = [date_of(number) for number in BIG_DAYS.tolist()]
    parts = (np.array([getattr(each, name) for each in dates]) for name in ("year", "month", "day"))
    assert np.array_equal(civil_days(*parts), BIG_DAYS)


def test_a_year_is_a_leap_year_when_it_has_a_29_february() -> None:
    def has_one(year: int) -> bool:
        try:
            date(year, 2, 29)
        except ValueError:
            return False
        return True

    years = list(range(1, 3000))
    assert is_leap_year(np.array(years)).tolist() == [has_one(year) for year in years]


@pytest.mark.parametrize(
    ("year", "word", "expected"),
    [
        (2026, "backward", "2026-02-28"),
        (2026, "forward", "2026-03-01"),
        (2026, "skip", None),
        (2028, "backward", "2028-02-29"),
        (2028, "forward", "2028-02-29"),
        (2028, "skip", "2028-02-29"),
        (2000, "backward", "2000-02-29"),
        (2100, "backward", "2100-02-28"),
        (2100, "forward", "2100-03-01"),
        (2100, "skip", None),
    ],
)
def test_the_29_february_of_a_common_year_is_what_the_word_says(
    year: int, word: LeapDay, expected: str | None
) -> None:
    found = anniversaries(ints(year), ints(2), ints(29), word).tolist()
    assert found == [NEVER if expected is None else day(expected)]


@given(st.dates(), st.integers(1, 9990), st.sampled_from(["backward", "forward", "skip"]))
def test_an_anniversary_is_the_same_day_and_month_of_another_year(
    born: date, year: int, word: LeapDay
) -> None:
    found = int(anniversaries(ints(year), ints(born.month), ints(born.day), word)[0])
    try:
        assert found == day_of(born.replace(year=year))
    except ValueError:
        expected = {"backward": (2, 28), "forward": (3, 1)}.get(word)
        assert found == (day_of(date(year, *expected)) if expected else NEVER)


@pytest.mark.parametrize(
    ("zone", "local", "expected"),
    [
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:30Z"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30Z"),
        ("America/New_York", "2026-03-08T08:00", "2026-03-08T12:00Z"),
        ("America/New_York", "2026-11-01T08:00", "2026-11-01T13:00Z"),
        ("Europe/London", "2026-03-29T01:30", "2026-03-29T01:30Z"),
        ("Europe/London", "2026-10-25T01:30", "2026-10-25T00:30Z"),
        ("Europe/Dublin", "2026-01-15T09:00", "2026-01-15T09:00Z"),
        ("Europe/Dublin", "2026-07-15T09:00", "2026-07-15T08:00Z"),
        ("Europe/Dublin", "2026-10-25T01:30", "2026-10-25T00:30Z"),
        ("Africa/Cairo", "2026-04-24T00:00", "2026-04-23T22:00Z"),
        ("Asia/Beirut", "2026-03-29T00:00", "2026-03-28T22:00Z"),
        ("America/Havana", "2026-03-08T00:00", "2026-03-08T05:00Z"),
        ("America/Asuncion", "2026-10-04T00:00", "2026-10-04T03:00Z"),
        ("Asia/Kathmandu", "2026-06-01T08:00", "2026-06-01T02:15Z"),
        ("America/St_Johns", "2026-06-01T08:00", "2026-06-01T10:30Z"),
        ("America/Phoenix", "2026-07-01T08:00", "2026-07-01T15:00Z"),
        ("America/Denver", "2026-07-01T08:00", "2026-07-01T14:00Z"),
        ("Pacific/Kiritimati", "2026-06-01T00:00", "2026-05-31T10:00Z"),
        ("Etc/GMT+12", "2026-06-02T00:00", "2026-06-02T12:00Z"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45Z"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45Z"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00Z"),
    ],
)
def test_a_local_time_is_the_instant_of_the_time_cases(
    zone: str, local: str, expected: str
) -> None:
    assert utc_text(instant(local, zone)) == expected


def test_a_missing_midnight_in_cairo_is_one_o_clock() -> None:
    missing = instant("2026-04-24T00:00", "Africa/Cairo")
    assert local_text(missing, "Africa/Cairo") == "2026-04-24 01:00"


def test_ten_hours_after_the_evening_before_the_change_are_ten_elapsed_hours() -> None:
    evening = instant("2026-03-07T22:00", "America/New_York")
    assert local_text(evening + 10 * 3600, "America/New_York") == "2026-03-08 09:00"


@pytest.mark.parametrize(
    ("zone", "today"),
    [
        ("Pacific/Kiritimati", "2026-03-01"),
        ("Pacific/Apia", "2026-02-28"),
        ("Pacific/Niue", "2026-02-27"),
    ],
)
def test_one_instant_has_three_todays(zone: str, today: str) -> None:
    assert zone_clock(zone).local_day(instant("2026-02-28T10:30:00+00:00")) == day(today)


@pytest.mark.parametrize(
    ("zone", "date_text", "hours"),
    [
        ("America/New_York", "2026-03-07", 10),
        ("America/New_York", "2026-10-31", 12),
        ("America/Phoenix", "2026-10-31", 11),
    ],
)
def test_a_night_from_21_to_08_is_as_long_as_the_clock_makes_it(
    zone: str, date_text: str, hours: int
) -> None:
    clock, evening = zone_clock(zone), day(date_text)
    assert clock.instant(evening, 32 * 60) - clock.instant(evening, 21 * 60) == hours * 3600


@given(zones, days, minutes)
def test_the_instant_of_a_local_minute_is_the_twins(zone: str, number: int, minute: int) -> None:
    assert zone_clock(zone).instant(number, minute) == when(zone, shown_at(number, minute))


@given(zones, st.integers(instant("2020-01-01"), instant("2037-12-31")))
def test_the_local_day_of_an_instant_is_the_date_on_the_wall(zone: str, at: int) -> None:
    assert date_of(zone_clock(zone).local_day(at)) == local_date(zone, at)


@pytest.mark.parametrize("zone", ZONES)
def test_exactly_the_second_pass_of_a_doubled_time_is_repeated(zone: str) -> None:
    clock = zone_clock(zone)
    first, last = day("2025-12-31"), day("2028-01-02")
    told = [span for number in range(first, last) for span in clock.repeated(number)]
    start, end = clock.instant(first, 0), clock.instant(last, 0)
    folded = [at for at in range(start, end, 900) if wall(zone, at).fold]
    assert all(low % 900 == 0 and high % 900 == 0 for low, high in told)
    assert sorted({at for low, high in told for at in range(low, high, 900)}) == folded


@pytest.mark.parametrize("zone", ZONES)
def test_every_quarter_of_two_years_has_the_instant_of_the_twin(zone: str) -> None:
    clock = zone_clock(zone)
    for number in range(day("2026-01-01"), day("2028-01-01")):
        changes = clock.instant(number + 1, 0) - clock.instant(number, 0) != 86400
        for minute in range(0, 1440, 15 if changes else 480):
            assert clock.instant(number, minute) == when(zone, shown_at(number, minute))
