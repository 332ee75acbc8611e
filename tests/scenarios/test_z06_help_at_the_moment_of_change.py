"""Z06: a changed payment method is answered within a minute, once, on the preferred channel."""

from __future__ import annotations

from collections.abc import Callable

from tests.office import POLICY, Office, at, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock

TIP = """  self-service:
    moment: {event: payment-method-changed}
    window: {open: "0d", close: "1d"}
    category: service
    channels: [email, sms]
"""


def test_the_tip_is_planned_at_the_next_tick_and_repeats_change_nothing(
    offices: Callable[[str], Office],
) -> None:
    office = offices(POLICY + TIP)
    office.write("templates/self-service/sms.j2", "You can manage {{ event.ref }} yourself.")
    office.customer(channels="sms;email")
    sms, clock = RecordingChannel("sms", "text"), FixedClock(at("2026-11-25T14:00"))
    loop = office.loop(clock, sms=sms)
    loop.start()
    changed = {"customer": "C1", "kind": "payment-method-changed", "ref": "card-7"}
    for minute in range(10):
        office.take("events", changed | {"at": at(f"2026-11-25T14:0{minute}:30").isoformat()})
        rounds(loop, clock, f"2026-11-25T14:{minute + 1:02d}:20")
    assert [(each.key, each.body) for each in sms.messages] == [
        ("C1/self-service/card-7", "You can manage card-7 yourself.")
    ]
    assert sms.messages[0].sent_at == at("2026-11-25T14:01:20")
