"""S05: mandatory goes out over a full cap, and `counts` says whether it uses up room."""

from __future__ import annotations

import pytest

from tests.builders import (
    CATEGORIES,
    SHANGHAI,
    Sent,
    Wanted,
    World,
    cap,
    day,
    instant,
    local_text,
    policy,
    touchpoint,
)
from touchpoints.core.policy import Category, Duration

MONDAY = day("2026-06-01")
MIDNIGHT = instant("2026-06-01T00:00", SHANGHAI)


def test_it_goes_out_in_spite_of_cap_and_gap() -> None:
    rules = policy(
        touchpoint("notice", category="mandatory"),
        caps=(cap("one-a-day", 1, "1d"),),
        gap=Duration(4, "h"),
    )
    sent = tuple(Sent(instant(f"2026-06-01T{at}", SHANGHAI)) for at in ("08:00", "09:30"))
    (decision,) = World(rules, (Wanted("notice", MONDAY),), MIDNIGHT, sent=sent).decisions()
    assert local_text(decision.send_at or 0, SHANGHAI) == "2026-06-01 09:00"


@pytest.mark.parametrize(("counts", "reason"), [(True, "cap:one-a-day"), (False, None)])
def test_counts_says_whether_the_others_make_room_for_it(counts: bool, reason: str | None) -> None:
    mandatory = Category("mandatory", consent="none", obeys_caps=False, counts=counts)
    rules = policy(
        touchpoint("notice", category="mandatory", priority=1),
        touchpoint("offer", priority=100),
        caps=(cap("one-a-day", 1, "1d"),),
        categories=CATEGORIES | {"mandatory": mandatory},
    )
    world = World(rules, (Wanted("notice", MONDAY), Wanted("offer", MONDAY)), MIDNIGHT)
    decided = {each.touchpoint: each.reason for each in world.decisions()}
    assert decided == {"notice": None, "offer": reason}
