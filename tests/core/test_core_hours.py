"""Weekly hours as people write them, and intervals held against plain sets of minutes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import day
from touchpoints.core.hours import (
    Hours,
    Interval,
    intersect,
    parse_intervals,
    parse_minute,
    parse_weekdays,
    subtract,
    union,
)

spans = st.tuples(st.integers(0, 60), st.integers(0, 60))
raw_lists = st.lists(spans, max_size=8)


def as_set(intervals: Iterable[Interval]) -> set[int]:
    return {minute for start, end in intervals for minute in range(start, end)}


def is_tidy(intervals: tuple[Interval, ...]) -> bool:
    ordered = all(start < end for start, end in intervals)
    return ordered and all(a[1] < b[0] for a, b in pairwise(intervals))


@pytest.mark.parametrize(
    ("text", "minute"),
    [("00:00", 0), ("9:05", 545), ("09:05", 545), (" 23:59 ", 1439)],
)
def test_a_time_of_day_is_minutes_since_midnight(text: str, minute: int) -> None:
    assert parse_minute(text) == minute


@pytest.mark.parametrize(
    "text", ["24:00", "24:01", "23:60", "9", "9h", "", "-1:00", "09:5", "09:005", "1320", "25:00"]
)
def test_what_is_no_time_of_day_is_refused_and_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="expected HH:MM") as refused:
        parse_minute(text)
    assert repr(text) in str(refused.value)


def test_midnight_may_be_written_as_24_only_at_the_end() -> None:
    assert parse_intervals("00:00-24:00") == ((0, 1440),)
    with pytest.raises(ValueError, match="24:00"):
        parse_intervals("24:00-06:00")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("09:00-17:00", ((540, 1020),)),
        ("09:00-12:00, 14:00-18:00", ((540, 720), (840, 1080))),
        ("14:00-18:00,09:00-12:00", ((540, 720), (840, 1080))),
        ("22:00-07:00", ((1320, 1860),)),
        ("22:00-00:00", ((1320, 1440),)),
        ("22:00-24:00", ((1320, 1440),)),
        ("09:00-12:00, 11:00-13:00", ((540, 780),)),
        ("09:00-12:00, 12:00-13:00", ((540, 780),)),
    ],
)
def test_spans_of_hours_are_read_as_minutes(text: str, expected: tuple[Interval, ...]) -> None:
    assert parse_intervals(text) == expected


@pytest.mark.parametrize("text", ["", "09:00", "09:00-09:00", "09:00-", "-09:00", "a-b", "9-17"])
def test_what_is_no_span_of_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"HH:MM|00:00-24:00"):
        parse_intervals(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mon", (0,)),
        ("mon-fri", (0, 1, 2, 3, 4)),
        ("Sat, SUN", (5, 6)),
        ("fri-mon", (4, 5, 6, 0)),
        ("mon-mon", (0,)),
        ("sun-sat", (6, 0, 1, 2, 3, 4, 5)),
    ],
)
def test_weekdays_are_read_as_numbers_from_monday(text: str, expected: tuple[int, ...]) -> None:
    assert parse_weekdays(text) == expected


@pytest.mark.parametrize("text", ["", "mo", "mon-", "-fri", "monday", "mon;tue", "mon-tue-wed"])
def test_what_is_no_weekday_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a weekday"):
        parse_weekdays(text)


def test_a_weekday_that_is_left_out_or_null_is_closed() -> None:
    hours = Hours.parse({"mon-fri": "09:00-17:00", "sat": None})
    assert hours.week == (((540, 1020),),) * 5 + ((), ())


@pytest.mark.parametrize("days", [{"mon": "", "fri-mon": "09:00-10:00"}, {"mon, mon": "1:00-2:00"}])
def test_a_weekday_that_is_given_twice_is_refused(days: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="mon is given twice"):
        Hours.parse(days)


def test_a_night_belongs_to_the_day_it_starts_on() -> None:
    hours = Hours.parse({"tue": "22:00-07:00"})
    tuesday = day("2026-06-02")
    assert hours.on(tuesday) == ((1320, 1860),)
    assert hours.on(tuesday + 1) == ()


@pytest.mark.parametrize("number", range(14))
def test_hours_of_a_day_are_those_of_its_weekday(number: int) -> None:
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    hours = Hours.parse({name: f"0{place}:00-12:00" for place, name in enumerate(names)})
    assert hours.on(day("2026-06-01") + number) == ((60 * (number % 7), 720),)
    assert hours.on(day("1969-12-29") - 7 * number) == ((0, 720),)


@given(raw_lists)
def test_a_union_holds_every_minute_of_its_parts_and_is_tidy(parts: list[Interval]) -> None:
    joined = union(parts)
    assert as_set(joined) == as_set(parts)
    assert is_tidy(joined)


@given(raw_lists, raw_lists)
def test_an_intersection_holds_the_common_minutes(
    left: list[Interval], right: list[Interval]
) -> None:
    a, b = union(left), union(right)
    common = intersect(a, b)
    assert as_set(common) == as_set(a) & as_set(b)
    assert is_tidy(union(common))
    assert list(common) == sorted(common)


@given(raw_lists, raw_lists)
def test_a_difference_holds_the_minutes_of_the_left_only(
    left: list[Interval], right: list[Interval]
) -> None:
    a, b = union(left), union(right)
    rest = subtract(a, b)
    assert as_set(rest) == as_set(a) - as_set(b)
    assert is_tidy(rest)
