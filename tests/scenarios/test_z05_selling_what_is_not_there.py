"""Z05: a pause keeps back also what is claimed; resuming brings back what is in its window."""

from __future__ import annotations

import pytest

from tests.office import Desk, Office, at, rounds
from touchpoints.clock import FixedClock

ALL = [f"C{number}/greeting/2026" for number in range(1, 8)]


@pytest.mark.parametrize(
    ("resumed", "sent"), [("2026-12-07T15:00", ALL), ("2026-12-07T20:00", ALL[:1])]
)
def test_the_rest_of_a_batch_stays_when_the_first_one_shows_the_mistake(
    office: Office, resumed: str, sent: list[str]
) -> None:
    for number in range(1, 8):
        office.customer(f"C{number}", birthday="1990-12-07")
        office.says(f"C{number}", "granted", "2026-01-01T00:00")
    desk = Desk(lambda: office.pause("greeting", "2026-12-07T09:00"))
    clock = FixedClock(at("2026-12-07T09:00"))
    loop = office.loop(clock, email=desk)
    loop.start()
    rounds(loop, clock, "2026-12-07T09:00", "2026-12-07T09:01", "2026-12-07T12:00")
    assert desk.keys == ALL[:1]
    office.resume("greeting")
    rounds(loop, clock, resumed)
    assert sorted(desk.keys) == sent
