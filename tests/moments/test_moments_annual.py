"""Birthdays and other days of the year: found in the right year, under the right key, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.builders import day
from touchpoints.core.calendar import NEVER, date_of
from touchpoints.core.moment import Dated, Occurrences
from touchpoints.moments.annual import Annual

Offsets = list[int]
WORDS = ("backward", "forward", "skip")


def annual(offset: object = "0d", leap_day: str = "backward") -> Annual:
    return Annual.model_validate({"annual": "birthday", "offset": offset, "leap_day": leap_day})


def dated(*dates: tuple[int, int, int]) -> Dated:
    columns = np.array(dates, dtype=np.int64).reshape(-1, 3)
    count = len(columns)
    return Dated(
        np.arange(count), columns[:, 0], columns[:, 1], columns[:, 2], np.full(count, None)
    )


def found(
    moment: Annual, born: tuple[int, int, int], first: str, last: str
) -> list[tuple[str, str]]:
    seen = moment.find(dated(born), day(first), day(last))
    return [
        (str(label), str(date_of(number)))
        for label, number in zip(seen.label, seen.day, strict=True)
    ]


@pytest.mark.parametrize(
    ("born", "first", "last", "expected"),
    [
        ((1990, 7, 15), "2026-07-01", "2026-07-31", [("2026", "2026-07-15")]),
        ((1990, 7, 15), "2026-07-15", "2026-07-15", [("2026", "2026-07-15")]),
        ((1990, 7, 15), "2026-07-16", "2027-07-14", []),
        ((1990, 1, 1), "2026-12-28", "2027-01-03", [("2027", "2027-01-01")]),
        ((1990, 12, 31), "2026-12-28", "2027-01-03", [("2026", "2026-12-31")]),
        ((0, 7, 15), "2026-07-01", "2026-07-31", [("2026", "2026-07-15")]),
        ((0, 2, 29), "2026-02-01", "2026-03-31", [("2026", "2026-02-28")]),
        ((2026, 7, 15), "2026-07-01", "2026-07-31", []),
        ((2025, 7, 15), "2026-07-01", "2026-07-31", [("2026", "2026-07-15")]),
        ((2030, 7, 15), "2026-07-01", "2026-07-31", []),
    ],
)
def test_an_anniversary_comes_every_year_after_the_first_date(
    born: tuple[int, int, int], first: str, last: str, expected: list[tuple[str, str]]
) -> None:
    assert found(annual(), born, first, last) == expected


@pytest.mark.parametrize(
    ("leap_day", "expected"),
    [
        ("backward", ["2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28"]),
        ("forward", ["2026-03-01", "2027-03-01", "2028-02-29", "2029-03-01"]),
        ("skip", ["2028-02-29"]),
    ],
)
def test_29_february_falls_where_the_policy_says(leap_day: str, expected: list[str]) -> None:
    seen = found(annual(leap_day=leap_day), (2000, 2, 29), "2026-01-01", "2029-12-31")
    assert [where for _, where in seen] == expected
    assert [label for label, _ in seen] == [where[:4] for where in expected]


def test_without_a_word_29_february_is_28_february() -> None:
    moment = Annual.model_validate({"annual": "birthday"})
    assert found(moment, (2000, 2, 29), "2100-01-01", "2100-12-31") == [("2100", "2100-02-28")]


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        ("-7d", [("2027", "2026-12-26")]),
        (["-7d"], [("2027@-7d", "2026-12-26")]),
        ("-1w", [("2027", "2026-12-26")]),
        (["-7d", "0d"], [("2027@-7d", "2026-12-26"), ("2027@0d", "2027-01-02")]),
        (["0d", "-7d"], [("2027@0d", "2027-01-02"), ("2027@-7d", "2026-12-26")]),
        ("3d", [("2027", "2027-01-05")]),
    ],
)
def test_the_key_is_the_year_of_the_date_itself_and_names_the_offset_only_in_a_list(
    offset: object, expected: list[tuple[str, str]]
) -> None:
    assert found(annual(offset), (1990, 1, 2), "2026-12-01", "2027-01-31") == expected


def test_an_occurrence_knows_from_when_the_next_offset_stands_in_for_it() -> None:
    seen = annual(["-7d", "-1d", "2d"]).find(
        dated((1990, 6, 15)), day("2026-06-01"), day("2026-06-30")
    )
    assert [str(date_of(each)) for each in seen.day.tolist()] == [
        "2026-06-08",
        "2026-06-14",
        "2026-06-17",
    ]
    assert seen.next_day.tolist() == [day("2026-06-14"), day("2026-06-17"), NEVER]
    assert seen.offset.tolist() == [0, 1, 2]
    assert seen.base.tolist() == [day("2026-06-15")] * 3


@pytest.mark.parametrize(
    "offset", ["0bd", "4h", "soon", 3, [], ["-3d", "-3d"], ["7d", "1w"], ["1bd", "+1bd"]]
)
def test_an_offset_is_whole_days_and_each_stands_only_once(offset: object) -> None:
    with pytest.raises(ValidationError):
        annual(offset)


def test_three_simulated_years_bring_three_birthdays_each() -> None:
    everyone = dated(*((1990, month, 15) for month in range(1, 13)), (2000, 2, 29))
    seen = annual().find(everyone, day("2026-01-01"), day("2028-12-31"))
    assert np.bincount(seen.row).tolist() == [3] * 13
    assert sorted(set(seen.label)) == ["2026", "2027", "2028"]


@pytest.mark.parametrize("before", [1, 7, 30, 90, 365, 400])
def test_n_days_before_works_for_any_n(before: int) -> None:
    moment = annual(f"-{before}d")
    start = day("2026-01-01")
    keys = [
        str(label)
        for number in range(start, start + 3 * 365)
        for label in moment.find(dated((1990, 3, 10)), number, number).label
    ]
    first = 2026 if date(2026, 3, 10) - timedelta(before) >= date(2026, 1, 1) else 2027
    assert keys[0] == str(first)
    assert len(keys) == len(set(keys)) == 3


born = st.dates(date(1920, 1, 1), date(2032, 12, 31))
offsets = st.lists(st.integers(-400, 400), min_size=1, max_size=3, unique=True)
spans = st.tuples(st.dates(date(2024, 1, 1), date(2033, 1, 1)), st.integers(0, 500))


def _in_year(birth: date, year: int, word: str) -> date | None:
    try:
        return birth.replace(year=year)
    except ValueError:
        return {"backward": date(year, 2, 28), "forward": date(year, 3, 1)}.get(word)


def _expected(
    birth: date, shifts: Offsets, word: str, first: date, last: date
) -> Iterator[tuple[str, date]]:
    for year in range(max(birth.year + 1, 2020), 2040):
        base = _in_year(birth, year, word)
        for shift in sorted(shifts):
            if base is not None and first <= base + timedelta(shift) <= last:
                yield f"{year}@{shift}d", base + timedelta(shift)


@given(born | st.dates(date(1996, 2, 28), date(1996, 3, 1)), offsets, st.sampled_from(WORDS), spans)
def test_every_anniversary_of_the_days_is_found_and_none_besides(
    birth: date, shifts: Offsets, word: str, span: tuple[date, int]
) -> None:
    first, last = span[0], span[0] + timedelta(span[1])
    moment = annual([f"{shift}d" for shift in shifts], word)
    seen = found(moment, (birth.year, birth.month, birth.day), str(first), str(last))
    expected = _expected(birth, shifts, word, first, last)
    assert sorted(seen) == sorted((label, str(where)) for label, where in expected)


@given(
    st.lists(born | st.dates(date(1996, 2, 28), date(1996, 3, 1)), min_size=1, max_size=12),
    offsets,
    st.sampled_from(WORDS),
    spans,
)
def test_the_rows_that_are_read_hold_all_that_would_be_found(
    births: list[date], shifts: Offsets, word: str, span: tuple[date, int]
) -> None:
    first = day(str(span[0]))
    last = first + span[1]
    moment = annual([f"{shift}d" for shift in shifts], word)
    rows = moment.rows(first, last)
    assert rows.field == "birthday"
    everyone = dated(*((each.year, each.month, each.day) for each in births))
    seen: Occurrences = moment.find(everyone, first, last)
    needed = {births[row].month * 100 + births[row].day for row in seen.row.tolist()}
    assert needed <= rows.month_days


def test_a_short_horizon_reads_few_rows() -> None:
    rows = annual().rows(day("2026-06-01"), day("2026-06-08"))
    assert rows.month_days == frozenset(range(601, 609))
