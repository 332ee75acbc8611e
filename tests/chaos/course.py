"""The course of things: minutes pass, things happen, receipts come late, people speak up."""

from __future__ import annotations

import math
import random
from contextlib import closing

from tests.chaos import outbox
from tests.chaos.ledger import LedgerReader
from tests.chaos.place import Place

PACES = (1, 1, 3)
"""How fast time passes: 300 kills take about three days, and in every third world nine."""

CREEP = 60
"""Seconds by which time passes, times the pace, while nobody comes to plan: leases last longer."""


class Course:
    """What goes on in one place while workers live and die."""

    def __init__(self, place: Place, draw: random.Random) -> None:
        self._place, self._draw, self._pace = place, draw, draw.choice(PACES)
        self._told = LedgerReader(place.ledger)
        self._happened_at = 0.0

    def pass_time(self) -> None:
        """Minutes pass, sometimes hours, and things happen to people."""
        draw, place = self._draw, self._place
        most = draw.choices((600, 2700, 4 * 3600), (70, 25, 5))[0]
        place.clock.advance(draw.uniform(20, min(most, self._patience())) * self._pace)
        self._happened_at = place.clock.seconds()
        happening = place.world.happen(draw, self._happened_at, draw.randrange(3, 10))
        place.clerk.happens(happening)
        if draw.random() < 0.2:
            place.clerk.receipts(self._receipts())

    def _patience(self) -> float:
        """How many seconds may pass, times the pace, until somebody comes to make a plan.

        On a busy machine a plan takes a second, in which its lease would end here, and the next
        planner take over, and so on. A program that is not left alive for a whole window cannot
        decide what is in it, and need not.
        """
        with closing(self._place.database()) as database:
            planned_at = outbox.planned_at(database)
        if planned_at < self._place.clock.seconds() - 3600:
            return CREEP
        return math.inf if planned_at >= int(self._happened_at) else 600

    def _receipts(self) -> list[tuple[str, str, float]]:
        """What providers tell late, out of order, and often twice."""
        keys = [each.key for each in self._told.more()]
        self._draw.shuffle(keys)
        now = self._place.clock.seconds()
        kinds = self._draw.choices(("delivered", "bounced"), (19, 1), k=len(keys))
        told = [(kind, key, now) for kind, key in zip(kinds, keys, strict=True)]
        return told + told[: len(told) // 2]

    def somebody_speaks(self) -> None:
        """Somebody opts out or pays while the workers are at work, just before they are written to.

        Most of the time it is somebody whose message is claimed already, or due next.
        """
        draw, place = self._draw, self._place
        if draw.random() > 0.25:
            return
        with closing(place.database()) as database:
            keys = [key.split("/") for key in outbox.about_to_go(database, 24)]
        asked = [customer for customer, name, _ in keys if name in {"notice", "news", "greeting"}]
        owing = [ref.partition("@")[0] for _, name, ref in keys if name in {"reminder", "overdue"}]
        if draw.random() < 0.4:
            place.clerk.opts_out(draw.choice(asked or list(place.world.people)), place.clock)
        else:
            place.clerk.pays(draw.choice(owing or list(place.world.instalments)), place.clock)
