"""S08: "pause me 3–20 November": nothing that is not mandatory goes out on any channel in it."""

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

PAUSE = Wishes(pause_from=day("2026-11-03"), pause_until=day("2026-11-20"))


@pytest.mark.parametrize("channel", ["email", "sms", "push"])
@pytest.mark.parametrize(
    ("date", "category", "expected"),
    [
        ("2026-11-02", "service", "2026-11-02 09:00"),
        ("2026-11-03", "service", "paused"),
        ("2026-11-20", "service", "paused"),
        ("2026-11-20", "marketing", "paused"),
        ("2026-11-20", "mandatory", "2026-11-20 09:00"),
        ("2026-11-21", "service", "2026-11-21 09:00"),
    ],
)
def test_nothing_that_can_wait_goes_out_in_a_pause(
    channel: str, date: str, category: str, expected: str
) -> None:
    design = touchpoint("t", category=category, channels=(channel,))
    world = World(
        policy(design),
        (Wanted("t", day(date)),),
        instant("2026-11-01T00:00", SHANGHAI),
        (Person(wishes=PAUSE),),
        days=30,
    )
    (decision,) = world.decisions()
    assert expected in {decision.reason, local_text(decision.send_at or 0, SHANGHAI)}


def test_what_has_a_window_beyond_the_pause_goes_out_after_it() -> None:
    design = touchpoint("t", window=window("0d 09:00", "4d 20:00"))
    world = World(
        policy(design),
        (Wanted("t", day("2026-11-19")),),
        instant("2026-11-01T00:00", SHANGHAI),
        (Person(wishes=PAUSE),),
        days=30,
    )
    (decision,) = world.decisions()
    assert local_text(decision.send_at or 0, SHANGHAI) == "2026-11-21 09:00"
