"""S14: five workers and a limit of five an hour: five in total, not twenty-five."""

from __future__ import annotations

from collections.abc import Callable

from tests.office import POLICY, Office, at, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock

RULES = POLICY.replace('from: "Harbour', 'capacity: 5 per hour, from: "Harbour').replace(
    "channels: [email, sms]", "channels: [email]"
)


def test_five_loops_over_one_workspace_send_five_in_any_hour(
    offices: Callable[[str], Office],
) -> None:
    office = offices(RULES)
    for number in range(40):
        office.owes_as_new(f"C{number:02d}")
    clock, box = FixedClock(at("2026-12-07T09:00")), RecordingChannel()
    loops = [office.loop(clock, email=box) for _ in range(5)]
    loops[0].start()
    for minute in range(120):
        time = f"2026-12-07T{9 + minute // 60:02d}:{minute % 60:02d}"
        rounds(loops[minute % 5], clock, time)
    minutes = sorted(int(message.sent_at.timestamp()) // 60 for message in box.messages)
    assert len(minutes) == 10
    assert all(later - sooner >= 60 for sooner, later in zip(minutes, minutes[5:], strict=False))
    assert set(office.states().values()) <= {"accepted", "planned", "withheld: capacity:email"}


def test_five_runs_a_quarter_of_an_hour_apart_do_not_starve(
    offices: Callable[[str], Office],
) -> None:
    """What is late goes out at once where the hour has room, though its own minute has passed."""
    office = offices(RULES)
    for number in range(40):
        office.owes_as_new(f"C{number:02d}")
    clock, box = FixedClock(at("2026-12-07T09:00")), RecordingChannel()
    loop = office.loop(clock, email=box)
    loop.start()
    times = [f"2026-12-07T{9 + place // 4:02d}:{place % 4 * 15:02d}" for place in range(20)]
    rounds(loop, clock, *times)
    minutes = sorted(int(message.sent_at.timestamp()) // 60 for message in box.messages)
    assert len(minutes) >= 16
    assert all(later - sooner >= 60 for sooner, later in zip(minutes, minutes[5:], strict=False))
