"""Lunar birthdays: on the right civil day, under the lunar year, once a lunar year."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import day
from touchpoints.core.calendar import date_of, day_of
from touchpoints.core.lunar import LEAP_KEY, LunarDate, lunar_date
from touchpoints.core.moment import Dated
from touchpoints.moments.annual import Annual

Born = tuple[int, int, bool]
"""Year (0: unknown), stored month-day, and whether it is lunar."""


def annual(calendar: str | None = None, offset: object = "0d") -> Annual:
    keys = {"annual": "birthday", "offset": offset}
    return Annual.model_validate(keys if calendar is None else keys | {"calendar": calendar})


def dated(*born: Born) -> Dated:
    year, keys, lunar = (np.array(column) for column in zip(*born, strict=True))
    count = len(born)
    return Dated(
        np.arange(count), year, keys // 100, keys % 100, np.full(count, None), lunar.astype(bool)
    )


def found(moment: Annual, born: Born, first: str, last: str) -> list[tuple[str, str]]:
    seen = moment.find(dated(born), day(first), day(last))
    pairs = zip(seen.label, seen.day, strict=True)
    return sorted((str(label), str(date_of(number))) for label, number in pairs)


@pytest.mark.parametrize(
    ("year", "key", "first", "last", "expected"),
    [
        (1990, 815, "2026-01-01", "2026-12-31", [("L2026", "2026-09-25")]),
        (0, 815, "2026-01-01", "2026-12-31", [("L2026", "2026-09-25")]),
        (2025, 815, "2025-01-01", "2026-12-31", [("L2026", "2026-09-25")]),
        (2026, 815, "2025-01-01", "2026-12-31", []),
        (1985, 1230, "2026-01-01", "2026-12-31", [("L2025", "2026-02-16")]),
        (1985, 1113, "2025-01-01", "2025-12-31", []),
        (
            1985,
            1113,
            "2026-01-01",
            "2026-12-31",
            [("L2025", "2026-01-01"), ("L2026", "2026-12-21")],
        ),
        (0, 608 + LEAP_KEY, "2025-01-01", "2025-12-31", [("L2025", "2025-08-01")]),
        (0, 608 + LEAP_KEY, "2026-01-01", "2026-12-31", [("L2026", "2026-07-21")]),
        (1990, 815, "2150-01-01", "2150-12-31", []),
    ],
)
def test_a_lunar_birthday_comes_once_a_lunar_year_after_the_first(
    year: int, key: int, first: str, last: str, expected: list[tuple[str, str]]
) -> None:
    assert found(annual(), (year, key, True), first, last) == expected


def test_the_key_is_the_lunar_year_of_the_date_before_any_offset() -> None:
    born = (1985, 101, True)
    before = [("L2026@-7d", "2026-02-10")]
    assert found(annual(offset=["-7d"]), born, "2026-01-01", "2026-12-31") == before
    alone = [("L2026", "2026-02-10")]
    assert found(annual(offset="-7d"), born, "2026-01-01", "2026-12-31") == alone


def test_solar_and_lunar_customers_share_a_touchpoint() -> None:
    everybody = dated((1990, 925, False), (1990, 815, True), (0, 925, True))
    seen = annual().find(everybody, day("2026-09-25"), day("2026-09-25"))
    labels = zip(seen.row.tolist(), seen.label.tolist(), strict=True)
    assert sorted(labels) == [(0, "2026"), (1, "L2026")]


def test_calendar_lunar_keeps_a_solar_date_on_the_lunar_date_of_that_day() -> None:
    born = (1990, 1003, False)
    assert lunar_date(day("1990-10-03")) == LunarDate(1990, 8, 15)
    kept = found(annual("lunar"), born, "2026-01-01", "2027-12-31")
    assert kept == [("L2026", "2026-09-25"), ("L2027", "2027-09-15")]
    assert found(annual("lunar"), (0, 1003, False), "2026-01-01", "2027-12-31") == []


def test_calendar_solar_keeps_a_lunar_date_on_the_solar_date_of_that_day() -> None:
    kept = found(annual("solar"), (1990, 815, True), "2026-01-01", "2027-12-31")
    assert kept == [("2026", "2026-10-03"), ("2027", "2027-10-03")]
    assert found(annual("solar"), (0, 815, True), "2026-01-01", "2027-12-31") == []


def test_years_are_counted_in_the_calendar_of_the_key() -> None:
    born = dated((1990, 1215, True))
    assert annual().years(born, ["L2026@-3bd"]) == [36]
    assert annual("solar").years(born, ["2026"]) == [2026 - 1991]
    assert annual().years(dated((0, 1215, True)), ["L2026"]) == [None]


keys = st.builds(
    lambda month, of_month, leap: month * 100 + of_month + leap * LEAP_KEY,
    st.integers(1, 12),
    st.integers(1, 30),
    st.integers(0, 1),
)
civil = st.dates(date(1930, 1, 1), date(2032, 12, 31))
solar = st.builds(
    lambda born, known: (born.year * known, born.month * 100 + born.day, False),
    civil,
    st.integers(0, 1),
)
lunar = st.tuples(st.just(0) | st.integers(1930, 2032), keys, st.just(True))
calendars = st.sampled_from([None, "solar", "lunar"])
spans = st.tuples(st.dates(date(2024, 1, 1), date(2033, 1, 1)), st.integers(0, 500))


def _kept(year: int, key: int) -> date:
    """The civil day of a lunar birthday in a lunar year, found by walking through the year."""
    leap, month, of_month = key >= LEAP_KEY, key // 100 % 100, key % 100
    dates = _days_around(year)
    wished = [(leap, of_month), (leap, 29), (False, of_month), (False, 29)]
    tried = (LunarDate(year, month, of, is_leap) for is_leap, of in wished)
    return date_of(next(dates[each] for each in tried if each in dates))


@lru_cache
def _days_around(year: int) -> dict[LunarDate, int]:
    return {lunar_date(day(f"{year}-01-20") + n): day(f"{year}-01-20") + n for n in range(420)}


def _as(born: Born, calendar: str | None) -> Born | None:
    """A birthday in the calendar in which it is kept, one at a time."""
    year, key, is_lunar = born
    if calendar is None or is_lunar == (calendar == "lunar"):
        return born
    if year == 0:
        return None
    if is_lunar:
        day_born = _kept(year, key)
        return (day_born.year, day_born.month * 100 + day_born.day, False)
    there = lunar_date(day_of(date(year, key // 100, key % 100)))
    return (there.year, there.month * 100 + there.day + there.leap * LEAP_KEY, True)


def _solar(year: int, key: int) -> date:
    month, of_month = divmod(key, 100)
    return date(year, 2, 28) if key == 229 and year % 4 else date(year, month, of_month)


@given(solar | lunar, calendars, st.integers(-40, 40), spans)
def test_every_anniversary_of_the_days_is_found_and_none_besides(
    born: Born, calendar: str | None, shift: int, span: tuple[date, int]
) -> None:
    first, last = span[0], span[0] + timedelta(span[1])
    kept = _as(born, calendar)
    expected = []
    for year in range(2022, 2037) if kept else ():
        at = (_kept if kept[2] else _solar)(year, kept[1])
        if year > kept[0] and first <= at + timedelta(shift) <= last:
            expected.append((f"{'L' * kept[2]}{year}", str(at + timedelta(shift))))
    moment = annual(calendar, f"{shift}d")
    assert found(moment, born, str(first), str(last)) == sorted(expected)
    if expected:
        read = moment.rows(day(str(first)), day(str(last)))
        assert born[1] in (read.lunar if born[2] else read.month_days)
