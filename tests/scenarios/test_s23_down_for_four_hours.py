"""S23: after four hours down, what is late goes out once if its window is open, else expires."""

from __future__ import annotations

import pytest

from tests.office import Office, at, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock


@pytest.mark.parametrize(
    ("zone", "state"),
    [
        ("Asia/Shanghai", "accepted"),
        ("Asia/Tokyo", "accepted"),
        ("Pacific/Auckland", "expired: expired"),
        ("Pacific/Kiritimati", "expired: expired"),
        ("Europe/London", "accepted"),
    ],
)
def test_late_is_once_or_never_but_not_many_times(office: Office, zone: str, state: str) -> None:
    office.owes_as_new("C1", timezone=zone)
    clock, email = FixedClock(at("2026-12-06T22:00")), RecordingChannel()
    loop = office.loop(clock, email=email)
    loop.start()
    loop.plan()
    loop.plan()
    rounds(
        loop, clock, "2026-12-07T18:00", "2026-12-07T18:01", "2026-12-07T18:02", "2026-12-08T18:00"
    )
    assert office.states() == {"C1/reminder/L1@-3d": state}
    assert len(email.messages) == (state == "accepted")


def test_a_loop_that_never_ran_before_catches_up_in_the_same_way(office: Office) -> None:
    office.owes_as_new("C1")
    office.owes("C1", "L0", "2026-12-09")
    clock, email = FixedClock(at("2026-12-07T13:00")), RecordingChannel()
    loop = office.loop(clock, email=email)
    loop.start()
    rounds(loop, clock, "2026-12-07T13:00")
    assert email.keys == ["C1/reminder/L1@-3d"]
