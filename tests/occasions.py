"""A workspace with one more touchpoint, and what happens in it: events, rounds, reminders."""

from __future__ import annotations

from typing import Any

from tests.office import MAIL, POLICY, Office, at, local, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock

TOUCHPOINT = """  {name}:
    moment: {moment}
    window: {{open: "{opens}", close: "{closes}"}}
    category: service
    channels: [email, sms]
    audience: "{audience}"
    template: note
"""
NOTE = MAIL.format(
    subject="Note",
    text="{% if event %}{{ event.ref }} on {{ event.at|date('day') }} at {{ event.at|time }}"
    "{% else %}{{ occurrence.date|date('day') }}{% endif %}",
)


def ruled(
    name: str,
    moment: str,
    opens: str = "0d 09:00",
    closes: str = "1d 20:00",
    audience: str = "true",
) -> str:
    """The usual policy with one more touchpoint."""
    return POLICY + TOUCHPOINT.format(
        name=name, moment=moment, opens=opens, closes=closes, audience=audience
    )


def happens(office: Office, when: str, ref: str = "E1", **fields: object) -> None:
    usual = {"customer": "C1", "kind": "parcel-left", "ref": ref, "at": at(when).isoformat()}
    office.take("events", usual | fields)


def working(office: Office, when: str) -> tuple[Any, FixedClock, RecordingChannel]:
    """A loop on a channel that takes everything."""
    clock, email = FixedClock(at(when)), RecordingChannel()
    loop = office.loop(clock, email=email)
    loop.start()
    return loop, clock, email


def went(email: RecordingChannel) -> list[tuple[str, str | None]]:
    return [(each.key, local(int(each.sent_at.timestamp()))) for each in email.messages]


PARENT = "C1/reminder/L1@-3d"


def remind(office: Office) -> tuple[Any, FixedClock, RecordingChannel]:
    """The reminder of L1 goes out on 7 December at nine."""
    office.owes("C1", "L1", "2026-12-10")
    loop, clock, email = working(office, "2026-12-07T09:00")
    rounds(loop, clock, "2026-12-07T09:00")
    assert email.keys == ["C1/reminder/L1@-3d"]
    return loop, clock, email
