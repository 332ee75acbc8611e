"""Retention: texts and addresses go after some time; states, keys, hashes and caps stay."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.office import POLICY, Office, at, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.message import Outcome, Receipt
from touchpoints.engine.ticking import Loop

KEPT = POLICY.replace("horizon: 7d", "horizon: 7d\nretention: 30d")
NINE, LATER = "2026-12-07T09:00", "2027-01-06T09:01"
TEXTS = ("address", "subject", "body", "content", "detail")


def at_work(office: Office, receipt: Receipt) -> tuple[Loop, FixedClock]:
    """A reminder was tried at nine, with this answer."""
    office.owes_as_new("C1", channels="email")
    clock = FixedClock(at(NINE))
    loop = office.loop(clock, email=RecordingChannel("email", receipts=[receipt]))
    loop.start()
    rounds(loop, clock, NINE)
    return loop, clock


@pytest.mark.parametrize("outcome", [Outcome.ACCEPTED, Outcome.PERMANENT])
def test_what_was_written_to_whom_is_let_go(
    offices: Callable[[str], Office], outcome: Outcome
) -> None:
    policy = KEPT.replace("channels: [email, sms]", "channels: [email]")
    office = offices(policy)
    loop, clock = at_work(office, Receipt(outcome, "550 c1@example.org says no"))
    (before,) = office.messages().values()
    rounds(loop, clock, "2027-01-06T08:59")
    assert office.messages() == {"C1/reminder/L1@-3d": before}
    rounds(loop, clock, LATER)
    (after,) = office.messages().values()
    assert {name: after[name] for name in TEXTS} == dict.fromkeys(TEXTS)
    assert {**before, **dict.fromkeys(TEXTS)} == after
    assert office.table("attempt")[0]["detail"] is None


def test_what_is_held_keeps_its_bytes_until_it_is_resolved(
    offices: Callable[[str], Office],
) -> None:
    office = offices(KEPT.replace("priority: 90", "priority: 90\n    on_doubt: hold"))
    loop, clock = at_work(office, Receipt(Outcome.IN_DOUBT, "no answer"))
    rounds(loop, clock, LATER)
    (message,) = office.messages().values()
    assert message["state"] == "held"
    assert message["content"]


def test_without_a_time_of_retention_everything_is_kept(office: Office) -> None:
    loop, clock = at_work(office, Receipt(Outcome.ACCEPTED))
    rounds(loop, clock, "2037-01-06T09:01")
    (message,) = office.messages().values()
    assert message["body"]
