"""Events: at once or days later on the customer's clock, one message for each, never before it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.builders import day, instant
from tests.moments.dated import found, happened, local_date
from touchpoints.core.calendar import NEVER, date_of
from touchpoints.core.moment import EventRows
from touchpoints.moments.event import Event

EVENING = instant("2026-11-25T23:30", "Asia/Shanghai")


def event(offset: object = "0d") -> Event:
    return Event.model_validate({"event": "parcel-left", "offset": offset})


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        ("0d", [("E1", "2026-11-25")]),
        ("2d", [("E1", "2026-11-27")]),
        ("1w", [("E1", "2026-12-02")]),
        (["2d"], [("E1@2d", "2026-11-27")]),
        (["7d", "0d"], [("E1@7d", "2026-12-02"), ("E1@0d", "2026-11-25")]),
    ],
)
def test_the_key_is_the_ref_and_a_list_of_offsets_adds_to_it(
    offset: object, expected: list[tuple[str, str]]
) -> None:
    seen = found(event(offset), happened(("E1", EVENING)), "2026-11-01", "2026-12-31")
    assert [(key, when) for _, key, when in seen] == expected


@pytest.mark.parametrize(
    ("zone", "when"),
    [
        ("Asia/Shanghai", "2026-11-25"),
        ("Pacific/Kiritimati", "2026-11-26"),
        ("America/New_York", "2026-11-25"),
        ("Asia/Tokyo", "2026-11-26"),
    ],
)
def test_the_day_is_the_one_on_the_customers_clock(zone: str, when: str) -> None:
    seen = found(event(), happened(("E1", EVENING), zone=zone), "2026-11-01", "2026-12-31")
    assert seen == [(0, "E1", when)]


def test_nothing_goes_out_before_it_has_happened_and_days_later_the_window_decides() -> None:
    seen = event(["0d", "2d"]).find(happened(("E1", EVENING)), day("2026-11-01"), day("2026-12-31"))
    assert seen.earliest.tolist() == [EVENING, 0]
    assert seen.next_day.tolist() == [day("2026-11-27"), NEVER]


@pytest.mark.parametrize("offset", ["-1d", ["-1d", "2d"], ["2d", "-1w"], "4h"])
def test_nobody_knows_an_event_before_it_happens(offset: object) -> None:
    with pytest.raises(ValidationError):
        event(offset)


@given(
    st.lists(st.integers(1_700_000_000, 1_900_000_000), max_size=6),
    st.lists(st.integers(0, 60), min_size=1, max_size=3, unique=True),
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Pacific/Apia", "Europe/London"]),
    st.dates(date_of(19_700), date_of(21_900)),
    st.integers(0, 900),
)
def test_every_occurrence_is_found_and_lies_in_the_rows_that_are_read(
    instants: list[int], shifts: list[int], zone: str, start, length: int
) -> None:
    end = start + timedelta(length)
    moment = event([f"{shift}d" for shift in shifts])
    rows = happened(*((f"E{n}", at) for n, at in enumerate(instants)), zone=zone)
    expected = [
        (n, f"E{n}@{shift}d", str(local_date(at, zone) + timedelta(shift)))
        for n, at in enumerate(instants)
        for shift in shifts
        if start <= local_date(at, zone) + timedelta(shift) <= end
    ]
    assert found(moment, rows, str(start), str(end)) == expected
    asked = moment.rows(day(str(start)), day(str(end)))
    assert asked == EventRows("parcel-left", asked.first, asked.last)
    seen = moment.find(rows, day(str(start)), day(str(end)))
    assert all(asked.first <= base <= asked.last for base in seen.base.tolist())
