"""Allowed time, held against asking the clock on the wall minute by minute."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import (
    CATEGORIES,
    SHANGHAI,
    Person,
    Wanted,
    World,
    all_day,
    day,
    instant,
    local_text,
    policy,
    touchpoint,
    utc_text,
    window,
)
from tests.core.worlds import GRID, share, worlds
from tests.oracle import allowed, date_number, local_date, shown_at, when, window_of
from touchpoints.core.columns import Wishes
from touchpoints.core.hours import Hours
from touchpoints.core.policy import Category, ChannelRule, Duration, Line, Touchpoint, Window
from touchpoints.core.timetable import Slot, SlotKey, Slots, Timetable, first_minute

NEW_YORK = "America/New_York"
MONDAY = day("2026-06-01")


def slots_of(world: World, wanted: Wanted, channel: str) -> Slots:
    rules = world.rulebook()
    person = next(each for each in world.people if each.id == wanted.customer)
    key = SlotKey(
        person.zone,
        rules.touchpoint_number[wanted.touchpoint],
        rules.channel_number[channel],
        wanted.day,
        wanted.next_day,
        wanted.earliest,
        person.wishes,
    )
    return Timetable(rules, world.as_of).slots(key)


def one(
    design: Touchpoint, number: int, as_of: int, person: Person | None = None, **keys: object
) -> Slots:
    world = World(
        policy(design, **keys), (Wanted(design.name, number),), as_of, (person or Person(),)
    )
    return slots_of(world, world.wanted[0], design.channels[0])


def local_spans(slots: Slots, zone: str = SHANGHAI) -> list[str]:
    spans = [span for slot in slots.days for span in slot.spans]
    return [f"{local_text(start, zone)} - {local_text(end, zone)}" for start, end in spans]


@settings(max_examples=share(0.35))
@given(worlds(most=1), st.data())
def test_allowed_time_is_every_minute_that_no_rule_refuses(
    world: World, data: st.DataObject
) -> None:
    wanted, person = world.wanted[0], world.people[0]
    channel = data.draw(st.sampled_from(world.policy.touchpoints[wanted.touchpoint].channels))
    opens, closes = window_of(world, wanted, person.zone)
    slots = slots_of(world, wanted, channel)
    assert (slots.open, slots.close) == (opens, closes)
    free, unpaused = allowed(world, person, wanted, channel, step=GRID)
    told = [span for slot in slots.days for span in slot.spans]
    assert all(start % GRID == 0 and end % GRID == 0 for start, end in told)
    assert [at for start, end in told for at in range(start, end, GRID)] == free
    assert slots.paused == bool(unpaused and not free)


@settings(max_examples=share(0.2))
@given(worlds(most=1), st.data())
def test_every_slot_is_one_local_day_and_knows_how_late_it_is(
    world: World, data: st.DataObject
) -> None:
    wanted, person = world.wanted[0], world.people[0]
    design = world.policy.touchpoints[wanted.touchpoint]
    channel = data.draw(st.sampled_from(design.channels))
    minute = design.window.open_minute if design.at is None else design.at
    for slot in slots_of(world, wanted, channel).days:
        dates = {local_date(person.zone, at) for span in slot.spans for at in range(*span, GRID)}
        assert dates == {date_number(slot.day)}
        assert slot.late == max(0, slot.day - wanted.day - design.window.open_day)
        assert slot.at == when(person.zone, shown_at(slot.day, minute))
        assert slot.first() == _first(slot)


def _first(slot: Slot) -> int:
    minutes = [at for span in slot.spans for at in range(*span, 60)]
    return next((at for at in minutes if at >= slot.at), minutes[0])


@pytest.mark.parametrize(
    ("zone", "date_text", "expected"),
    [
        (NEW_YORK, "2026-03-08", ["2026-03-08 01:00 - 2026-03-08 03:30"]),
        (NEW_YORK, "2026-03-09", ["2026-03-09 01:00 - 2026-03-09 02:30"]),
        ("Africa/Cairo", "2026-04-24", ["2026-04-24 01:00 - 2026-04-24 02:30"]),
        (
            NEW_YORK,
            "2026-11-01",
            ["2026-11-01 01:00 - 2026-11-01 01:00", "2026-11-01 02:00 - 2026-11-01 02:30"],
        ),
    ],
)
def test_on_the_night_of_a_change_no_minute_is_used_twice_or_lost(
    zone: str, date_text: str, expected: list[str]
) -> None:
    design = touchpoint("t", window=window("0d 01:00", "0d 02:30"))
    slots = one(design, day(date_text), 0, Person(zone=zone))
    assert local_spans(slots, zone) == expected


@pytest.mark.parametrize(
    ("as_of", "first"),
    [
        ("2026-11-01T05:00:00+00:00", "2026-11-01T05:30Z"),
        ("2026-11-01T05:59:00+00:00", "2026-11-01T05:59Z"),
        ("2026-11-01T06:00:00+00:00", "2026-11-01T07:00Z"),
        ("2026-11-01T06:30:00+00:00", "2026-11-01T07:00Z"),
    ],
)
def test_a_doubled_hour_is_used_once_the_first_time(as_of: str, first: str) -> None:
    design = touchpoint("t", window=window("0d 01:30", "0d 20:00"))
    slots = one(design, day("2026-11-01"), instant(as_of), Person(zone=NEW_YORK))
    assert utc_text(slots.days[0].first()) == first


def test_a_touchpoint_at_a_missing_time_goes_once_an_hour_later() -> None:
    design = touchpoint("t", window=window("0d 02:30", "0d 20:00"))
    slots = one(design, day("2026-03-08"), 0, Person(zone=NEW_YORK))
    assert [utc_text(slot.first()) for slot in slots.days] == ["2026-03-08T07:30Z"]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2026-06-01T08:59:59", "2026-06-01 09:00"),
        ("2026-06-01T09:00:00", "2026-06-01 09:00"),
        ("2026-06-01T19:59:59", "2026-06-01 19:59"),
        ("2026-06-01T20:00:00", None),
    ],
)
def test_opening_is_inside_and_closing_is_outside(as_of: str, expected: str | None) -> None:
    # The builder reads whole minutes on a zone's clock, hence the written offset.
    slots = one(touchpoint("t"), MONDAY, instant(f"{as_of}+08:00"))
    found = [local_text(slot.first(), SHANGHAI) for slot in slots.days]
    assert found == ([] if expected is None else [expected])


def test_a_night_window_belongs_to_the_day_on_which_it_starts() -> None:
    tuesday_night = {"email": ChannelRule("email", Hours.parse({"tue": "22:00-07:00"}))}
    design = touchpoint("t", window=window("0d 00:00", "3d 00:00"))
    slots = one(design, MONDAY, 0, channels=tuesday_night)
    assert local_spans(slots) == [
        "2026-06-02 22:00 - 2026-06-03 00:00",
        "2026-06-03 00:00 - 2026-06-03 07:00",
    ]


def test_quiet_hours_hold_on_both_sides_of_midnight() -> None:
    quiet = Person(wishes=Wishes(quiet=((1320, 1860),)))
    design = touchpoint("t", window=window("0d 00:00", "1d 24:00"))
    assert local_spans(one(design, MONDAY, 0, quiet)) == [
        "2026-06-01 07:00 - 2026-06-01 22:00",
        "2026-06-02 07:00 - 2026-06-02 22:00",
    ]


def test_a_later_offset_closes_the_window_of_the_earlier_one() -> None:
    design = touchpoint("t", window=window("0d 09:00", "5d 20:00"))
    wanted = Wanted("t", MONDAY, next_day=MONDAY + 2)
    slots = slots_of(World(policy(design), (wanted,), 0), wanted, "email")
    assert local_text(slots.close, SHANGHAI) == "2026-06-03 09:00"
    assert [slot.day - MONDAY for slot in slots.days] == [0, 1, 2]


LINE = "Asia/Shanghai"


def line_at(zone: str, hours: Hours) -> dict[str, Line]:
    return {"service": Line("service", "+86 400 000 0000", zone, hours)}


def lined(opens: str, closes: str, stays: str = "2h") -> Touchpoint:
    return touchpoint(
        "t", window=window(opens, closes), line="service", line_open_for=Duration.parse(stays)
    )


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (Hours.parse("09:00-17:00"), ["09:00 - 15:00"]),
        (Hours.parse("09:00-12:00, 13:00-17:00"), ["09:00 - 10:00", "13:00 - 15:00"]),
        (Hours.parse("09:00-10:30, 13:00-17:00"), ["13:00 - 15:00"]),
        (Hours.parse("22:00-24:00, 00:00-06:00"), ["08:00 - 08:00"]),
    ],
)
def test_a_line_must_stay_open_for_as_long_as_the_touchpoint_says(
    hours: Hours, expected: list[str]
) -> None:
    slots = one(lined("0d 08:00", "0d 20:00"), MONDAY, 0, lines=line_at(LINE, hours))
    told = [text.replace("2026-06-01 ", "") for text in local_spans(slots)]
    assert told == [each for each in expected if each[:5] != each[-5:]]


@pytest.mark.parametrize(
    "hours",
    [
        all_day(),
        Hours.parse("00:00-06:00, 06:00-24:00"),
        Hours.parse("12:00-24:00, 00:00-12:00"),
        Hours.parse("06:00-22:00, 22:00-06:00"),
    ],
)
def test_a_line_that_never_closes_is_open_at_midnight(hours: Hours) -> None:
    slots = one(lined("0d 20:00", "1d 04:00"), MONDAY, 0, lines=line_at(LINE, hours))
    assert local_spans(slots) == [
        "2026-06-01 20:00 - 2026-06-02 00:00",
        "2026-06-02 00:00 - 2026-06-02 04:00",
    ]


def test_a_line_that_is_open_past_the_close_of_the_window_is_open_up_to_it() -> None:
    lines = line_at(LINE, Hours.parse("00:00-06:00, 12:00-24:00"))
    slots = one(lined("0d 20:00", "0d 24:00"), MONDAY, 0, lines=lines)
    assert local_spans(slots) == ["2026-06-01 20:00 - 2026-06-02 00:00"]


def test_the_hours_of_a_line_are_those_of_its_own_zone() -> None:
    lines = line_at("Europe/London", Hours.parse("09:00-17:00"))
    slots = one(lined("0d 00:00", "0d 24:00"), MONDAY, 0, lines=lines)
    assert local_spans(slots) == ["2026-06-01 16:00 - 2026-06-01 22:00"]


@pytest.mark.parametrize(
    ("rules", "days"),
    [
        ({}, [0, 1, 2, 3, 4]),
        ({MONDAY: None, MONDAY + 2: None}, [1, 3, 4]),
        ({MONDAY + 5: 0}, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_a_line_is_closed_on_holidays_and_open_on_make_up_workdays(
    rules: dict[int, int | None], days: list[int]
) -> None:
    lines = line_at(LINE, Hours.parse({"mon-fri": "09:00-17:00"}))
    wanted = Wanted("t", MONDAY)
    design = lined("0d 00:00", "6d 24:00")
    world = World(policy(design, lines=lines), (wanted,), 0, closed={"service": rules})
    assert [slot.day - MONDAY for slot in slots_of(world, wanted, "email").days] == days


@pytest.mark.parametrize(
    ("paused", "days"),
    [
        (Wishes(pause_from=MONDAY + 1, pause_until=MONDAY + 2), [0, 3]),
        (Wishes(pause_until=MONDAY + 2), [3]),
        (Wishes(pause_from=MONDAY + 1), [0]),
        (Wishes(pause_from=MONDAY, pause_until=MONDAY + 3), []),
    ],
)
def test_a_pause_takes_its_first_and_its_last_day_whole(paused: Wishes, days: list[int]) -> None:
    design = touchpoint("t", window=window("0d 00:00", "3d 24:00"))
    slots = one(design, MONDAY, 0, Person(wishes=paused))
    assert [slot.day - MONDAY for slot in slots.days] == days
    assert slots.paused == (not days)
    assert all(end - start == 86400 for slot in slots.days for start, end in slot.spans)


def test_a_pause_does_not_hold_what_obeys_no_caps_but_hours_do() -> None:
    wishes = Wishes(quiet=((0, 600),), pause_from=MONDAY, pause_until=MONDAY)
    design = touchpoint("t", category="mandatory")
    slots = one(design, MONDAY, 0, Person(wishes=wishes))
    assert local_spans(slots) == ["2026-06-01 10:00 - 2026-06-01 20:00"]


def test_channel_and_category_hours_both_hold() -> None:
    categories = CATEGORIES | {"service": Category("service", hours=Hours.parse("08:00-12:00"))}
    channels = {"email": ChannelRule("email", Hours.parse("10:00-18:00"))}
    slots = one(touchpoint("t"), MONDAY, 0, categories=categories, channels=channels)
    assert local_spans(slots) == ["2026-06-01 10:00 - 2026-06-01 12:00"]


@pytest.mark.parametrize(
    ("at", "spans", "expected"),
    [
        (0, ((10, 20), (30, 40)), 10),
        (15, ((10, 20), (30, 40)), 15),
        (20, ((10, 20), (30, 40)), 30),
        (40, ((10, 20), (30, 40)), 10),
    ],
)
def test_the_preferred_minute_is_the_next_allowed_one_else_the_first_of_the_day(
    at: int, spans: tuple[tuple[int, int], ...], expected: int
) -> None:
    assert first_minute(spans, at) == expected


def test_a_window_may_last_longer_than_a_month() -> None:
    design = touchpoint("t", window=Window(-20, 0, 20, 0))
    slots = one(design, MONDAY, 0)
    assert [slot.late for slot in slots.days] == list(range(40))
