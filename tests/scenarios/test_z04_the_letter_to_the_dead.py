"""Z04: who is marked deceased one minute before sending gets nothing, in any category."""

from __future__ import annotations

from tests.office import POLICY, Office, at, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock


def test_nothing_goes_out_after_a_death_not_even_what_is_mandatory(office: Office) -> None:
    office.rule(POLICY.replace("category: service\n    topic", "category: mandatory\n    topic"))
    office.owes_as_new("C1", birthday="1990-12-07")
    office.says("C1", "granted", "2026-01-01T00:00")
    clock, email, sms = (
        FixedClock(at("2026-12-07T08:58")),
        RecordingChannel(),
        RecordingChannel("sms"),
    )
    loop = office.loop(clock, email=email, sms=sms)
    loop.start()
    loop.plan()
    assert set(office.states().values()) == {"planned"}
    office.take("customers", {"id": "C1", "status": "deceased"})
    clock.move_to(at("2026-12-07T09:00"))
    loop.deliver()
    rounds(loop, clock, "2026-12-07T09:05", "2026-12-07T15:00", "2026-12-08T09:00")
    assert set(office.states().values()) == {"withheld: blocked"}
    assert email.messages == sms.messages == []
