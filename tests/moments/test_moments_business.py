"""Offsets in business days: each row's own country, and lists in which they stand beside days."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import day
from tests.oracle import date_number
from touchpoints.core.calendar import NEVER, date_of
from touchpoints.core.moment import Dated, Occurrences
from touchpoints.core.offset import Business, Offset
from touchpoints.core.workdays import Workdays
from touchpoints.engine.workdays import workdays_of
from touchpoints.moments.annual import Annual
from touchpoints.moments.fact import Fact

CHINA = workdays_of("CN", day("2026-01-01"), day("2026-12-31"))
ISRAEL = Workdays(weekend=frozenset({4, 5}))


def fact(*offsets: str) -> Fact:
    return Fact.model_validate({"fact": "instalment", "offset": list(offsets)})


def due(*rows: tuple[int, int], calendars: Sequence[Workdays] = (CHINA, ISRAEL)) -> Dated:
    """Rows that are due on a day, each in the country of a calendar's place."""
    dates = [date_of(number) for number, _ in rows]
    parts = (np.array([getattr(each, name) for each in dates]) for name in ("year", "month", "day"))
    refs = np.array([f"L{number}" for number in range(len(rows))], dtype=object)
    business = Business(np.array([place for _, place in rows], dtype=np.int64), tuple(calendars))
    return Dated(np.arange(len(rows)), *parts, refs, business=business)


def told(seen: Occurrences) -> list[tuple[str, str]]:
    return [(str(key), str(date_of(at))) for key, at in zip(seen.label, seen.day, strict=True)]


def test_each_row_counts_the_business_days_of_its_own_country() -> None:
    rows = due((day("2026-02-24"), 0), (day("2026-02-24"), 1))
    seen = fact("-3bd").find(rows, day("2026-01-01"), day("2026-03-31"))
    # In China 16 to 23 February are holidays and Saturday the 14th is worked.
    assert told(seen) == [("L0@-3bd", "2026-02-12"), ("L1@-3bd", "2026-02-19")]


def test_a_birthday_may_be_announced_business_days_ahead() -> None:
    born = Dated(*(np.array([value]) for value in (0, 1990, 2, 24)), np.array([None]))
    moment = Annual.model_validate({"annual": "birthday", "offset": ["-3bd", "0d"]})
    seen = moment.find(born, day("2026-02-01"), day("2026-03-31"))
    # Without a country the weekend is Saturday and Sunday, and nothing is a holiday.
    assert told(seen) == [("2026@-3bd", "2026-02-19"), ("2026@0d", "2026-02-24")]


def test_of_two_offsets_on_one_day_the_later_listed_stands_in() -> None:
    rows = due((day("2026-06-03"), 0))
    for offsets, key in ((("-1bd", "-1d"), "L0@-1d"), (("-1d", "-1bd"), "L0@-1bd")):
        seen = fact(*offsets).find(rows, day("2026-06-01"), day("2026-06-30"))
        assert told(seen) == [(key, "2026-06-02")]


def test_the_order_of_a_mixed_list_is_that_of_each_rows_own_days() -> None:
    monday, friday = day("2026-06-08"), day("2026-06-12")
    seen = fact("-2bd", "-3d").find(due((monday, 1), (friday, 1)), monday - 9, friday)
    # Israel works on Sunday: two business days before Monday is Thursday, three days is Friday.
    assert told(seen) == [
        ("L0@-2bd", "2026-06-04"),
        ("L0@-3d", "2026-06-05"),
        ("L1@-2bd", "2026-06-10"),
        ("L1@-3d", "2026-06-09"),
    ]
    nexts = [day("2026-06-05"), NEVER, NEVER, day("2026-06-10")]
    assert seen.next_day.tolist() == nexts


@pytest.mark.parametrize("text", ["-3d", "2d", "-3bd", "2bd", "0d"])
def test_an_offset_is_written_as_it_is_read(text: str) -> None:
    assert str(Offset.parse(text)) == text


def test_weeks_are_days_and_a_plus_is_not_kept() -> None:
    assert str(Offset.parse("-1w")) == "-7d"
    assert str(Offset.parse("+2bd")) == "2bd"


near = st.integers(day("2026-01-01"), day("2026-04-30"))
countries = st.builds(
    Workdays,
    weekend=st.frozensets(st.integers(0, 6), max_size=5),
    holidays=st.frozensets(near, max_size=30),
    workdays=st.frozensets(near, max_size=10),
)
offsets = st.lists(
    st.builds(Offset, st.integers(-8, 8), st.just(value=False))
    | st.builds(Offset, st.integers(-8, 8).filter(bool), st.just(value=True)),
    min_size=1,
    max_size=4,
    unique=True,
)


def walked(country: Workdays, number: int, offset: Offset) -> int:
    """The day of an offset, found by walking."""
    if not offset.business:
        return number + offset.count
    left = abs(offset.count)
    while left:
        number += 1 if offset.count > 0 else -1
        holiday = date_number(number).weekday() in country.weekend or number in country.holidays
        left -= number in country.workdays or not holiday
    return number


@given(
    st.lists(countries, min_size=2, max_size=2),
    st.lists(st.tuples(near, st.integers(0, 1)), max_size=6),
    offsets,
    near,
    st.integers(0, 40),
)
def test_every_occurrence_is_found_once_and_lies_in_the_rows_that_are_read(
    calendars: list[Workdays],
    dates: list[tuple[int, int]],
    listed: list[Offset],
    first: int,
    length: int,
) -> None:
    last, rows = first + length, due(*dates, calendars=calendars)
    moment = fact(*map(str, listed))
    expected = []
    for number, (base, place) in enumerate(dates):
        days = [(walked(calendars[place], base, each), at) for at, each in enumerate(listed)]
        days.sort()
        for one, other in pairwise([*days, (NEVER, -1)]):
            if one[0] != other[0] and first <= one[0] <= last:
                expected.append((f"L{number}@{listed[one[1]]}", one[0], other[0], one[1]))
    seen = moment.find(rows, first, last)
    columns = (seen.label, seen.day, seen.next_day, seen.offset)
    assert sorted(zip(*(each.tolist() for each in columns), strict=True)) == sorted(expected)
    read = moment.rows(first, last, calendars)
    assert all(read.first <= base <= read.last for base in seen.base.tolist())
