"""S34: due on Saturday at midnight with business hours only: Monday at nine, not lost."""

from __future__ import annotations

import pytest

from tests.builders import (
    SHANGHAI,
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
from touchpoints.core.policy import ChannelRule, Duration, Line

OFFICE = Hours.parse({"mon-fri": "09:00-17:00"})
SATURDAY = day("2026-06-06")


@pytest.mark.parametrize("by", ["channel", "line"])
def test_it_goes_out_on_monday_at_nine(by: str) -> None:
    keys: dict[str, object] = {"channels": {"email": ChannelRule("email", OFFICE)}}
    design = {"window": window("0d 00:00", "3d 00:00")}
    if by == "line":
        keys = {"lines": {"service": Line("service", "+1", SHANGHAI, OFFICE)}}
        design |= {"line": "service", "line_open_for": Duration(2, "h")}
    world = World(
        policy(touchpoint("t", **design), **keys),
        (Wanted("t", SATURDAY),),
        instant("2026-06-06T00:00", SHANGHAI),
    )
    (decision,) = world.decisions()
    assert local_text(decision.send_at or 0, SHANGHAI) == "2026-06-08 09:00"
    assert decision.score == pytest.approx(50 * 0.9**2)
