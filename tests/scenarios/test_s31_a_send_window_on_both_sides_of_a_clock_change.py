"""S31: a send window 07–22: no message at 06:xx local on either side of a clock change."""

from __future__ import annotations

import pytest

from tests.builders import (
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
from touchpoints.core.hours import Hours
from touchpoints.core.policy import ChannelRule


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("America/New_York", "2026-03-08"),
        ("America/New_York", "2026-11-01"),
        ("Europe/London", "2026-03-29"),
        ("Europe/London", "2026-10-25"),
        ("Africa/Cairo", "2026-04-24"),
        ("Australia/Lord_Howe", "2026-10-04"),
        ("America/Phoenix", "2026-03-08"),
    ],
)
@pytest.mark.parametrize("around", [-1, 0, 1])
@pytest.mark.parametrize("hour", [0, 3, 6, 7, 12, 21, 22])
def test_messages_go_between_seven_and_ten_whatever_the_clock_does(
    zone: str, change: str, around: int, hour: int
) -> None:
    channels = {"email": ChannelRule("email", Hours.parse("07:00-22:00"))}
    design = touchpoint("t", window=window("0d 00:00", "1d 24:00"))
    number = day(change) + around
    now = instant(f"{change}T{hour:02}:00", zone) + around * 86400
    world = World(
        policy(design, channels=channels), (Wanted("t", number),), now, (Person(zone=zone),)
    )
    (decision,) = world.decisions()
    shown = local_text(decision.send_at or 0, zone)[-5:]
    assert "07:00" <= shown < "22:00"
