"""Z07: ten contacts lead to one survey in 90 days, and a survey counts as a message."""

from __future__ import annotations

from collections.abc import Callable

from tests.office import POLICY, Office, at, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock

CAPS = """caps:
  - {name: one-survey, max: 1, per: 90d, touchpoints: [survey]}
  - {name: one-a-day, max: 1, per: 1d}
"""
SURVEY = """  survey:
    moment: {event: service-contact, offset: 1d}
    window: {open: "0d 09:00", close: "2d 20:00"}
    category: service
    topic: survey
    priority: 20
    channels: [email]
"""
ASK = '---\nsubject: How was it?\n---\nYou were in touch on {{ event.at|date("day") }}.\n'


def with_contacts(office: Office, *days: int) -> None:
    """A service contact on each of these days of November, in the afternoon."""
    for number in days:
        office.take(
            "events",
            {
                "customer": "C1",
                "kind": "service-contact",
                "ref": f"call-{number:02d}",
                "at": at(f"2026-11-{number:02d}T15:00").isoformat(),
            },
        )


def opened(offices: Callable[[str], Office]) -> tuple[Office, RecordingChannel, FixedClock]:
    office = offices(POLICY.replace("caps: []\n", CAPS) + SURVEY)
    office.write("templates/survey/email.j2", ASK)
    office.customer()
    return office, RecordingChannel(), FixedClock(at("2026-11-01T08:00"))


def test_ten_contacts_lead_to_one_survey(offices: Callable[[str], Office]) -> None:
    office, email, clock = opened(offices)
    with_contacts(office, *range(1, 11))
    loop = office.loop(clock, email=email)
    loop.start()
    rounds(loop, clock, *(f"2026-11-{number:02d}T09:00" for number in range(1, 20)))
    assert email.keys == ["C1/survey/call-01"]
    states = office.states()
    assert states.pop("C1/survey/call-01") == "accepted"
    assert len(states) == 9
    (line,) = {state.split(": ")[1] for state in states.values()}
    assert line in {"cap:one-survey", "expired"}


def test_a_survey_counts_as_a_message(offices: Callable[[str], Office]) -> None:
    office, email, clock = opened(offices)
    with_contacts(office, 1)
    loop = office.loop(clock, email=email)
    loop.start()
    rounds(loop, clock, "2026-11-02T09:00")
    assert email.keys == ["C1/survey/call-01"]
    office.owes("C1", "L1", "2026-11-05")
    (line,) = office.preview("2026-11-02T14:00")
    assert (line.touchpoint, line.reason) == ("reminder", "cap:one-a-day")
    assert "survey" in (line.detail or "")


def test_after_90_days_a_new_contact_is_asked_about(offices: Callable[[str], Office]) -> None:
    office, email, clock = opened(offices)
    with_contacts(office, 1, 2)
    loop = office.loop(clock, email=email)
    loop.start()
    rounds(loop, clock, "2026-11-02T09:00")
    for number, when in ((1, "2027-01-29T15:00"), (2, "2027-01-30T15:00")):
        again = {"customer": "C1", "kind": "service-contact", "ref": f"new-{number}"}
        office.take("events", again | {"at": at(when).isoformat()})
    rounds(loop, clock, "2027-01-30T09:00", "2027-01-31T09:00", "2027-02-01T09:00")
    assert len(email.keys) == 2
    assert email.messages[1].sent_at == at("2027-01-31T09:00")
