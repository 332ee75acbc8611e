"""S38: an opt-out after planning: not sent, with the reason, and not tried again."""

from __future__ import annotations

import pytest

from tests.office import Office, at, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock


@pytest.mark.parametrize("when", ["2026-12-06T12:00", "2026-12-07T08:59", "2026-12-07T09:00"])
def test_a_no_before_the_first_byte_is_a_no(office: Office, when: str) -> None:
    office.customer(birthday="1990-12-07")
    office.says("C1", "granted", "2026-01-01T00:00")
    clock = FixedClock(at("2026-12-06T10:00"))
    email, sms = RecordingChannel(), RecordingChannel("sms", "text")
    loop = office.loop(clock, email=email, sms=sms)
    loop.start()
    loop.plan()
    office.says("C1", "denied", when)
    clock.move_to(at("2026-12-07T09:00"))
    loop.deliver()
    rounds(loop, clock, "2026-12-07T09:01", "2026-12-07T15:00", "2026-12-07T20:30")
    assert office.states() == {"C1/greeting/2026": "withheld: no_consent"}
    assert email.messages == sms.messages == []
    assert office.table("attempt") == []


def test_a_no_to_one_channel_leads_to_the_other(office: Office) -> None:
    office.customer(birthday="1990-12-07")
    office.says("C1", "granted", "2026-01-01T00:00")
    clock, sms = FixedClock(at("2026-12-06T10:00")), RecordingChannel("sms", "text")
    loop = office.loop(clock, sms=sms)
    loop.start()
    loop.plan()
    office.says("C1", "denied", "2026-12-06T11:00", channel="email")
    rounds(loop, clock, "2026-12-06T12:00", "2026-12-07T09:00")
    assert sms.keys == ["C1/greeting/2026"]
