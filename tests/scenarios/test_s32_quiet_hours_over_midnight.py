"""S32 and S37: quiet hours hold on both sides of midnight, belong to their day, and defer."""

from __future__ import annotations

import pytest

from tests.builders import (
    SHANGHAI,
    Person,
    Wanted,
    World,
    day,
    instant,
    local_text,
    policy,
    touchpoint,
    window,
)
from touchpoints.core.columns import Wishes
from touchpoints.core.hours import Hours, parse_intervals
from touchpoints.core.policy import ChannelRule

TUESDAY = day("2026-06-02")
ROUND_THE_CLOCK = touchpoint("t", window=window("0d 00:00", "2d 24:00"))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-06-02T21:59", "2026-06-02 21:59"),
        ("2026-06-02T22:00", "2026-06-03 07:00"),
        ("2026-06-02T23:30", "2026-06-03 07:00"),
        ("2026-06-03T00:30", "2026-06-03 07:00"),
        ("2026-06-03T06:59", "2026-06-03 07:00"),
        ("2026-06-03T07:00", "2026-06-03 07:00"),
    ],
)
def test_quiet_hours_defer_until_they_end(now: str, expected: str) -> None:
    quiet = Person(wishes=Wishes(quiet=parse_intervals("22:00-07:00")))
    world = World(
        policy(ROUND_THE_CLOCK), (Wanted("t", TUESDAY),), instant(now, SHANGHAI), (quiet,)
    )
    (decision,) = world.decisions()
    assert local_text(decision.send_at or 0, SHANGHAI) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-06-02T12:00", "2026-06-02 22:00"),
        ("2026-06-03T06:59", "2026-06-03 06:59"),
        ("2026-06-03T07:00", None),
        ("2026-06-03T23:00", None),
    ],
)
def test_the_night_of_tuesday_ends_on_wednesday_and_wednesday_has_none(
    now: str, expected: str | None
) -> None:
    nights = {"email": ChannelRule("email", Hours.parse({"tue": "22:00-07:00", "wed": None}))}
    world = World(
        policy(ROUND_THE_CLOCK, channels=nights), (Wanted("t", TUESDAY),), instant(now, SHANGHAI)
    )
    (decision,) = world.decisions()
    if expected is None:
        assert decision.reason == "no_time"
    else:
        assert local_text(decision.send_at or 0, SHANGHAI) == expected
