"""S44: a dry run, then the live run with the same clock and data: the same, withheld ones too."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.office import POLICY, Office, at, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.decision import Decision

RULES = POLICY.replace(
    "caps: []",
    "gap: 4h\ncaps: [{name: one-a-day, max: 1, per: 1d}, {name: weekly, max: 2, per: 7d}]",
)


def peopled(office: Office, seed: int) -> None:
    """Thirty customers, drawn at random, with everything that may hold a message back."""
    draw = random.Random(seed)
    people, facts, consents, wishes, history = [], [], [], [], []
    for number in range(30):
        id_ = f"C{number:02d}"
        people.append(
            {
                "id": id_,
                "name": id_,
                "birthday": f"1990-12-{draw.randrange(1, 18):02d}",
                "timezone": draw.choice(["", "Asia/Tokyo", "Europe/Prague", "America/Denver"]),
                "status": draw.choice(["active"] * 9 + ["closed"]),
                "channels": draw.choice(["", "sms", "sms;email"]),
                "email": draw.choice([f"{id_}@example.org"] * 4 + [""]),
                "phone": draw.choice(["+8613800000000", ""]),
            }
        )
        for ref in range(draw.randrange(4)):
            day = f"2026-12-{draw.randrange(8, 20):02d}"
            debt = {"kind": "instalment", "amount": "5", "currency": "CNY"}
            status = draw.choice(["open", "open", "paid"])
            facts.append({"customer": id_, "ref": f"L{ref}", "date": day, "status": status} | debt)
        word = {"channel": draw.choice(["*", "email", "sms"]), "category": "marketing"}
        state = draw.choice(["granted", "granted", "denied"])
        consents.append({"customer": id_, "state": state, "at": "2026-01-01T00:00:00Z"} | word)
        if not draw.randrange(3):
            quiet = draw.choice(["", "21:00-10:30", "08:00-19:00"])
            pause = draw.choice([("", ""), ("2026-12-08", "2026-12-10")])
            own = draw.choice([("", ""), ("1", "7d")])
            wishes.append(
                {"customer": id_, "quiet_hours": quiet, "max": own[0], "per": own[1]}
                | {"pause_from": pause[0], "pause_until": pause[1]}
            )
        if not draw.randrange(3):
            sent_at = f"2026-12-0{draw.randrange(1, 7)}T08:00:00Z"
            history.append({"customer": id_, "sent_at": sent_at, "channel": "email"})
    for kind, records in (
        ("customers", people),
        ("facts", facts),
        ("consents", consents),
        ("preferences", wishes),
        ("history", history),
    ):
        office.take(kind, *records)


@pytest.mark.parametrize("seed", range(5))
def test_what_is_previewed_is_what_happens(offices: Callable[[str], Office], seed: int) -> None:
    office = offices(RULES)
    peopled(office, seed)
    start = at("2026-12-06T10:00")
    previewed = {_key(line): line for line in office.preview(start)}
    sends = {key: line for key, line in previewed.items() if line.verdict == "send"}
    assert len(sends) > 10
    assert len(previewed) > len(sends)

    clock = FixedClock(start)
    boxes = {"email": RecordingChannel(), "sms": RecordingChannel("sms", "text")}
    loop = office.loop(clock, **boxes)
    loop.start()
    loop.plan()
    stored = office.messages()
    assert set(stored) == set(previewed)
    for key, line in previewed.items():
        assert stored[key]["reason"] == line.reason
        assert stored[key]["detail"] == line.detail

    for instant in sorted({line.send_at for line in sends.values() if line.send_at}):
        clock.move_to(datetime.fromtimestamp(instant, UTC))
        loop.deliver()
    sent = {
        message.key: (name, int(message.sent_at.timestamp()))
        for name, box in boxes.items()
        for message in box.messages
    }
    assert sent == {key: (line.channel, line.send_at) for key, line in sends.items()}


@pytest.mark.parametrize("seed", range(5, 8))
def test_a_loop_that_ticks_all_week_keeps_the_promises_of_the_first_day(
    offices: Callable[[str], Office], seed: int
) -> None:
    office = offices(RULES)
    peopled(office, seed)
    start = at("2026-12-06T10:00")
    first_day = {
        _key(line): (line.channel, line.send_at)
        for line in office.preview(start)
        if line.send_at and line.send_at < (start + timedelta(days=1)).timestamp()
    }
    clock = FixedClock(start)
    boxes = {"email": RecordingChannel(), "sms": RecordingChannel("sms", "text")}
    loop = office.loop(clock, **boxes)
    loop.start()
    times = [(start + timedelta(minutes=30 * number)).isoformat() for number in range(48)]
    rounds(loop, clock, *times)
    sent = {
        message.key: (name, int(message.sent_at.timestamp()))
        for name, box in boxes.items()
        for message in box.messages
    }
    assert sent == first_day


def _key(line: Decision) -> str:
    return f"{line.customer}/{line.touchpoint}/{line.occurrence}"
