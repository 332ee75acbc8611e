"""Dates, zones and calendars: a table of cases with their answers, T01 to T31, each a test."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from tests.builders import (
    Person,
    Sent,
    Wanted,
    World,
    cap,
    day,
    instant,
    local_text,
    policy,
    touchpoint,
    utc_text,
    window,
)
from tests.office import POLICY, Office, at, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.calendar import date_of, zone_clock
from touchpoints.core.columns import Wishes
from touchpoints.core.decision import Decision
from touchpoints.core.hours import Hours, parse_intervals
from touchpoints.core.lunar import LEAP_KEY
from touchpoints.core.moment import Dated
from touchpoints.core.offset import Business
from touchpoints.core.policy import ChannelRule, Duration
from touchpoints.engine.workdays import workdays_of
from touchpoints.moments.annual import Annual
from touchpoints.moments.fact import Fact

NEW_YORK = "America/New_York"


def decided(
    zone: str, as_of: str, opens: str, closes: str = "2d 00:00", **more: object
) -> Decision:
    """What becomes of one message whose window opens on the local day of `as_of`."""
    wishes, sent = more.pop("wishes", Wishes()), more.pop("sent", ())
    clock, now = zone_clock(zone), instant(as_of, zone)
    design = touchpoint("t", window=window(opens, closes))
    wanted = Wanted("t", clock.local_day(now))
    people = (Person(zone=zone, wishes=wishes),)  # type: ignore[arg-type]
    world = World(policy(design, **more), (wanted,), now, people, sent)  # type: ignore[arg-type]
    (decision,) = world.decisions()
    return decision


def told(decision: Decision) -> str | None:
    """When a message goes out, in UTC; the reason where it does not."""
    return decision.reason if decision.send_at is None else utc_text(decision.send_at)


def days(moment: Annual | Fact, dated: Dated, first: str, last: str) -> list[str]:
    """The days of a moment's occurrences."""
    return sorted(str(date_of(each)) for each in moment.find(dated, day(first), day(last)).day)


