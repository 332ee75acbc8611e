"""`touchpoints status`: what waits, what went, what is held, lag and last tick."""

from __future__ import annotations

import json

import pytest

from tests.office import Office, at, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.message import Outcome, Receipt


def test_an_empty_workspace_has_a_status(office: Office) -> None:
    answer = office.ask("status")
    assert answer.code == 0
    assert "last tick" in answer.out
    assert "never" in answer.out


def test_figures_are_there_for_people_and_for_programs(office: Office) -> None:
    for number in range(1, 4):
        office.owes_as_new(f"C{number}")
    office.customer("C4", birthday="1990-12-08")
    office.ask("run", "--once", "--as-of", "2026-12-07T08:00:00+08:00")
    office.ask("pause", "greeting")
    as_of = ("--as-of", "2026-12-07T09:10:00+08:00")
    told = json.loads(office.ask("status", "--json", *as_of).out)
    assert told == {
        "customers": 4,
        "states": {"planned": 3, "withheld": 1},
        "due": 3,
        "lag": 600,
        "next_send_at": None,
        "last_tick_at": "2026-12-07T00:00:00+00:00",
        "last_plan_at": "2026-12-07T00:00:00+00:00",
        "paused": ["greeting"],
        "stops": {},
        "held": 0,
        "held_since": None,
        "gone_out": {},
        "last_refusals": {},
    }
    words = office.ask("status", *as_of).out
    for text in ("planned", "600 s", "2026-12-07T08:00+08:00", "greeting"):
        assert text in words


@pytest.fixture
def eventful(office: Office) -> Office:
    """Two reminders have gone by e-mail, one has to wait, and one was refused by name."""
    for number in range(1, 5):
        office.owes_as_new(f"C{number}")
    answers = (
        Receipt(Outcome.ACCEPTED),
        Receipt(Outcome.TEMPORARY, "451 later"),
        Receipt(Outcome.PERMANENT, "550 c3@example.org and +86 138 0055 5123 are unknown"),
    )
    email = RecordingChannel("email", receipts=answers)
    loop = office.loop(FixedClock(at("2026-12-07T09:00")), email=email)
    loop.plan()
    loop.deliver()
    return office


def test_what_went_lately_and_what_was_refused_is_told_without_addresses(eventful: Office) -> None:
    told = json.loads(eventful.ask("status", "--json", "--as-of", "2026-12-07T09:10+08:00").out)
    assert told["gone_out"] == {"email": {"minute": 0, "hour": 2, "day": 2}}
    refused = told["last_refusals"]["email"]
    assert (refused["outcome"], refused["detail"]) == ("permanent", "550 … and … are unknown")
    assert refused["at"] == "2026-12-07T01:00:00+00:00"
    words = eventful.ask("status", "--as-of", "2026-12-07T09:10+08:00").out
    assert "0 in the last minute, 2 in the last hour, 2 in the last day" in words
    assert "550 … and … are unknown" in words


def test_a_refusal_stays_with_its_channel_when_the_message_goes_by_another(
    eventful: Office,
) -> None:
    clock = FixedClock(at("2026-12-07T09:05"))
    rounds(eventful.loop(clock), clock, "2026-12-07T09:05")
    told = json.loads(eventful.ask("status", "--json", "--as-of", "2026-12-07T09:10+08:00").out)
    assert told["gone_out"]["sms"]["hour"] == 1
    assert list(told["last_refusals"]) == ["email"]


def test_since_when_something_is_held_is_told(office: Office) -> None:
    office.customer("C1", birthday="1990-12-07")
    office.says("C1", "granted", "2026-01-01T00:00")
    doubtful = RecordingChannel("email", receipts=[Receipt(Outcome.IN_DOUBT, "no answer")])
    clock = FixedClock(at("2026-12-07T09:00"))
    rounds(office.loop(clock, email=doubtful), clock, "2026-12-07T09:00")
    told = json.loads(office.ask("status", "--json", "--as-of", "2026-12-08T09:00+08:00").out)
    assert (told["held"], told["held_since"]) == (1, "2026-12-07T01:00:00+00:00")
    assert "held since" in office.ask("status").out


@pytest.mark.sqlite
def test_a_status_writes_nothing(office: Office) -> None:
    before = (office.folder / "touchpoints.db").read_bytes()
    office.ask("status")
    assert (office.folder / "touchpoints.db").read_bytes() == before
