"""The policy with numbers for names, made once for a plan: touchpoints, channels, limits."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from touchpoints.core.calendar import Ints
from touchpoints.core.capacity import NOTHING, WHOLE, Resource, Uses
from touchpoints.core.policy import Cap, Category, Policy, Touchpoint

GAP = "gap"
OWN = "own"
CAPACITY = "capacity:"
UNLIMITED = 1 << 40
DayRules = Mapping[int, int | None]


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `max` messages in `span`, which is local dates (`by_day`) or seconds."""

    code: str
    max: int
    span: int
    by_day: bool
    per: str
    by_address: bool = False

    @classmethod
    def of_cap(cls, cap: Cap) -> Limit:
        """A cap as a limit: `Nd` and `Nw` are local dates, `Nh` and `Nm` elapsed seconds."""
        days = cap.per.days
        span = days if days is not None else cap.per.seconds
        by_address = cap.by == "address"
        return cls(f"cap:{cap.name}", cap.max, span, days is not None, str(cap.per), by_address)


@dataclass(frozen=True, slots=True)
class Merging:
    """Which texts (template, channel) have a place for sections, which templates can be one."""

    places: frozenset[tuple[str, str]] = frozenset()
    sections: frozenset[str] = frozenset()


class Rulebook:
    """A policy made ready for columns.

    `closed` tells for each line the days that do not follow its weekday: None for a day on which it
    is closed, else the weekday whose hours hold.
    """

    def __init__(
        self,
        policy: Policy,
        paused: Collection[str] = (),
        closed: Mapping[str, DayRules] | None = None,
        merging: Merging | None = None,
    ) -> None:
        self.policy = policy
        self.merging = merging or Merging()
        self.closed = closed or {}
        self.paused = frozenset(paused)
        self.touchpoints: tuple[Touchpoint, ...] = tuple(
            policy.touchpoints[name] for name in sorted(policy.touchpoints)
        )
        self.channels: tuple[str, ...] = tuple(policy.channels)
        self.categories: tuple[Category, ...] = tuple(policy.categories.values())
        self.touchpoint_number = {each.name: i for i, each in enumerate(self.touchpoints)}
        self.channel_number = {name: i for i, name in enumerate(self.channels)}
        self.category_number = {each.name: i for i, each in enumerate(self.categories)}
        self.category_of: tuple[Category, ...] = tuple(
            policy.categories[each.category] for each in self.touchpoints
        )
        gap = policy.gap
        self._caps = tuple(Limit.of_cap(cap) for cap in policy.caps)
        self._gap = (Limit(GAP, 1, gap.seconds, False, str(gap)),) if gap and gap.seconds else ()
        self.limits: tuple[Limit, ...] = ()
        self.limits = self.limits_with(None)
        self._binding = self._bindings()
        found = dict(self._capacities())
        self.resources: tuple[Resource, ...] = tuple(found.values())
        self._place = {key: place for place, key in enumerate(found)}

    def limits_with(self, own_cap: Cap | None) -> tuple[Limit, ...]:
        """The limits in the order in which they are asked: caps, the customer's own cap, gap."""
        if own_cap is None and self.limits:
            return self.limits
        no_limit = Limit(f"cap:{OWN}", UNLIMITED, 0, True, "")
        own = no_limit if own_cap is None else Limit.of_cap(own_cap)
        return (*self._caps, own, *self._gap)

    def binding(self, touchpoint: int, channel: int) -> int:
        """The limits under which a message of this touchpoint falls on this channel, as bits."""
        return int(self._binding[touchpoint, channel])

    def uses(self, touchpoint: int, channel: int) -> Uses:
        """What a message of this touchpoint takes of its line and of its channel."""
        if not self.resources:
            return NOTHING
        design = self.touchpoints[touchpoint]
        taken = (
            (("line", design.line), round(design.reaction * WHOLE)),
            (("channel", self.channels[channel]), WHOLE),
        )
        return tuple(
            (self._place[key], weight) for key, weight in taken if weight and key in self._place
        )

    def counted(
        self, category: str | None, channel: str | None, topic: str | None, touchpoint: str | None
    ) -> int:
        """The limits that count a message with these properties, as bits; own cap and gap too."""
        caps = self.policy.caps
        bits = (1 << len(self.limits)) - (1 << len(caps))
        for number, cap in enumerate(caps):
            if cap.selects(category, channel, topic, touchpoint):
                bits |= 1 << number
        return bits

    def _bindings(self) -> Ints:
        table = np.zeros((len(self.touchpoints), len(self.channels)), dtype=np.int64)
        for row, each in enumerate(self.touchpoints):
            for column, channel in enumerate(self.channels):
                table[row, column] = self.counted(each.category, channel, each.topic, each.name)
        return table

    def _capacities(self) -> Iterator[tuple[tuple[str, str | None], Resource]]:
        """The lines and channels that can take only so much; a line counts expected reactions."""
        for line in self.policy.lines.values():
            if line.capacity is not None:
                shares = [each.reaction for each in self.touchpoints if each.line == line.name]
                heaviest = max([round(share * WHOLE) for share in shares], default=0) or WHOLE
                code = f"{CAPACITY}{line.name}"
                yield ("line", line.name), Resource(code, line.capacity, line.timezone, heaviest)
        for channel in self.policy.channels.values():
            if channel.capacity is not None:
                code, zone = f"{CAPACITY}{channel.name}", self.policy.timezone
                yield ("channel", channel.name), Resource(code, channel.capacity, zone)

    def longest(self) -> int:
        """Seconds that the longest limit of the policy looks back, a day more for local dates."""
        spans = [(each.span + 1) * 86400 if each.by_day else each.span for each in self.limits]
        return max(spans, default=0)
