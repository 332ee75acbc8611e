"""`touchpoints outbox resolve`: an operator says what became of a message that is held."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.office import POLICY, Office, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock, SystemClock
from touchpoints.core.message import Message, Outcome, Receipt

DOUBTFUL = (
    POLICY.replace("    priority: 90\n", "    priority: 90\n    on_doubt: hold\n")
    .replace("caps: []", "caps: [{name: one-in-three-days, max: 1, per: 3d}]")
    .replace('window: {open: "0d 09:00", close: "0d 20:00"}', 'window: {open: "-3d", close: "3d"}')
)


class Mute(RecordingChannel):
    """A channel that takes a message and never says so."""

    def send(self, message: Message) -> Receipt:
        super().send(message)
        return Receipt(Outcome.IN_DOUBT, "no answer")


@pytest.fixture
def held(tmp_path: Path) -> Office:
    """A reminder that may have gone out just now, and is held."""
    office, now = Office(tmp_path, DOUBTFUL), SystemClock().now()
    office.customer("C1")
    office.owes("C1", "L1", (now + timedelta(3)).date().isoformat())
    clock = FixedClock(now)
    loop = office.loop(clock, email=Mute("email", "email"))
    loop.start()
    loop.plan()
    assert loop.deliver().held == 1
    return office


def number(office: Office) -> str:
    return str(office.table("message")[0]["no"])


def state(office: Office) -> str:
    return str(office.table("message")[0]["state"])


@pytest.mark.parametrize(
    ("said", "expected"),
    [("--sent", "accepted"), ("--resend", "retry_wait"), ("--drop", "undelivered")],
)
def test_a_held_message_becomes_what_the_operator_says(
    held: Office, said: str, expected: str
) -> None:
    answer = held.ask("outbox", "resolve", number(held), said)
    assert (answer.code, answer.out) == (0, f"message {number(held)} is {expected} now\n")
    assert state(held) == expected


def test_what_is_sent_again_leaves_with_the_same_bytes(held: Office) -> None:
    before = held.table("message")[0]
    held.ask("outbox", "resolve", number(held), "--resend")
    clock, email = FixedClock(SystemClock().now()), RecordingChannel("email", "email")
    loop = held.loop(clock, email=email)
    loop.plan()
    loop.deliver()
    assert [message.sha256 for message in email.messages] == [before["sha256"]]
    assert state(held) == "accepted"


@pytest.mark.parametrize(("said", "room"), [("--sent", False), ("--drop", True)])
def test_what_was_dropped_gives_its_room_back_and_what_was_sent_does_not(
    held: Office, said: str, room: bool
) -> None:
    now = SystemClock().now()
    held.ask("outbox", "resolve", number(held), said)
    held.owes("C1", "L2", (now + timedelta(3)).date().isoformat())
    (line,) = held.preview(now)
    assert line.occurrence == "L2@-3d"
    soon = line.send_at is not None and line.send_at < now.timestamp() + 3600
    assert soon is room


def test_what_is_dropped_is_never_planned_again(held: Office) -> None:
    held.ask("outbox", "resolve", number(held), "--drop")
    clock = FixedClock(SystemClock().now())
    email = RecordingChannel("email", "email")
    loop = held.loop(clock, email=email)
    loop.plan()
    loop.deliver()
    assert (email.messages, state(held)) == ([], "undelivered")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("1",), "say what became of it: --sent, --resend or --drop"),
        (("77", "--sent"), "no message 77 in the outbox"),
    ],
)
def test_what_cannot_be_resolved_is_told_with_the_remedy(
    held: Office, words: tuple[str, ...], told: str
) -> None:
    answer = held.ask("outbox", "resolve", *words)
    assert answer.code == 2
    assert told in answer.err


def test_a_message_is_resolved_once(held: Office) -> None:
    held.ask("outbox", "resolve", number(held), "--sent")
    answer = held.ask("outbox", "resolve", number(held), "--drop")
    assert (answer.code, state(held)) == (2, "accepted")
    assert "is accepted, not held; nothing was done" in answer.err


def test_a_message_whose_window_has_closed_is_not_sent_again(tmp_path: Path) -> None:
    office = Office(tmp_path, DOUBTFUL)
    office.customer("C1")
    office.owes("C1", "L1", "2026-06-10")
    clock = FixedClock(SystemClock().now().replace(year=2026, month=6, day=7, hour=4))
    loop = office.loop(clock, email=Mute("email", "email"))
    loop.start()
    rounds(loop, clock)
    loop.plan()
    loop.deliver()
    answer = office.ask("outbox", "resolve", number(office), "--resend")
    assert (answer.code, state(office)) == (2, "held")
    assert "has closed; say --sent or --drop instead" in answer.err
