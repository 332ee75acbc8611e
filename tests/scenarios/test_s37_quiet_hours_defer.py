"""S37: quiet hours defer a message to their end; they do not drop it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.office import POLICY, Office, at, local, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock

TIP = """  tip:
    moment: {event: signed-up}
    window: {open: "0d", close: "2d"}
    category: service
    channels: [email]
"""


@pytest.mark.parametrize(
    ("happened", "sent"),
    [
        ("2026-11-25T21:59", "2026-11-25 21:59"),
        ("2026-11-25T22:00", "2026-11-26 07:00"),
        ("2026-11-26T00:30", "2026-11-26 07:00"),
        ("2026-11-26T06:59", "2026-11-26 07:00"),
        ("2026-11-26T07:00", "2026-11-26 07:00"),
    ],
)
def test_what_happens_in_a_quiet_night_is_answered_in_the_morning(
    offices: Callable[[str], Office], happened: str, sent: str
) -> None:
    office = offices(POLICY + TIP)
    office.write("templates/tip/email.j2", "---\nsubject: Welcome\n---\nWelcome.\n")
    office.customer()
    office.take("preferences", {"customer": "C1", "quiet_hours": "22:00-07:00"})
    event = {"customer": "C1", "kind": "signed-up", "ref": "S1", "at": at(happened).isoformat()}
    office.take("events", event)
    email, clock = RecordingChannel(), FixedClock(at(happened))
    loop = office.loop(clock, email=email)
    loop.start()
    rounds(loop, clock, happened, "2026-11-26T06:59", "2026-11-26T07:00", "2026-11-26T07:01")
    assert [local(int(each.sent_at.timestamp())) for each in email.messages] == [sent]
