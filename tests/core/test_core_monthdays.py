"""Days of the month: the 31st in every month, by the words of RFC 7529, against a slow twin."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import day
from touchpoints.core.calendar import date_of, day_of
from touchpoints.core.monthdays import MonthDays, Skip


def days(found: MonthDays, first: str, last: str) -> list[str]:
    return [str(date_of(each)) for each in found.between(day(first), day(last))]


@pytest.mark.parametrize(
    ("skip", "expected"),
    [
        ("backward", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("forward", ["2026-01-31", "2026-03-01", "2026-03-31"]),
        ("omit", ["2026-01-31", "2026-03-31"]),
    ],
)
def test_the_31st_of_a_month_that_has_none(skip: Skip, expected: list[str]) -> None:
    monthly = MonthDays(day("2026-01-01"), (31,), skip=skip)
    assert days(monthly, "2026-01-01", "2026-04-30") == expected


def test_what_falls_into_the_month_after_is_found_there() -> None:
    monthly = MonthDays(day("2026-01-01"), (31,), skip="forward")
    assert days(monthly, "2026-05-01", "2026-05-01") == ["2026-05-01"]


def test_a_29_february_every_year() -> None:
    yearly = MonthDays(day("2024-02-29"), (29,), frozenset({2}), yearly=True)
    assert days(yearly, "2024-01-01", "2028-12-31") == [
        *("2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"),
    ]


def test_two_days_that_meet_are_one_and_a_count_counts_it_once() -> None:
    monthly = MonthDays(day("2026-02-01"), (30, 31), most=3)
    assert days(monthly, "2026-01-01", "2027-01-01") == ["2026-02-28", "2026-03-30", "2026-03-31"]


SPANS = st.dates(date(2019, 1, 1), date(2032, 1, 1))
ALL_MONTHS = frozenset(range(1, 13))


@given(
    start=SPANS,
    numbers=st.lists(
        st.integers(1, 31) | st.integers(-31, -1), min_size=1, max_size=3, unique=True
    ),
    months=st.just(ALL_MONTHS) | st.frozensets(st.integers(1, 12), min_size=1),
    interval=st.integers(1, 7),
    yearly=st.booleans(),
    skip=st.sampled_from(["backward", "forward", "omit"]),
    until=st.none() | SPANS,
    most=st.none() | st.integers(1, 20),
    first=SPANS,
    length=st.integers(0, 500),
)
def test_it_equals_its_slow_twin(
    *,
    start: date,
    numbers: list[int],
    months: frozenset[int],
    interval: int,
    yearly: bool,
    skip: Skip,
    until: date | None,
    most: int | None,
    first: date,
    length: int,
) -> None:
    end = day_of(until) if until else day_of(date(2034, 1, 1))
    fast = MonthDays(day_of(start), tuple(numbers), months, interval, yearly, skip, end, most)
    last = first + timedelta(length)
    slow = sorted(
        {
            each
            for each in _slow(start, numbers, months, (interval, yearly), skip)
            if start <= each and day_of(each) <= end
        }
    )[:most]
    expected = [day_of(each) for each in slow if first <= each <= last]
    assert fast.between(day_of(first), day_of(last)) == expected


def _slow(start, numbers, months, step, skip):
    """Month by month from the start on, for 16 years."""
    interval, yearly = step
    for passed in range(-1, 16 * 12):
        year, month = divmod(start.year * 12 + start.month - 1 + passed, 12)
        month += 1
        steps = year - start.year if yearly else passed
        if month not in months or steps % interval:
            continue
        length = monthrange(year, month)[1]
        for number in numbers:
            wanted = number if number > 0 else length + 1 + number
            if 1 <= wanted <= length:
                yield date(year, month, wanted)
            elif skip == "backward":
                yield (
                    date(year, month, length)
                    if wanted > length
                    else date(year, month, 1) - timedelta(1)
                )
            elif skip == "forward":
                yield (
                    date(year, month, length) + timedelta(1)
                    if wanted > length
                    else date(year, month, 1)
                )
