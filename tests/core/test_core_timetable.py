"""Allowed time, held against asking the clock on the wall minute by minute."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import assume, given, settings
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
from tests.oracle import allowed, date_number, local_date, spans_of, when, window_of
from touchpoints.core.columns import Wishes
from touchpoints.core.hours import Hours
from touchpoints.core.policy import Category, ChannelRule, Duration, Line, Touchpoint
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
        person.wishes,
    )
    return Timetable(rules, world.as_of).slots(key)


def one(
    design: Touchpoint, number: int, as_of: int, person: Person = Person(), **keys: object
) -> Slots:
    world = World(policy(design, **keys), (Wanted(design.name, number),), as_of, (person,))
    return slots_of(world, world.wanted[0], design.channels[0])


def local_spans(slots: Slots, zone: str = SHANGHAI) -> list[str]:
    spans = [span for slot in slots.days for span in slot.spans]
    return [f"{local_text(start, zone)} - {local_text(end, zone)}" for start, end in spans]


@settings(max_examples=share(0.75))
@given(worlds(most=1), st.data())
def test_allowed_time_is_every_minute_that_no_rule_refuses(world: World, data: st.DataObject) -> None:
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


@settings(max_examples=share(0.25))
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
        shown = date_number(slot.day)
        assert slot.at == when(person.zone, _shown(shown.toordinal(), minute))
        assert slot.first() == _first(slot)


def _shown(ordinal: int, minute: int) -> object:
    from datetime import datetime, timedelta  # noqa: PLC0415

    return datetime.fromordinal(ordinal) + timedelta(minutes=minute)


def _first(slot: Slot) -> int:
    minutes = [at for span in slot.spans for at in range(*span, 60)]
    return next((at for at in minutes if at >= slot.at), minutes[0])
