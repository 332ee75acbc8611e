"""What became of every candidate under one policy, in the order of customers and touchpoints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain
from sys import intern

from touchpoints.core.calendar import zone_clock
from touchpoints.core.decision import Decision
from touchpoints.engine.simulating import Progress, Span, simulated
from touchpoints.engine.spread import Spread
from touchpoints.engine.story import decisions_between, still_open
from touchpoints.store.counting import people
from touchpoints.store.database import Database
from touchpoints.workspace import Workspace

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Fate:
    """One message that went out by a channel at an instant (seconds), or the reason why it did not.

    What is to go out only after the span has the reason `planned`.
    """

    customer: str
    touchpoint: str
    occurrence: str
    zone: str
    channel: str | None = None
    send_at: int | None = None
    reason: str | None = None

    @classmethod
    def of(cls, decision: Decision) -> Fate:
        """The part of a decision that two policies are compared by; equal texts are kept once."""
        return cls(
            customer=intern(decision.customer),
            touchpoint=intern(decision.touchpoint),
            occurrence=intern(decision.occurrence),
            zone=intern(decision.zone),
            channel=decision.channel and intern(decision.channel),
            send_at=decision.send_at,
            reason=decision.reason and intern(decision.reason),
        )

    @property
    def key(self) -> Key:
        """Customer, touchpoint and occurrence: what makes it the same message."""
        return self.customer, self.touchpoint, self.occurrence

    @property
    def day(self) -> date | None:
        """The customer's own day on which it went out."""
        return None if self.send_at is None else zone_clock(self.zone).local(self.send_at).date()


@dataclass(frozen=True)
class Side:
    """One of the policies: whose it is, what its channels cost, and what became of the data.

    `fates` are in the order of their keys; `customers` is how many there are in all.
    """

    name: str
    costs: Mapping[str, float]
    fates: tuple[Fate, ...]
    customers: int

    @cached_property
    def sent(self) -> Mapping[tuple[str, str], int]:
        """How many messages went out, by touchpoint and channel."""
        return Counter((each.touchpoint, each.channel) for each in self.fates if each.channel)

    @cached_property
    def messages(self) -> int:
        """How many messages went out."""
        return sum(self.sent.values())

    @cached_property
    def cost(self) -> float:
        """What they cost; a channel that the policy does not have any more costs nothing."""
        return sum(count * self.cost_of(channel) for (_, channel), count in self.sent.items())

    def cost_of(self, channel: str) -> float:
        """What one message by this channel costs."""
        return self.costs.get(channel, 0.0)

    @cached_property
    def days(self) -> Mapping[date, int]:
        """How many messages went out on each day of the customers' own calendars."""
        return Counter(day for each in self.fates if (day := each.day) is not None)

    @cached_property
    def spread(self) -> Spread:
        """How the messages are spread over all customers."""
        return Spread.over((each.customer for each in self.fates if each.channel), self.customers)


def side_of(database: Database, workspace: Workspace, span: Span, progress: Progress) -> Side:
    """Simulate a workspace's policy over a copy of the data, and keep what became of them."""
    copy = simulated(database, workspace, span, progress)
    try:
        with copy.reading() as connection:
            told = chain(
                decisions_between(connection, workspace, *span.seconds),
                still_open(connection, workspace, span.seconds[1]),
            )
            fates = tuple(sorted(_fates(told, workspace), key=lambda fate: fate.key))
            everybody, _ = people(connection)
    finally:
        copy.close()
    costs = {name: rule.cost for name, rule in workspace.policy.channels.items()}
    return Side(workspace.name, costs, fates, everybody)


def _fates(told: Iterator[Decision], workspace: Workspace) -> Iterator[Fate]:
    """Without what another policy had planned for a touchpoint that this one does not have."""
    for decision in told:
        if decision.verdict == "send" or decision.touchpoint in workspace.policy.touchpoints:
            yield Fate.of(decision)
