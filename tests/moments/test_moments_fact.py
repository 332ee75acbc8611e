"""Facts: so many days before or after their date, each offset once, under a key that stays."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import day
from touchpoints.core.calendar import NEVER, date_of
from touchpoints.core.moment import Dated, FactRows
from touchpoints.moments.fact import Fact


def fact(offset: object = "0d") -> Fact:
    return Fact.model_validate({"fact": "instalment", "offset": offset})


def dated(*rows: tuple[str, str]) -> Dated:
    dates = [date.fromisoformat(text) for _, text in rows]
    count = len(rows)
    return Dated(
        np.zeros(count, dtype=np.int64),
        np.array([each.year for each in dates], dtype=np.int64),
        np.array([each.month for each in dates], dtype=np.int64),
        np.array([each.day for each in dates], dtype=np.int64),
        np.array([ref for ref, _ in rows], dtype=object),
    )


def found(moment: Fact, rows: Dated, first: str, last: str) -> list[tuple[str, str]]:
    seen = moment.find(rows, day(first), day(last))
    return [(str(label), str(date_of(at))) for label, at in zip(seen.label, seen.day, strict=True)]


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        ("0d", [("L-1@0d", "2026-03-01")]),
        ("-3d", [("L-1@-3d", "2026-02-26")]),
        (["-3d"], [("L-1@-3d", "2026-02-26")]),
        (["-3d", "-1d"], [("L-1@-3d", "2026-02-26"), ("L-1@-1d", "2026-02-28")]),
        (["-1d", "-3d"], [("L-1@-1d", "2026-02-28"), ("L-1@-3d", "2026-02-26")]),
        ("2d", [("L-1@2d", "2026-03-03")]),
        ("-1w", [("L-1@-7d", "2026-02-22")]),
    ],
)
def test_the_key_is_the_ref_and_the_offset(offset: object, expected: list[tuple[str, str]]) -> None:
    assert found(fact(offset), dated(("L-1", "2026-03-01")), "2026-02-01", "2026-03-31") == expected


def test_instalments_at_month_ends_keep_their_own_dates() -> None:
    rows = dated(("1", "2026-01-31"), ("2", "2026-02-28"), ("3", "2026-03-31"))
    seen = found(fact("-1d"), rows, "2026-01-01", "2026-12-31")
    assert [where for _, where in seen] == ["2026-01-30", "2026-02-27", "2026-03-30"]


def test_the_next_offset_stands_in_from_its_own_day_on() -> None:
    seen = fact(["-3d", "-1d"]).find(
        dated(("L-1", "2026-03-01")), day("2026-02-01"), day("2026-03-31")
    )
    assert seen.next_day.tolist() == [day("2026-02-28"), NEVER]
    assert seen.offset.tolist() == [0, 1]


def test_an_offset_outside_the_days_still_closes_the_one_before() -> None:
    seen = fact(["-3d", "-1d"]).find(
        dated(("L-1", "2026-03-01")), day("2026-02-20"), day("2026-02-26")
    )
    assert seen.label.tolist() == ["L-1@-3d"]
    assert seen.next_day.tolist() == [day("2026-02-28")]


def test_no_facts_have_no_occurrences() -> None:
    assert found(fact(["-3d", "-1d"]), dated(), "2026-01-01", "2026-12-31") == []


def test_the_rows_that_are_read_are_those_of_the_kind_between_two_dates() -> None:
    rows = fact(["-3d", "-1d"]).rows(day("2026-06-01"), day("2026-06-08"))
    assert rows == FactRows("instalment", day("2026-06-02"), day("2026-06-11"))


@given(
    st.lists(st.dates(date(2024, 1, 1), date(2029, 1, 1)), max_size=8),
    st.lists(st.integers(-400, 400), min_size=1, max_size=3, unique=True),
    st.dates(date(2025, 1, 1), date(2028, 1, 1)),
    st.integers(0, 400),
)
def test_every_occurrence_is_found_and_lies_in_the_rows_that_are_read(
    dates: list[date], shifts: list[int], start: date, length: int
) -> None:
    end = start + timedelta(length)
    moment = fact([f"{shift}d" for shift in shifts])
    rows = dated(*((str(number), str(each)) for number, each in enumerate(dates)))
    expected = [
        (f"{number}@{shift}d", str(each + timedelta(shift)))
        for number, each in enumerate(dates)
        for shift in shifts
        if start <= each + timedelta(shift) <= end
    ]
    assert found(moment, rows, str(start), str(end)) == expected
    read = moment.rows(day(str(start)), day(str(end)))
    seen = moment.find(rows, day(str(start)), day(str(end)))
    assert all(read.first <= base <= read.last for base in seen.base.tolist())
