"""S36: no device, or a provider that refused for good: the next channel, once; else a reason."""

from __future__ import annotations

from collections.abc import Callable
from itertools import repeat

import pytest

from tests.office import POLICY, Office, at, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.message import Outcome, Receipt

PUSHED = POLICY.replace("  sms: {", "  push: {transport: file, path: outbox}\n  sms: {").replace(
    "    channels: [email, sms]\n    audience", "    channels: [push, email, sms]\n    audience"
)
KEY = "C1/reminder/L1@-3d"
NEVER = Receipt(Outcome.PERMANENT, "no such device")
DOUBT = Receipt(Outcome.IN_DOUBT, "no answer")
TIMES = tuple(f"2026-12-07T09:{minute:02d}" for minute in (0, 1, 2, 3, 30))


@pytest.fixture
def office(offices: Callable[[str], Office]) -> Office:
    """A reminder that may go by push, e-mail and SMS, in this order."""
    made = offices(PUSHED)
    made.write("templates/reminder/push.j2", "Due.")
    made.owes_as_new("C1", **{"address.push": "device-1"})
    return made


def sent(office: Office, **receipts: Receipt) -> list[tuple[str, str]]:
    """(channel, key) of every attempt in five rounds; a channel always gives the same answer."""
    names = ("push", "email", "sms")
    channels = {
        name: RecordingChannel(
            name,
            "email" if name == "email" else "text",
            repeat(receipts[name]) if name in receipts else (),
        )
        for name in names
    }
    clock = FixedClock(at("2026-12-07T08:00"))
    loop = office.loop(clock, **channels)
    loop.start()
    rounds(loop, clock, *TIMES)
    went = [message for channel in channels.values() for message in channel.messages]
    return [(message.channel, message.key) for message in sorted(went, key=lambda m: m.sent_at)]


def test_without_a_device_the_next_channel_takes_it(office: Office) -> None:
    office.customer("C1", **{"address.push": ""})
    assert sent(office) == [("email", KEY)]


def test_what_push_refuses_for_good_goes_by_email_once(office: Office) -> None:
    assert sent(office, push=NEVER) == [("push", KEY), ("email", KEY)]
    assert office.states() == {KEY: "accepted"}
    assert [row["failed"] for row in office.table("message")] == ["push"]


def test_each_channel_is_tried_once_and_then_the_reason_stays(office: Office) -> None:
    assert sent(office, push=NEVER, email=NEVER, sms=NEVER) == [
        ("push", KEY),
        ("email", KEY),
        ("sms", KEY),
    ]
    (row,) = office.table("message")
    assert (row["state"], row["detail"]) == ("rejected", "no such device")


def test_without_room_elsewhere_it_stays_rejected_and_explain_says_both(office: Office) -> None:
    office.says("C1", "denied", "2026-12-01T00:00", channel="email", category="*")
    office.customer("C1", phone="")
    assert sent(office, push=NEVER) == [("push", KEY)]
    assert office.states() == {KEY: "rejected"}
    explained = office.ask("explain", "C1", "--as-of", "2026-12-07T10:00:00+08:00").out
    assert "push has refused this message for good" in explained
    assert "no usable address for sms" in explained


def test_the_next_channel_waits_for_room(offices: Callable[[str], Office]) -> None:
    mornings = PUSHED.replace("  email: {", '  email: {hours: "10:00-12:00", ')
    office = offices(mornings)
    office.write("templates/reminder/push.j2", "Due.")
    office.owes_as_new("C1", phone=None, **{"address.push": "device-1"})
    assert sent(office, push=NEVER) == [("push", KEY)]
    (row,) = office.table("message")
    assert (row["state"], row["channel"]) == ("planned", "email")


def test_what_may_have_gone_out_never_takes_another_channel(office: Office) -> None:
    attempts = sent(office, push=DOUBT)
    assert {channel for channel, _ in attempts} == {"push"}
