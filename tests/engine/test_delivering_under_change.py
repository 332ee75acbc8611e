"""Days in which everything changes all the time: whatever happens, the promises are kept."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from tests.office import POLICY, Office, at
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.message import Message, Outcome, Receipt
from touchpoints.engine.ticking import Loop

START = "2026-12-06T06:00"
HOURS = 96
PEOPLE = 8
SEEDS = int(os.environ.get("TOUCHPOINTS_EXAMPLES", "6"))
ZONES = ("Asia/Shanghai", "Asia/Tokyo", "Europe/London", "America/New_York")
RULES = (
    POLICY.replace("caps: []", "gap: 4h\ncaps: [{name: two-a-day, max: 2, per: 1d}]")
    .replace("offset: -3d", "offset: [-3d, -1d]")
    .replace('close: "0d 20:00"', 'close: "1d 20:00"')
)
OTHER_RULES = (
    RULES.replace("[email, sms]", "[sms]"),
    RULES.replace('close: "1d 20:00"', 'close: "0d 12:00"'),
    RULES.replace("  reminder:\n", "  reminder:\n    enabled: false\n"),
    RULES[: RULES.index("  reminder:")],
    *[RULES] * 8,
)
WENT = (Outcome.ACCEPTED, Outcome.IN_DOUBT)
RECEIPTS = (
    [Receipt(Outcome.ACCEPTED)] * 6
    + [Receipt(Outcome.TEMPORARY, "later")] * 2
    + [Receipt(Outcome.IN_DOUBT, "who knows"), Receipt(Outcome.PERMANENT, "never")]
    + [Receipt(Outcome.TEMPORARY, "down", unreachable=True)]
)


class Chance:
    """A world that is changed at random while a loop works in it."""

    def __init__(self, office: Office, seed: int) -> None:
        self.draw, self.office = random.Random(seed), office
        self.clock = FixedClock(at(START))
        self.sent: list[tuple[Message, Receipt]] = []
        self.granted: dict[str, bool] = {}
        for number in range(PEOPLE):
            self.office.owes_as_new(f"C{number}", birthday=f"1990-12-{6 + number % 4:02d}")
            self.office.owes(f"C{number}", "L2", f"2026-12-{8 + number % 5:02d}")
            self.says(f"C{number}", "granted")
        self.box = {"email": self.channel("email"), "sms": self.channel("sms")}
        self.loop = self.opened()
        self.loop.start()

    def channel(self, name: str) -> RecordingChannel:
        world = self

        class Moody(RecordingChannel):
            def send(self, message: Message) -> Receipt:
                assert world.granted[message.customer] or message.touchpoint == "reminder"
                receipt = world.draw.choice(RECEIPTS)
                world.sent.append((message, receipt))
                return receipt

        return Moody(name, "email" if name == "email" else "text")

    def opened(self) -> Loop:
        return self.office.loop(self.clock, **self.box)

    def anybody(self) -> str:
        return f"C{self.draw.randrange(PEOPLE)}"

    def says(self, id_: str, state: str) -> None:
        self.office.says(id_, state, self.clock.now().isoformat())
        self.granted[id_] = state == "granted"

    def change(self) -> None:
        """One thing that happens to a bank."""
        self.draw.choice(
            [
                self.fact_changes,
                self.fact_changes,
                self.customer_changes,
                self.customer_changes,
                lambda: self.says(self.anybody(), self.draw.choice(["granted", "denied"])),
                lambda: self.office.pause("reminder", self.clock.now().isoformat()),
                *[lambda: self.office.resume("reminder")] * 4,
                self.policy_changes,
                self.crash,
            ]
        )()

    def fact_changes(self) -> None:
        due = f"2026-12-{self.draw.randrange(7, 20):02d}"
        status = self.draw.choice(["open", "open", "paid"])
        amount = self.draw.choice(["100", "40", "0"])
        ref = f"L{self.draw.randrange(1, 4)}"
        self.office.owes(self.anybody(), ref, due, status=status, amount=amount)

    def customer_changes(self) -> None:
        self.office.take(
            "customers",
            {"id": self.anybody()}
            | self.draw.choice(
                [
                    {"email": ""},
                    {"email": "new@example.org"},
                    {"phone": ""},
                    {"timezone": self.draw.choice(ZONES)},
                    {"status": self.draw.choice(["active", "active", "closed"])},
                    {"channels": self.draw.choice(["sms;email", "email;sms", ""])},
                    {"birthday": f"1990-12-{self.draw.randrange(6, 12):02d}"},
                    {"name": self.draw.choice(["", "Ann"])},
                ]
            ),
        )

    def policy_changes(self) -> None:
        self.office.rule(self.draw.choice(OTHER_RULES))
        self.loop = self.opened()

    def crash(self) -> None:
        self.loop = self.opened()
        self.loop.start()

    def hours(self) -> Iterator[datetime]:
        """Time goes by in uneven steps."""
        while self.clock.now() < at(START) + timedelta(hours=HOURS):
            yield self.clock.now()
            self.clock.move_to(
                self.clock.now() + timedelta(minutes=self.draw.choice([1, 20, 90, 240]))
            )


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_happens_promises_are_kept(offices: Callable[[str], Office], seed: int) -> None:
    world = Chance(offices(RULES), seed)
    for _ in world.hours():
        for _ in range(world.draw.randrange(3)):
            world.change()
        if world.draw.random() < 0.7:
            world.loop.plan()
        world.loop.deliver()

    accepted = [message for message, receipt in world.sent if receipt.outcome == Outcome.ACCEPTED]
    assert max(Counter(message.key for message in accepted).values(), default=0) <= 1
    doubtful = [message for message, receipt in world.sent if receipt.outcome == Outcome.IN_DOUBT]
    for message in doubtful:
        again = [other for other, _ in world.sent if other.key == message.key]
        assert {(other.channel, other.content) for other in again[again.index(message) :]} == {
            (message.channel, message.content)
        }
        assert message.touchpoint == "reminder" or again[-1] is message
    states = world.office.messages()
    for message in doubtful:
        assert states[message.key]["state"] in {"accepted", "held", "retry_wait", "rejected"}
    for message in accepted:
        assert states[message.key]["state"] == "accepted"
        assert states[message.key]["sha256"] == message.sha256
    assert not {row["state"] for row in states.values()} & {"claimed", "sending"}
    _are_spaced([message for message, receipt in world.sent if receipt.outcome in WENT])


def _are_spaced(went: list[Message]) -> None:
    """No two different messages to a customer within four hours."""
    by_customer: dict[str, list[Message]] = {}
    for message in went:
        by_customer.setdefault(message.customer, []).append(message)
    for messages in by_customer.values():
        for before, after in pairwise(messages):
            apart = after.sent_at - before.sent_at
            assert apart >= timedelta(hours=4) or before.key == after.key
