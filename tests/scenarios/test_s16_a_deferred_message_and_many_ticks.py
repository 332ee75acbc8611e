"""S16: a deferred message and ticks for days: sent at most once, at the time that was told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.office import POLICY, Office, at, local
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock

RULES = POLICY.replace("caps: []", "caps: [{name: one-in-three, max: 1, per: 3d}]")
TIMES = ["2026-12-07 09:00", "2026-12-10 09:00"]


def test_it_waits_for_its_turn_and_goes_once(offices: Callable[[str], Office]) -> None:
    office = offices(RULES.replace('close: "0d 20:00"', 'close: "6d 20:00"'))
    office.owes_as_new("C1", birthday="1990-12-07")
    office.says("C1", "granted", "2026-01-01T00:00")
    clock, email = FixedClock(at("2026-12-06T23:00")), RecordingChannel()
    loop = office.loop(clock, email=email)
    loop.start()
    told = {
        f"{line.customer}/{line.touchpoint}": line.send_at for line in office.preview(clock.now())
    }
    for _ in range(12 * 7):
        loop.plan()
        loop.deliver()
        clock.move_to(clock.now() + timedelta(hours=2))
    assert email.keys == ["C1/reminder/L1@-3d", "C1/greeting/2026"]
    assert [local(told[key.rpartition("/")[0]]) for key in email.keys] == TIMES
    assert [local(int(message.sent_at.timestamp())) for message in email.messages] == TIMES


def test_ticks_in_the_same_minute_change_nothing(office: Office) -> None:
    office.owes_as_new("C1")
    clock, email = FixedClock(at("2026-12-07T09:00")), RecordingChannel()
    loop = office.loop(clock, email=email)
    loop.start()
    for second in range(60):
        clock.move_to(at("2026-12-07T09:00") + timedelta(seconds=second))
        loop.plan()
        loop.deliver()
    assert email.keys == ["C1/reminder/L1@-3d"]
