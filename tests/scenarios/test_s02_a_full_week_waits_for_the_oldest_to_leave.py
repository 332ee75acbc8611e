"""S02: with 3 per week and 3 sent, a 4th waits until the oldest leaves the window, no longer."""

from __future__ import annotations

from tests.builders import (
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
    window,
)
from touchpoints.core.plan import Decision

EARLIER = ("2026-05-27T15:30", "2026-05-29T10:00", "2026-05-31T18:00")


def fourth(per: str, closes: str) -> Decision:
    design = touchpoint("t", window=window("0d 09:00", closes))
    world = World(
        policy(design, caps=(cap("weekly", 3, per),)),
        (Wanted("t", day("2026-06-01")),),
        instant("2026-06-01T00:00", SHANGHAI),
        sent=tuple(Sent(instant(at, SHANGHAI)) for at in EARLIER),
    )
    (decision,) = world.decisions()
    return decision


def test_by_dates_it_goes_on_the_first_date_after_the_week_of_the_oldest() -> None:
    assert local_text(fourth("7d", "9d 20:00").send_at or 0, SHANGHAI) == "2026-06-03 09:00"


def test_by_hours_it_goes_the_minute_the_oldest_leaves() -> None:
    assert local_text(fourth("168h", "9d 20:00").send_at or 0, SHANGHAI) == "2026-06-03 15:30"


def test_when_its_window_closes_before_it_says_what_counted_and_when_it_could_go() -> None:
    decision = fourth("7d", "1d 20:00")
    assert decision.reason == "cap:weekly"
    assert decision.detail == (
        "3 of 3 in 7d: earlier at 2026-05-27T15:30+08:00, earlier at 2026-05-29T10:00+08:00, "
        "earlier at 2026-05-31T18:00+08:00"
    )
    assert local_text(decision.next_allowed or 0, SHANGHAI) == "2026-06-03 09:00"
