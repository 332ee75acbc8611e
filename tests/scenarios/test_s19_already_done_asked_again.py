"""S19: what was done already is not done again, however often and by whomever it is asked for."""

from __future__ import annotations

from collections.abc import Callable

from tests.office import POLICY, Office, at, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock

TIP = """  tip:
    moment: {event: signed-up}
    window: {open: "0d", close: "3d"}
    category: service
    channels: [email]
"""


def test_a_done_touchpoint_that_is_asked_for_again_stays_done(
    offices: Callable[[str], Office],
) -> None:
    office = offices(POLICY + TIP)
    office.write("templates/tip/email.j2", "---\nsubject: Welcome\n---\nWelcome.\n")
    office.customer()
    event = {"customer": "C1", "kind": "signed-up", "ref": "S1"}
    email, clock = RecordingChannel(), FixedClock(at("2026-11-25T10:00"))
    loop = office.loop(clock, email=email)
    loop.start()
    for hour in range(10, 20):
        for second in range(3):
            office.take("events", event | {"at": at(f"2026-11-25T10:00:0{second}").isoformat()})
        rounds(loop, clock, f"2026-11-25T{hour}:01", f"2026-11-25T{hour}:02")
    assert email.keys == ["C1/tip/S1"]
    assert len(office.table("attempt")) == len(office.table("event")) == 1
    assert office.plan("2026-11-25T20:00").new == 0
    explained = office.ask("explain", "C1", "--as-of", "2026-11-25T20:00:00+08:00").out
    assert "1 went out before" in explained
