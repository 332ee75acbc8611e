"""S12: "per day" is the customer's local day, not UTC's and not the batch's."""

from __future__ import annotations

import pytest

from tests.builders import Person, Sent, Wanted, World, cap, day, instant, policy, touchpoint


@pytest.mark.parametrize(
    ("zone", "sent", "reason"),
    [
        ("Asia/Shanghai", "2026-05-31T23:30:00+08:00", None),
        ("Asia/Shanghai", "2026-06-01T00:30:00+08:00", "cap:one-a-day"),
        ("America/New_York", "2026-05-31T23:30:00-04:00", None),
        ("America/New_York", "2026-06-01T23:30:00-04:00", "cap:one-a-day"),
        ("America/New_York", "2026-06-02T00:30:00-04:00", None),
        ("Pacific/Kiritimati", "2026-05-31T09:59:00+00:00", None),
        ("Pacific/Kiritimati", "2026-05-31T10:00:00+00:00", "cap:one-a-day"),
    ],
)
def test_a_message_counts_on_the_local_date_of_its_customer(
    zone: str, sent: str, reason: str | None
) -> None:
    world = World(
        policy(touchpoint("t"), caps=(cap("one-a-day", 1, "1d"),)),
        (Wanted("t", day("2026-06-01")),),
        instant("2026-05-31T00:00:00+00:00"),
        (Person(zone=zone),),
        (Sent(instant(sent)),),
    )
    (decision,) = world.decisions()
    assert decision.reason == reason
