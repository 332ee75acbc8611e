"""Schedules: the days of a rule for everybody, wherever one looks, as dateutil has them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.builders import day
from tests.moments.dated import customers, found
from touchpoints.core.calendar import date_of, day_of
from touchpoints.core.moment import EveryCustomer
from touchpoints.moments.recurrence import ANCHOR, recurrence
from touchpoints.moments.schedule import Schedule


def schedule(rule: str, **keys: object) -> Schedule:
    return Schedule.model_validate({"schedule": rule} | keys)


def days(rule: str, first: str, last: str, start: str | None = None) -> list[str]:
    made = recurrence(rule, None if start is None else date.fromisoformat(start))
    return [str(date_of(each)) for each in made.between(day(first), day(last))]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=31", ["01-31", "02-28", "03-31"]),
        ("freq=monthly; bymonthday=31; skip=forward", ["01-31", "03-01", "03-31"]),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=31;SKIP=OMIT", ["01-31", "03-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=30", ["01-30", "02-28", "03-30"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ["01-31", "02-28", "03-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=15,31", ["01-15", "01-31", "02-15", "02-28", "03-15", "03-31"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", ["02-28"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;SKIP=OMIT", []),
        ("FREQ=MONTHLY;BYDAY=-1FR", ["01-30", "02-27", "03-27"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ["01-30", "02-27", "03-31"]),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", ["02-13", "03-13"]),
        ("DTSTART:20260131\nRRULE:FREQ=MONTHLY;COUNT=2", ["01-31", "02-28"]),
        ("DTSTART=20260131T090000Z;FREQ=MONTHLY;UNTIL=20260228", ["01-31", "02-28"]),
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260112", ["01-05", "01-12"]),
    ],
)
def test_the_days_of_a_rule_in_the_first_quarter_of_2026(rule: str, expected: list[str]) -> None:
    assert days(rule, "2026-01-01", "2026-03-31") == [f"2026-{each}" for each in expected]


@pytest.mark.parametrize(
    ("rule", "start", "expected"),
    [
        ("FREQ=MONTHLY", "2026-01-31", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=31", "2025-12-01", ["2026-02-28"]),
        ("FREQ=YEARLY", "2024-02-29", ["2026-02-28"]),
        (
            "FREQ=WEEKLY;INTERVAL=4",
            "2026-01-06",
            ["2026-01-06", "2026-02-03", "2026-03-03", "2026-03-31"],
        ),
        ("FREQ=DAILY;COUNT=2", "2026-03-30", ["2026-03-30", "2026-03-31"]),
    ],
)
def test_a_start_anchors_the_day_the_interval_and_the_count(
    rule: str, start: str, expected: list[str]
) -> None:
    assert days(rule, "2026-01-01", "2026-03-31", start) == expected


def test_without_a_start_an_interval_counts_from_the_first_monday_of_1900() -> None:
    found = days("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-01-01", "2026-01-31")
    assert [(date.fromisoformat(each) - ANCHOR).days % 14 for each in found] == [0, 0]


@pytest.mark.parametrize(
    ("rule", "remedy"),
    [
        ("FREQ=HOURLY", "by `at"),
        ("FREQ=DAILY;BYHOUR=9", "by `at"),
        ("every month", "expected a rule such as"),
        ("FREQ=MONTHLY;FREQ=DAILY", "each part once"),
        ("BYMONTHDAY=31", "expected FREQ="),
        ("FREQ=MONTHLY", "say on which day"),
        ("FREQ=DAILY;COUNT=3", "COUNT counts from a start"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL is no number from 1"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "from 1 to 31"),
        ("FREQ=MONTHLY;BYMONTHDAY=31;SKIP=NEAREST", "SKIP=BACKWARD|FORWARD|OMIT"),
        ("FREQ=WEEKLY;BYDAY=MO;SKIP=FORWARD", "SKIP goes with"),
        ("FREQ=WEEKLY;BYDAYS=MO", "did you mean BYDAY"),
        ("FREQ=WEEKLY;BYDAY=XX", "no rule of RFC 5545"),
        ("FREQ=DAILY;UNTIL=tomorrow", "UNTIL is no date"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;BYDAY=MO", "no days at all"),
    ],
)
def test_what_is_no_rule_of_days_is_refused_with_a_remedy(rule: str, remedy: str) -> None:
    with pytest.raises(ValidationError) as told:
        schedule(rule)
    assert remedy in str(told.value)


def test_two_starts_are_one_too_many() -> None:
    with pytest.raises(ValidationError, match="leave one of them out"):
        schedule("DTSTART:20260131;FREQ=MONTHLY", start="2026-01-31")


@pytest.mark.parametrize("start", ["2026-01-31", date(2026, 1, 31)])
def test_a_start_is_a_date_or_its_text_and_is_described_as_text(start: object) -> None:
    moment = schedule("FREQ=MONTHLY", start=start)
    assert moment.describe() == {"schedule": "FREQ=MONTHLY", "start": "2026-01-31"}
    with pytest.raises(ValidationError, match="expected a date such as"):
        schedule("FREQ=MONTHLY", start="soon")


def test_everybody_has_each_day_under_its_date() -> None:
    moment = schedule("FREQ=MONTHLY;BYMONTHDAY=15,31")
    assert found(moment, customers(2), "2026-01-10", "2026-01-31") == [
        *((0, "2026-01-15", "2026-01-15"), (1, "2026-01-15", "2026-01-15")),
        *((0, "2026-01-31", "2026-01-31"), (1, "2026-01-31", "2026-01-31")),
    ]
    assert moment.rows(day("2026-01-10"), day("2026-01-31")) == EveryCustomer()


def test_nobody_is_read_where_there_is_no_day() -> None:
    assert schedule("FREQ=MONTHLY;BYMONTHDAY=31").rows(day("2026-01-01"), day("2026-01-30")) is None


def test_the_keys_of_many_customers_are_one_text() -> None:
    moment = schedule("FREQ=MONTHLY;BYMONTHDAY=31")
    seen = moment.find(customers(1000), day("2026-01-30"), day("2026-02-28"))
    assert len({id(each) for each in seen.label}) == 2


WEEKDAYS = st.lists(
    st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=3, unique=True
).map(",".join)
ORDINALS = st.sampled_from(["1MO", "-1FR", "2TU", "3SA", "-2SU"])
RULES = st.one_of(
    st.tuples(st.just("FREQ=DAILY"), st.sampled_from(["", ";BYDAY=MO,FR", ";BYMONTH=2,7"])),
    st.tuples(st.just("FREQ=WEEKLY;BYDAY="), WEEKDAYS),
    st.tuples(st.just("FREQ=WEEKLY;WKST=SU;BYDAY="), WEEKDAYS),
    st.tuples(st.just("FREQ=MONTHLY;BYDAY="), ORDINALS),
    st.tuples(st.just("FREQ=MONTHLY;BYSETPOS=-1;BYDAY="), WEEKDAYS),
    st.tuples(st.just("FREQ=YEARLY;BYDAY="), st.sampled_from(["20MO", "-1SU"])),
    st.tuples(st.just("FREQ=YEARLY;BYMONTH=3,10;BYDAY="), ORDINALS),
    st.tuples(st.just("FREQ=YEARLY;BYYEARDAY="), st.sampled_from(["1", "-1", "100,366"])),
    st.tuples(st.just("FREQ=YEARLY;BYDAY=MO;BYWEEKNO="), st.sampled_from(["1", "53", "20"])),
    st.tuples(st.just("FREQ=MONTHLY;SKIP=OMIT;BYMONTHDAY="), st.sampled_from(["1", "29,31", "-1"])),
).map("".join)


@settings(deadline=None)
@given(
    rule=RULES,
    interval=st.sampled_from([1, 2, 3, 4, 5, 9]),  # every 7th day is never a Monday, or always
    start=st.dates(date(2015, 1, 1), date(2030, 1, 1)),
    first=st.dates(date(2014, 1, 1), date(2045, 1, 1)),
    ends=st.sampled_from(["", ";COUNT=7", ";UNTIL=20280615"]),
    length=st.integers(0, 400),
)
def test_it_begins_near_the_days_that_are_asked_for_and_finds_what_dateutil_finds(
    rule: str, interval: int, start: date, first: date, ends: str, length: int
) -> None:
    text = f"{rule};INTERVAL={interval}{ends}"
    last = first + timedelta(length)
    slow = rrulestr(
        text.replace(";SKIP=OMIT", ""), dtstart=datetime.combine(start, datetime.min.time())
    )
    wanted = slow.between(
        datetime.combine(first, datetime.min.time()),
        datetime.combine(last, datetime.min.time()),
        inc=True,
    )
    found = recurrence(text, start).between(day_of(first), day_of(last))
    assert found == [day_of(each.date()) for each in wanted]