def born(year: int, key: int, *, lunar: bool = False) -> Dated:
    """One birthday, as it is stored."""
    columns = (np.array([part]) for part in (0, year, key // 100, key % 100))
    return Dated(*columns, np.array([None]), np.array([lunar]))


def lunar_birthdays(key: int, first: str, last: str) -> list[tuple[str, str]]:
    """The keys and days of a lunar birthday."""
    seen = annual().find(born(0, key, lunar=True), day(first), day(last))
    return sorted((str(k), str(date_of(d))) for k, d in zip(seen.label, seen.day, strict=True))


def annual(leap_day: str = "backward") -> Annual:
    return Annual.model_validate({"annual": "birthday", "leap_day": leap_day})


def due(dates: Sequence[str], country: str | None = None) -> Dated:
    """Facts that are due on these dates, in one country."""
    real = [date.fromisoformat(text) for text in dates]
    parts = (np.array([getattr(each, name) for each in real]) for name in ("year", "month", "day"))
    where = workdays_of(country, day("2025-06-01"), day("2027-06-01"))
    business = Business(np.zeros(len(real), dtype=np.int64), (where,))
    refs = np.array([f"L{number}" for number in range(len(real))], dtype=object)
    return Dated(np.arange(len(real)), *parts, refs, business=business)


def before(offset: str) -> Fact:
    return Fact.model_validate({"fact": "instalment", "offset": offset})


@pytest.mark.parametrize(
    ("zone", "local", "expected"),
    [
        pytest.param(NEW_YORK, "2026-03-08T02:30", "2026-03-08T07:30Z", id="T01-missing"),
        pytest.param(NEW_YORK, "2026-11-01T01:30", "2026-11-01T05:30Z", id="T02-doubled"),
        pytest.param("Europe/London", "2026-03-29T01:30", "2026-03-29T01:30Z", id="T06-spring"),
        pytest.param("Europe/London", "2026-10-25T01:30", "2026-10-25T00:30Z", id="T06-autumn"),
        pytest.param("Africa/Cairo", "2026-04-24T00:00", "2026-04-23T22:00Z", id="T07-midnight"),
        pytest.param("Asia/Beirut", "2026-03-29T00:00", "2026-03-28T22:00Z", id="T08-Beirut"),
        pytest.param("America/Havana", "2026-03-08T00:00", "2026-03-08T05:00Z", id="T08-Havana"),
        pytest.param("America/Asuncion", "2026-10-04T00:00", "2026-10-04T03:00Z", id="T09"),
        pytest.param("Europe/Dublin", "2026-01-15T09:00", "2026-01-15T09:00Z", id="T10-winter"),
        pytest.param("Europe/Dublin", "2026-07-15T09:00", "2026-07-15T08:00Z", id="T10-summer"),
        pytest.param("Asia/Kathmandu", "2026-06-01T08:00", "2026-06-01T02:15Z", id="T13-Kathmandu"),
        pytest.param("America/St_Johns", "2026-06-01T08:00", "2026-06-01T10:30Z", id="T13-St-John"),
        pytest.param("America/Phoenix", "2026-07-01T08:00", "2026-07-01T15:00Z", id="T14-Phoenix"),
        pytest.param("America/Denver", "2026-07-01T08:00", "2026-07-01T14:00Z", id="T14-Denver"),
    ],
)
def test_a_message_of_this_local_time_goes_out_once_at(
    zone: str, local: str, expected: str
) -> None:
    clock = local[11:]
    assert told(decided(zone, f"{local[:10]}T00:00", f"0d {clock}")) == expected


def test_t02_nothing_goes_out_at_the_second_half_past_one() -> None:
    late = "2026-11-01T06:30:00+00:00"
    assert told(decided(NEW_YORK, late, "0d 01:30")) == "2026-11-01T07:00Z"


@pytest.mark.parametrize(
    ("evening", "hours", "opens"),
    [("2026-03-07", 10, "2026-03-08T12:00Z"), ("2026-10-31", 12, "2026-11-01T13:00Z")],
    ids=["T03-short-night", "T03-long-night"],
)
def test_t03_quiet_hours_last_as_long_as_the_clock_makes_them(
    evening: str, hours: int, opens: str
) -> None:
    quiet = Wishes(quiet=parse_intervals("21:00-08:00"))
    decision = decided(NEW_YORK, f"{evening}T21:00", "0d 00:00", wishes=quiet)
    assert told(decision) == opens
    assert (decision.send_at or 0) - instant(f"{evening}T21:00", NEW_YORK) == hours * 3600


def test_t04_ten_hours_later_are_ten_elapsed_hours() -> None:
    evening = instant("2026-03-07T22:00", NEW_YORK)
    sent = (Sent(evening),)
    gap = Duration(10, "h")
    decision = decided(NEW_YORK, "2026-03-07T22:01", "0d 00:00", sent=sent, gap=gap)
    assert local_text(decision.send_at or 0, NEW_YORK) == "2026-03-08 09:00"


def test_t05_the_two_half_past_ones_are_an_hour_apart() -> None:
    clock, first = zone_clock(NEW_YORK), instant("2026-11-01T05:30:00+00:00")
    assert clock.local(first) == clock.local(first + 3600)
    sent, gap = (Sent(first + 3600),), Duration(1, "h")
    decision = decided(NEW_YORK, "2026-11-01T06:31:00+00:00", "0d 00:00", sent=sent, gap=gap)
    assert told(decision) == "2026-11-01T07:30Z"


def test_t07_the_missing_midnight_of_cairo_is_one_o_clock() -> None:
    decision = decided("Africa/Cairo", "2026-04-24T01:00", "0d 00:00")
    assert local_text(decision.send_at or 0, "Africa/Cairo") == "2026-04-24 01:00"


def test_t11_one_instant_is_three_todays() -> None:
    now = "2026-02-28T10:30:00+00:00"
    zones = ("Pacific/Kiritimati", "Pacific/Apia", "Pacific/Niue")
    there = [local_text(instant(now), zone) for zone in zones]
    assert there == ["2026-03-01 00:30", "2026-02-28 23:30", "2026-02-27 23:30"]
    plans = [decided(zone, now, "0d 00:00", "1d 00:00") for zone in zones]
    assert [local_text(each.send_at or 0, each.zone) for each in plans] == there


def test_t12_a_birthday_is_somewhere_for_fifty_hours() -> None:
    (number,) = [day(each) for each in days(annual(), born(1990, 601), "2026-05-30", "2026-06-03")]
    first, last = zone_clock("Pacific/Kiritimati"), zone_clock("Etc/GMT+12")
    ends = first.instant(number, 0), last.instant(number + 1, 0)
    assert [utc_text(each) for each in ends] == ["2026-05-31T10:00Z", "2026-06-02T12:00Z"]


@pytest.mark.parametrize(
    ("word", "year", "expected"),
    [
        ("backward", 2026, "2026-02-28"),
        ("forward", 2026, "2026-03-01"),
        ("backward", 2028, "2028-02-29"),
        ("backward", 2100, "2100-02-28"),
    ],
    ids=["T15-backward", "T15-forward", "T15-leap-year", "T15-2100"],
)
def test_t15_born_on_29_february(word: str, year: int, expected: str) -> None:
    assert days(annual(word), born(2000, 229), f"{year}-01-01", f"{year}-12-31") == [expected]


@pytest.mark.parametrize(
    ("key", "first", "last", "expected"),
    [
        pytest.param(
            815,
            "2025-03-01",
            "2027-12-31",
            [("L2025", "2025-10-06"), ("L2026", "2026-09-25"), ("L2027", "2027-09-15")],
            id="T16-mid-autumn",
        ),
        pytest.param(
            101,
            "2026-01-01",
            "2028-12-31",
            [("L2026", "2026-02-17"), ("L2027", "2027-02-06"), ("L2028", "2028-01-26")],
            id="T17-new-year",
        ),
        pytest.param(
            608 + LEAP_KEY,
            "2025-01-01",
            "2026-12-31",
            [("L2025", "2025-08-01"), ("L2026", "2026-07-21")],
            id="T18-leap-month",
        ),
        pytest.param(
            1230,
            "2026-01-01",
            "2028-02-28",
            [("L2025", "2026-02-16"), ("L2026", "2027-02-05"), ("L2027", "2028-01-25")],
            id="T19-a-30th-on-the-29th",
        ),
        pytest.param(1113, "2025-01-01", "2025-12-31", [], id="T20-none-in-2025"),
        pytest.param(
            1113,
            "2026-01-01",
            "2026-12-31",
            [("L2025", "2026-01-01"), ("L2026", "2026-12-21")],
            id="T20-two-in-2026",
        ),
    ],
)
def test_a_lunar_birthday_is_kept_on_these_days_under_the_lunar_year(
    key: int, first: str, last: str, expected: list[tuple[str, str]]
) -> None:
    assert lunar_birthdays(key, first, last) == expected


def test_t21_what_is_due_monthly_on_the_31st_keeps_its_anchor() -> None:
    dates = ("2026-01-31", "2026-02-28", "2026-03-31")
    assert days(before("0d"), due(dates), "2026-01-01", "2026-04-15") == list(dates)


def test_t22_what_is_due_yearly_on_29_february_comes_every_year() -> None:
    kept = days(annual(), born(2024, 229), "2025-01-01", "2028-12-31")
    assert (kept[0], kept[-1]) == ("2025-02-28", "2028-02-29")
    assert len(kept) == 4


@pytest.mark.parametrize(
    ("country", "due_on", "offset", "expected"),
    [
        pytest.param("CN", "2026-02-24", "-3bd", "2026-02-12", id="T23-China-three"),
        pytest.param("CN", "2026-02-24", "-1bd", "2026-02-14", id="T23-China-make-up"),
        pytest.param("CN", "2026-02-27", "1bd", "2026-02-28", id="T23-China-Saturday"),
        # Boxing Day falls on a Saturday, so Monday the 28th is free and Tuesday is the first.
        pytest.param("GB", "2026-12-24", "1bd", "2026-12-29", id="T24-Boxing-Day-observed"),
        pytest.param("IL", "2026-06-11", "1bd", "2026-06-14", id="T25-Friday-and-Saturday"),
        pytest.param("GB", "2026-06-12", "1bd", "2026-06-15", id="T25-Saturday-and-Sunday"),
    ],
)
def test_business_days_are_those_of_the_country(
    country: str, due_on: str, offset: str, expected: str
) -> None:
    found = days(before(offset), due([due_on], country), "2026-01-01", "2026-12-31")
    assert found == [expected]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-06-01T01:00:00+00:00", "2026-06-01T01:00Z"),
        ("2026-06-01T00:59:59+00:00", "2026-06-01T01:00Z"),
        ("2026-06-01T12:00:00+00:00", "2026-06-02T01:00Z"),
    ],
    ids=["T26-exactly-at-opening", "T26-a-second-before", "T26-exactly-at-closing"],
)
def test_t26_opening_is_inside_and_closing_is_outside(now: str, expected: str) -> None:
    channels = {"email": ChannelRule("email", Hours.parse("09:00-20:00"))}
    decision = decided("Asia/Shanghai", now, "0d 00:00", channels=channels)
    assert told(decision) == expected


