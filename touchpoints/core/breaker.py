"""A channel whose provider keeps failing is rested, and tried again with one message.

The circuit breaker of M. Nygard, "Release It!" (2nd edition, 2018, chapter 5): closed, all may
pass; after several failures in a row it opens, and nobody does; after a rest one message is the
probe (half-open), whose answer closes it or opens it for twice as long.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from touchpoints.core.message import Outcome, Receipt

PATIENCE = 3
"""Failures in a row after which a channel rests: one may be chance, and each costs a try."""
FIRST_REST = 30
LONGEST_REST = 1800
"""Seconds of the first rest, and of the longest: doubled each time."""
PROBE = 900
"""Seconds after which a probe that nobody has reported on is given up: its worker is gone."""


class Passing(StrEnum):
    """How many messages a channel lets pass."""

    ALL = "all"
    ONE = "one"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Breaker:
    """What all workers know of one channel; instants in seconds.

    `failures` and `rests` are counted in a row, `rest_until` is 0 while it is closed, and
    `probing_until` is 0 unless a probe is under way.
    """

    failures: int = 0
    rests: int = 0
    rest_until: int = 0
    probing_until: int = 0

    def passing(self, now: int) -> Passing:
        """How many messages may pass now."""
        if not self.rest_until:
            return Passing.ALL
        rests = _ahead(self.rest_until, now, LONGEST_REST)
        return Passing.NONE if rests or _ahead(self.probing_until, now, PROBE) else Passing.ONE

    def opens_at(self, now: int) -> int:
        """The first instant, from `now` on, at which a message may pass."""
        return (
            now if self.passing(now) != Passing.NONE else max(self.rest_until, self.probing_until)
        )

    def probing(self, now: int) -> Breaker:
        """After one message was let pass as the probe."""
        return replace(self, probing_until=now + PROBE)

    def given_up(self) -> Breaker:
        """After the probe was taken back before it left."""
        return replace(self, probing_until=0)

    def after(self, receipt: Receipt, now: int) -> Breaker:
        """After an answer: a failure counts, any other one shows that the provider is there.

        A provider that says for how long to leave it alone is left alone, for no longer than the
        longest rest: one wrong answer should not silence a channel for a day.
        """
        asked = min(receipt.retry_after or 0, LONGEST_REST)
        if not fails(receipt):
            waits = asked if receipt.outcome == Outcome.TEMPORARY else 0
            return Breaker(rest_until=now + waits if waits else 0)
        failures = self.failures + 1
        if _ahead(self.rest_until, now, LONGEST_REST):
            # It began before the rest did: it says nothing about how the provider is by now.
            return replace(self, failures=failures)
        if failures < PATIENCE and not self.rest_until:
            return replace(self, failures=failures, rest_until=now + asked if asked else 0)
        rest = max(min(FIRST_REST << min(self.rests, 16), LONGEST_REST), asked)
        return Breaker(failures, self.rests + 1, now + rest)


def fails(receipt: Receipt) -> bool:
    """Whether an answer says that the provider, and not the message, is at fault."""
    return receipt.unreachable or receipt.at_fault or receipt.outcome == Outcome.IN_DOUBT


def _ahead(instant: int, now: int, most: int) -> bool:
    """Whether an instant is still to come; further ahead than possible, a clock was set back."""
    return now < instant <= now + most
