"""Z03: what is paid after planning is not reminded of; what is partly paid is, with the rest."""

from __future__ import annotations

import pytest

from tests.office import Office, at
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock

KEY = "C1/reminder/L1@-3d"


@pytest.mark.parametrize(
    ("change", "state", "text"),
    [
        ({"status": "paid"}, "withheld: stale", None),
        ({"amount": "0"}, "withheld: stale", None),
        ({"status": "paid", "amount": "0"}, "withheld: stale", None),
        ({"amount": "40.50"}, "accepted", "40.5 CNY is due on December 10."),
        ({}, "accepted", "100 CNY is due on December 10."),
    ],
)
def test_the_fact_of_the_last_minute_decides(
    office: Office, change: dict[str, str], state: str, text: str | None
) -> None:
    office.owes_as_new("C1")
    clock, email = FixedClock(at("2026-12-07T08:59")), RecordingChannel()
    loop = office.loop(clock, email=email)
    loop.start()
    loop.plan()
    assert office.states() == {KEY: "planned"}
    office.owes("C1", "L1", "2026-12-10", **change)
    clock.move_to(at("2026-12-07T09:00"))
    loop.deliver()
    assert office.states() == {KEY: state}
    assert [message.body for message in email.messages] == ([text] if text else [])
