"""Lines and channels that can take only so much, held against counting every run of minutes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import (
    CATEGORIES,
    SHANGHAI,
    Person,
    Wanted,
    World,
    day,
    instant,
    policy,
    touchpoint,
    window,
)
from tests.oracle import Mail, overloads
from touchpoints.core.capacity import WHOLE, Load, Resource
from touchpoints.core.hours import Hours, intersect
from touchpoints.core.policy import (
    Capacity,
    Category,
    ChannelRule,
    Duration,
    Line,
    Policy,
    Touchpoint,
)

MONDAY = day("2026-06-01")
NINE = instant("2026-06-01T09:00", SHANGHAI)
HOUR = 3600
EMAIL = "capacity:email"


def limited(capacity: str, *touchpoints: Touchpoint, **keys: object) -> Policy:
    """A policy whose channel e-mail takes only so much."""
    channels = {"email": ChannelRule("email", capacity=Capacity.parse(capacity))}
    return policy(*touchpoints, channels=channels, **keys)


def crowd(rules: Policy, count: int, name: str = "a", as_of: int = NINE) -> World:
    """So many customers with one candidate each."""
    people = tuple(Person(f"C{number:04d}") for number in range(count))
    wanted = tuple(Wanted(name, MONDAY, "1", each.id) for each in people)
    return World(rules, wanted, as_of, people)


def sent_at(world: World) -> list[int]:
    return sorted(each.send_at for each in world.decisions() if each.send_at is not None)


def fullest(instants: Iterable[int], span: int) -> int:
    """The most that any span, wherever it starts, holds."""
    all_of = sorted(instants)
    return max(sum(start <= at < start + span for at in all_of) for start in all_of)


@pytest.mark.parametrize(
    ("capacity", "span", "most"),
    [("100 per hour", HOUR, 100), ("5 per hour", HOUR, 5), ("2 per minute", 60, 2)],
)
def test_no_span_takes_more_and_all_that_fits_goes_out(capacity: str, span: int, most: int) -> None:
    world = crowd(limited(capacity, touchpoint("a", window=window("0d 09:00", "0d 13:00"))), 450)
    found = sent_at(world)
    assert fullest(found, span) == most
    assert len(found) == min(450, most * 4 * HOUR // span)
    others = [each for each in world.decisions() if each.send_at is None]
    assert {each.reason for each in others} <= {EMAIL}


def test_an_hours_messages_are_spread_over_the_hour() -> None:
    found = sent_at(crowd(limited("60 per hour", touchpoint("a")), 60))
    assert [later - sooner for sooner, later in pairwise(found)] == [60] * 59


def test_a_short_window_is_not_refused_while_the_channel_is_free() -> None:
    narrow = touchpoint("a", window=window("0d 09:01", "0d 09:05"))
    world = crowd(limited("5 per hour", narrow), 7)
    assert [each.reason for each in world.decisions()] == [None] * 5 + [EMAIL] * 2
    assert {(at - NINE) // 60 for at in sent_at(world)} <= {1, 2, 3, 4}


def test_what_was_taken_within_the_hour_before_counts() -> None:
    world = crowd(limited("2 per hour", touchpoint("a", window=window("0d 09:00", "0d 09:40"))), 3)
    before = (EMAIL, NINE - 30 * 60, WHOLE)
    assert fullest([before[1], *sent_at(replace(world, taken=(before,)))], HOUR) == 2
    assert len(sent_at(replace(world, taken=(before,)))) == 2
    assert sent_at(replace(world, taken=(before, (EMAIL, NINE - 60, WHOLE)))) == [NINE + 30 * 60]


def test_a_day_is_the_local_day_of_the_line_or_workspace() -> None:
    night = touchpoint("a", window=window("0d 22:00", "1d 02:00"))
    world = crowd(limited("3 per day", night), 7, as_of=NINE)
    midnight = instant("2026-06-02T00:00", SHANGHAI)
    found = sent_at(world)
    assert len([at for at in found if at < midnight]) == 3
    assert len(found) == 6


@pytest.mark.parametrize(("reaction", "sends"), [(0.05, 40), (0.5, 4), (1.0, 2), (0.0, 60)])
def test_a_line_counts_expected_reactions(reaction: float, sends: int) -> None:
    line = Line("service", "+1", SHANGHAI, Hours.parse("09:00-10:00"), capacity=Capacity(2, 60))
    design = touchpoint("a", line="service", line_open_for=Duration(0, "m"), reaction=reaction)
    found = sent_at(crowd(policy(design, lines={"service": line}), 60))
    assert len(found) == sends


def test_where_line_and_channel_both_are_tight_the_last_free_minute_is_found() -> None:
    """The line deals out other minutes than the channel: only together they say which is free."""
    line = Line("service", "+1", SHANGHAI, Hours.parse("00:00-24:00"), capacity=Capacity(1, 60))
    design = touchpoint("a", line="service", window=window("0d 09:00", "0d 09:50"))
    rules = limited("1 per minute", design, lines={"service": line})
    world = crowd(rules, 1)
    busy = tuple((EMAIL, NINE + 60 * minute, WHOLE) for minute in range(50) if minute != 17)
    assert sent_at(replace(world, taken=busy)) == [NINE + 17 * 60]


def test_what_cannot_move_takes_its_part_before_anything_that_can() -> None:
    """Of two with a message that is about to go out, one has a second that wants its minute."""
    design = touchpoint("a", priority=90)
    late = touchpoint("b", priority=50)
    rules = limited("1 per minute", design, late)
    people = (Person("C1"), Person("C2"))
    wanted = (
        Wanted("a", MONDAY, "1", "C1", pinned=("email", NINE)),
        Wanted("a", MONDAY, "2", "C1"),
        Wanted("b", MONDAY, "1", "C2", pinned=("email", NINE + 60)),
    )
    decided = World(rules, wanted, NINE, people).decided()
    assert decided["C2", "b", "1"].send_at == NINE + 60
    assert decided["C1", "a", "1"].send_at == NINE
    assert decided["C1", "a", "2"].send_at == NINE + 120


def test_what_obeys_no_caps_goes_out_at_once_and_the_others_make_room() -> None:
    kinds = CATEGORIES | {"mandatory": Category("mandatory", consent="none", obeys_caps=False)}
    rules = limited(
        "1 per minute",
        touchpoint("a", priority=90),
        touchpoint("m", category="mandatory", priority=10),
        categories=kinds,
    )
    people = tuple(Person(f"C{number}") for number in range(4))
    wanted = tuple(Wanted("am"[number % 2], MONDAY, "1", f"C{number}") for number in range(4))
    wanted += (Wanted("a", MONDAY, "2", "C1"),)
    decided = World(rules, wanted, NINE, people).decided()
    minutes = {key: (each.send_at or 0) - NINE for key, each in decided.items()}
    assert minutes["C1", "m", "1"] == minutes["C3", "m", "1"] == 0
    assert sorted(at for key, at in minutes.items() if key[1] == "a") == [60, 120, 180]


bookings = st.lists(
    st.tuples(st.integers(0, 190), st.sampled_from([WHOLE, WHOLE // 2, WHOLE // 20])), max_size=30
)


@given(
    st.builds(Capacity, st.integers(1, 3), st.sampled_from([1, 60, 1440])),
    bookings,
    st.sampled_from([WHOLE, WHOLE // 2]),
    st.integers(0, 10**5).map(lambda number: NINE + number * 60),
)
def test_the_free_minutes_are_those_in_which_no_run_is_above_it(
    capacity: Capacity, taken: list[tuple[int, int]], weight: int, start: int
) -> None:
    rules = policy(touchpoint("a"), channels={"email": ChannelRule("email", capacity=capacity)})
    world = World(rules, (), NINE)
    resource = Resource(EMAIL, capacity, rules.timezone)
    first = start + 60 * 60
    load = Load((resource,), first, first + 3 * HOUR)
    mails = [mail(start + minute * 60, amount) for minute, amount in taken]
    for each in mails:
        load.book(((0, each.takes[EMAIL]),), each.at)
    span = (first, first + 2 * HOUR)
    free = load.free(0, weight, (span,))
    expected = [
        at for at in range(*span, 60) if not overloads(world, EMAIL, [*mails, mail(at, weight)], at)
    ]
    assert [at for at in range(*span, 60) if intersect(free, ((at, at + 60),))] == expected


def mail(at: int, amount: int) -> Mail:
    """A message of which only its part of a capacity matters."""
    return Mail(at, None, None, None, None, None, False, {EMAIL: amount})