def test_t27_two_windows_without_a_common_minute_are_no_time() -> None:
    channels = {"email": ChannelRule("email", Hours.parse("09:00-12:00"))}
    quiet = Wishes(quiet=parse_intervals("20:00-12:00"))
    decision = decided(
        "Asia/Shanghai", "2026-06-01T00:00", "0d 00:00", channels=channels, wishes=quiet
    )
    assert told(decision) == "no_time"


def test_t28_a_customer_who_moved_after_planning_is_judged_by_the_new_zone(office: Office) -> None:
    office.owes_as_new("C1", timezone=NEW_YORK)
    clock, email = FixedClock(at("2026-12-06T20:00")), RecordingChannel()
    loop = office.loop(clock, email=email)
    loop.start()
    loop.plan()
    planned = office.messages()["C1/reminder/L1@-3d"]["send_at"]
    assert utc_text(planned) == "2026-12-07T14:00Z"
    office.customer("C1", timezone="Asia/Tokyo")
    # Nine in New York is eleven at night in Tokyo: the window there closed three hours ago.
    clock.move_to(at("2026-12-07T22:00"))
    loop.deliver()
    assert email.messages == []
    assert office.states() == {"C1/reminder/L1@-3d": "withheld: stale"}


def test_t28_a_customer_who_moved_to_the_west_is_written_to_at_nine_there(office: Office) -> None:
    office.owes_as_new("C1", timezone="Asia/Tokyo")
    clock, email = FixedClock(at("2026-12-06T20:00")), RecordingChannel()
    loop = office.loop(clock, email=email)
    loop.start()
    loop.plan()
    office.customer("C1", timezone=NEW_YORK)
    clock.move_to(at("2026-12-07T08:00"))
    loop.deliver()
    assert email.messages == []
    rounds(loop, clock, "2026-12-07T21:59", "2026-12-07T22:00")
    (message,) = email.messages
    assert utc_text(int(message.sent_at.timestamp())) == "2026-12-07T14:00Z"


