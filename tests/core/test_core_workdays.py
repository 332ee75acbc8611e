"""Business days, held against a twin that walks from day to day."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import day
from tests.oracle import date_number
from touchpoints.core.calendar import NEVER, date_of
from touchpoints.core.workdays import Workdays

CHINA_2026 = Workdays(
    holidays=frozenset(range(day("2026-02-16"), day("2026-02-24"))),
    workdays=frozenset({day("2026-02-14"), day("2026-02-28")}),
)
near = st.integers(day("2026-01-01"), day("2026-04-30"))
counts = st.integers(-12, 12)
countries = st.builds(
    Workdays,
    weekend=st.frozensets(st.integers(0, 6), max_size=6),
    holidays=st.frozensets(near, max_size=40),
    workdays=st.frozensets(near, max_size=20),
)


def works(country: Workdays, number: int) -> bool:
    """Whether one day is a business day."""
    if number in country.workdays:
        return True
    weekday = date_number(number).weekday()
    return weekday not in country.weekend and number not in country.holidays


def walked(country: Workdays, number: int, count: int) -> int:
    """The count-th business day from one day, found by walking."""
    step, left = (1 if count > 0 else -1), abs(count)
    while left:
        number += step
        left -= works(country, number)
    return number


def shifted(country: Workdays, base: str, count: int) -> str:
    return date_of(int(country.shift(np.array([day(base)]), count)[0])).isoformat()


def test_three_business_days_before_2026_02_24_in_china_is_2026_02_12() -> None:
    assert shifted(CHINA_2026, "2026-02-24", -1) == "2026-02-14"
    assert shifted(CHINA_2026, "2026-02-24", -2) == "2026-02-13"
    assert shifted(CHINA_2026, "2026-02-24", -3) == "2026-02-12"


@pytest.mark.parametrize(
    ("base", "count", "expected"),
    [
        ("2026-06-05", 1, "2026-06-08"),
        ("2026-06-06", 1, "2026-06-08"),
        ("2026-06-06", -1, "2026-06-05"),
        ("2026-06-08", -1, "2026-06-05"),
        ("2026-06-08", -5, "2026-06-01"),
        ("2026-06-06", 0, "2026-06-06"),
    ],
)
def test_the_base_day_is_not_counted_be_it_a_business_day_or_not(
    base: str, count: int, expected: str
) -> None:
    assert shifted(Workdays(), base, count) == expected


def test_a_weekend_of_friday_and_saturday_is_passed_over() -> None:
    friday_and_saturday = Workdays(weekend=frozenset({4, 5}))
    assert shifted(friday_and_saturday, "2026-06-04", 1) == "2026-06-07"
    assert shifted(friday_and_saturday, "2026-06-07", -1) == "2026-06-04"


def test_holidays_longer_than_the_range_looked_at_are_passed_over() -> None:
    closed = Workdays(holidays=frozenset(range(day("2026-01-01"), day("2027-01-01"))))
    assert shifted(closed, "2026-01-01", 2) == "2027-01-04"
    assert shifted(closed, "2026-12-31", -2) == "2025-12-30"


@pytest.mark.parametrize("count", [-3, 0, 3])
def test_never_stays_never_and_is_no_business_day(count: int) -> None:
    base = np.array([NEVER, day("2026-06-05"), NEVER])
    found = Workdays().shift(base, count).tolist()
    assert (found[0], found[2]) == (NEVER, NEVER)
    assert found[1] == walked(Workdays(), day("2026-06-05"), count)
    assert Workdays().is_workday(base).tolist() == [False, True, False]


def test_no_days_have_no_business_days() -> None:
    none = np.array([], dtype=np.int64)
    assert Workdays().shift(none, -3).tolist() == []
    assert Workdays().is_workday(none).tolist() == []


def test_a_weekend_of_seven_days_is_refused() -> None:
    with pytest.raises(ValueError, match="no business day"):
        Workdays(weekend=frozenset(range(7)))


@given(countries, st.lists(near, max_size=12))
def test_a_business_day_is_one_for_the_twin(country: Workdays, numbers: list[int]) -> None:
    found = country.is_workday(np.array(numbers, dtype=np.int64)).tolist()
    assert found == [works(country, number) for number in numbers]


@given(countries, st.lists(near, max_size=12), counts)
def test_a_shifted_day_is_the_one_that_the_twin_walks_to(
    country: Workdays, numbers: list[int], count: int
) -> None:
    found = country.shift(np.array(numbers, dtype=np.int64), count).tolist()
    assert found == [walked(country, number, count) for number in numbers]


@given(countries, near, st.integers(0, 20), st.integers(-5, 5))
def test_exactly_the_bases_reach_the_days_asked_for(
    country: Workdays, first: int, length: int, count: int
) -> None:
    last = first + length
    low, high = country.bases(first, last, count)
    around = np.arange(first - 90, last + 91)
    reached = country.shift(around, count)
    expected = around[(first <= reached) & (reached <= last)].tolist()
    assert [number for number in around.tolist() if low <= number <= high] == expected
