"""A forecast: the plan of `preview` by day, touchpoint, channel and reason, ready to be looked at.

Measured on the plan of 100,000 customers: made in 0.1 s, a page of it in 0.5 ms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from touchpoints.core.calendar import Ints, zone_clock
from touchpoints.core.columns import Bools
from touchpoints.core.decision import Decision
from touchpoints.core.plan import Plan
from touchpoints.core.reasons import weight
from touchpoints.engine.brief import Brief

NOTHING = -1
"""The channel of what does not go out, and the reason of what does."""

_QUARTER = 900
"""Seconds; clocks change at a quarter of an hour, so one look-up serves all instants in it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which lines somebody wants to see; None stands for any, `day` is a civil day."""

    day: int | None = None
    touchpoint: str | None = None
    channel: str | None = None
    verdict: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Forecast:
    """A plan for everybody as columns, one row for each line of the plan.

    `number` is the candidate in the plan, `day` the customer's own day on which it goes out, else
    the first on which it might have. `touchpoint`, `channel` and `reason` are places in the names.
    """

    plan: Plan = field(repr=False)
    brief: Brief = field(repr=False)
    touchpoints: tuple[str, ...]
    channels: tuple[str, ...]
    reasons: tuple[str, ...]
    number: Ints
    day: Ints
    at: Ints
    touchpoint: Ints
    channel: Ints
    reason: Ints

    @classmethod
    def of(cls, plan: Plan, brief: Brief) -> Forecast:
        """The lines of a plan, in the order of their time and customers."""
        codes, lines = plan.reason_codes(), plan.lines
        case, routes = plan.case, plan.awards.route[plan.lines]
        names = sorted({code for code in codes if code and code != "audience"}, key=weight)
        place = {name: number for number, name in enumerate(names)}
        reason = np.asarray([place.get(codes[line] or "", NOTHING) for line in lines], np.int64)
        sends = (routes >= 0) & (reason == NOTHING)
        opens = np.maximum(plan.windows[lines, 0], brief.as_of)
        at = np.where(sends, plan.awards.at[lines], opens)
        channel = np.full(len(lines), NOTHING, dtype=np.int64)
        channel[sends] = case.routes.channel[routes[sends]]
        customer = case.candidates.customer[lines]
        day = _local_days(at, case.customers.zone[customer], case.customers.zones)
        order = np.lexsort((customer, at, day))
        return cls(
            plan=plan,
            brief=brief,
            touchpoints=tuple(each.name for each in case.rulebook.touchpoints),
            channels=tuple(case.rulebook.channels),
            reasons=tuple(names),
            number=lines[order],
            day=day[order],
            at=at[order],
            touchpoint=case.candidates.touchpoint[lines][order],
            channel=channel[order],
            reason=reason[order],
        )

    @property
    def sends(self) -> Bools:
        """Which lines go out."""
        sends: Bools = self.reason == NOTHING
        return sends

    @cached_property
    def horizon(self) -> range:
        """The civil days of the horizon on the workspace's clock."""
        clock = zone_clock(self.brief.workspace.policy.timezone)
        first, last = clock.local_day(self.brief.as_of), clock.local_day(self.brief.until - 1)
        return range(first, last + 1)

    @cached_property
    def days(self) -> tuple[int, ...]:
        """The days of the horizon, and the day before and after where customers elsewhere have it.

        It is theirs already, or still, when the workspace's clock begins and ends the horizon.
        """
        first, last = self.horizon[0], self.horizon[-1]
        seen = np.unique(self.day[(self.day >= first - 1) & (self.day <= last + 1)]).tolist()
        return tuple(sorted({*self.horizon, *seen}))

    def chosen(self, choice: Choice) -> Ints:
        """The rows that somebody wants to see, in their order."""
        keep = np.ones(len(self.number), dtype=bool)
        if choice.day is not None:
            keep &= self.day == choice.day
        if choice.verdict is not None:
            keep &= self.sends == (choice.verdict == "send")
        for names, column, name in (
            (self.touchpoints, self.touchpoint, choice.touchpoint),
            (self.channels, self.channel, choice.channel),
            (self.reasons, self.reason, choice.reason),
        ):
            if name is not None:
                keep &= column == (names.index(name) if name in names else len(names))
        return np.flatnonzero(keep)

    def decisions(self, rows: Ints) -> Iterator[Decision]:
        """The lines in these rows, each with its details."""
        for row in rows.tolist():
            reason = int(self.reason[row])
            code = None if reason == NOTHING else self.reasons[reason]
            yield self.plan.decision(int(self.number[row]), code)

    def counts(self, rows: Ints, *by: str) -> dict[tuple[int, ...], int]:
        """How many of the rows there are for each combination of these columns."""
        if not len(rows):
            return {}
        stacked = np.stack([getattr(self, name)[rows] for name in by])
        combined, counted = np.unique(stacked, axis=1, return_counts=True)
        keys = map(tuple, combined.T.tolist())
        return dict(zip(keys, counted.tolist(), strict=True))


def _local_days(at: Ints, zone: Ints, zones: tuple[str, ...]) -> Ints:
    """The civil day of each instant on the clock of its customer."""
    if not len(at):
        return np.zeros(0, dtype=np.int64)
    pairs, back = np.unique(np.stack([zone, at // _QUARTER]), axis=1, return_inverse=True)
    offsets = [
        zone_clock(zones[number]).offset(quarter * _QUARTER) for number, quarter in pairs.T.tolist()
    ]
    days: Ints = (at + np.asarray(offsets, dtype=np.int64)[back.reshape(-1)]) // 86400
    return days