def test_t29_a_clock_that_jumps_a_day_ahead_brings_no_storm(office: Office) -> None:
    for number in range(3):
        office.owes_as_new(f"C{number}")
        office.owes(f"C{number}", "L2", "2026-12-11")
    clock, email = FixedClock(at("2026-12-07T08:00")), RecordingChannel()
    loop = office.loop(clock, email=email)
    loop.start()
    loop.plan()
    rounds(loop, clock, "2026-12-08T10:00", "2026-12-08T10:01")
    assert sorted(email.keys) == [f"C{number}/reminder/L2@-3d" for number in range(3)]
    missed = [state for key, state in office.states().items() if "/L1@" in key]
    assert missed == ["expired: expired"] * 3


def test_t29_a_clock_that_jumps_two_hours_back_sends_nothing_again(office: Office) -> None:
    office.owes_as_new("C1")
    clock, email = FixedClock(at("2026-12-07T10:00")), RecordingChannel()
    loop = office.loop(clock, email=email)
    loop.start()
    loop.plan()
    rounds(loop, clock, "2026-12-07T10:01", "2026-12-07T08:01", "2026-12-07T09:01")
    assert email.keys == ["C1/reminder/L1@-3d"]


def test_t30_a_cap_of_24_hours_is_24_elapsed_hours_over_the_long_night() -> None:
    sent = (Sent(instant("2026-10-31T20:00", NEW_YORK)),)
    caps = (cap("day", 1, "24h"),)
    decision = decided(NEW_YORK, "2026-11-01T08:00", "0d 08:00", caps=caps, sent=sent)
    assert local_text(decision.send_at or 0, NEW_YORK) == "2026-11-01 19:00"


@pytest.mark.parametrize(
    ("column", "value", "code", "said"),
    [
        ("birthday", "2026-02-30", 3, "does not exist in the calendar"),
        ("birthday", "1990-02-28T24:00", 3, "has a time of day that does not exist"),
        ("timezone", "UTC+8", 0, "the customer uses the workspace's zone"),
        ("timezone", "EST5EDT", 0, "the customer uses the workspace's zone"),
    ],
    ids=["T31-30-February", "T31-24-o-clock", "T31-UTC+8", "T31-EST5EDT"],
)
def test_t31_what_is_no_date_or_zone_is_refused_or_said(
    office: Office, column: str, value: str, code: int, said: str
) -> None:
    office.rule(POLICY)
    file = office.write("people.csv", f"id,{column}\nC1,{value}\n")
    answer = office.ask("import", "customers", str(file))
    assert answer.code == code
    assert said in answer.out + answer.err
