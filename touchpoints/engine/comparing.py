"""Two policies on the same data, compared: `here` is the workspace's own, `there` is the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeVar

from touchpoints.core.calendar import zone_clock
from touchpoints.engine.fates import Fate, Side

Name = TypeVar("Name", str, tuple[str, str])


class Kind(StrEnum):
    """What a message comes to when the policy there takes the place of the policy here."""

    GAINED = "gained"
    LOST = "lost"
    MOVED = "moved"
    SAME = "same"
    WITHHELD = "withheld"


CHANGED = (Kind.GAINED, Kind.LOST, Kind.MOVED)


@dataclass(frozen=True, slots=True)
class Change:
    """One message under both policies; None where a policy has no such candidate."""

    here: Fate | None
    there: Fate | None

    @property
    def kind(self) -> Kind:
        """Gained goes out only there, lost only here, moved at another instant or elsewhere."""
        before, after = _way(self.here), _way(self.there)
        if before is None or after is None:
            if before == after:
                return Kind.WITHHELD
            return Kind.GAINED if before is None else Kind.LOST
        return Kind.SAME if before == after else Kind.MOVED

    @property
    def either(self) -> Fate:
        """The fate that says which message it is."""
        fate = self.here or self.there
        assert fate is not None  # noqa: S101 - one of the policies has it, or there is no change
        return fate

    @property
    def reasons(self) -> tuple[str | None, str | None]:
        """Why it does not go out here and there; None where it does, or is no candidate."""
        here, there = self.here, self.there
        return here.reason if here else None, there.reason if there else None

    def as_line(self) -> dict[str, Any]:
        """The change as a JSON line: which message, what it comes to, and both sides of it."""
        line: dict[str, Any] = {
            "customer": self.either.customer,
            "touchpoint": self.either.touchpoint,
            "occurrence": self.either.occurrence,
            "change": str(self.kind),
        }
        for side, fate in (("here", self.here), ("there", self.there)):
            line[f"channel_{side}"] = fate and fate.channel
            line[f"send_at_{side}"] = _local(fate)
            line[f"reason_{side}"] = fate and fate.reason
        return line


@dataclass(frozen=True, slots=True)
class Row:
    """One touchpoint on one channel; what moved is counted on the channel that it has here."""

    touchpoint: str
    channel: str
    here: int
    there: int
    gained: int
    lost: int
    moved: int
    cost_here: float
    cost_there: float

    @property
    def difference(self) -> int:
        """How many more messages go out there."""
        return self.there - self.here


@dataclass(frozen=True, slots=True)
class Balance:
    """How many customers get more messages there, fewer, or as many that are not the same."""

    more: int
    fewer: int
    other: int


@dataclass(frozen=True)
class Comparison:
    """Everything that differs. `changes` are in the order of customer, touchpoint, occurrence.

    `same` go out in the same way; `withheld_otherwise` do not go out, but for another reason.
    """

    here: Side
    there: Side
    changes: tuple[Change, ...]
    same: int
    withheld_otherwise: int

    @cached_property
    def counts(self) -> Mapping[Kind, int]:
        """How many messages are gained, lost and moved."""
        return Counter(each.kind for each in self.changes)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The messages by touchpoint and channel, in the order of their names."""
        changed = Counter(
            (each.kind, each.either.touchpoint, _channel(each)) for each in self.changes
        )
        return tuple(
            Row(
                *key,
                here=self.here.sent.get(key, 0),
                there=self.there.sent.get(key, 0),
                gained=changed[Kind.GAINED, *key],
                lost=changed[Kind.LOST, *key],
                moved=changed[Kind.MOVED, *key],
                cost_here=self.here.sent.get(key, 0) * self.here.cost_of(key[1]),
                cost_there=self.there.sent.get(key, 0) * self.there.cost_of(key[1]),
            )
            for key in sorted({*self.here.sent, *self.there.sent})
        )

    @property
    def total(self) -> Row:
        """All touchpoints and channels together."""
        return Row(
            touchpoint="",
            channel="",
            here=self.here.messages,
            there=self.there.messages,
            gained=self.counts[Kind.GAINED],
            lost=self.counts[Kind.LOST],
            moved=self.counts[Kind.MOVED],
            cost_here=self.here.cost,
            cost_there=self.there.cost,
        )

    @cached_property
    def moves(self) -> Mapping[tuple[str, str], int]:
        """What moved, by its channel here and its channel there, the most frequent first."""
        return _most_first(
            Counter(
                (each.here.channel, each.there.channel)
                for each in self.changes
                if each.here and each.there and each.here.channel and each.there.channel
            )
        )

    def reasons(self, kind: Kind) -> Mapping[str, int]:
        """Why what is gained does not go out here, or what is lost not there; most first.

        The empty reason stands for what is no candidate there at all.
        """
        side = 0 if kind == Kind.GAINED else 1
        found = (each.reasons[side] or "" for each in self.changes if each.kind == kind)
        return _most_first(Counter(found))

    @cached_property
    def balance(self) -> Balance:
        """How many customers get more, fewer, or other messages."""
        net = Counter[str]()
        for each in self.changes:
            net[each.either.customer] += (each.kind == Kind.GAINED) - (each.kind == Kind.LOST)
        more, fewer = sum(n > 0 for n in net.values()), sum(n < 0 for n in net.values())
        return Balance(more, fewer, len(net) - more - fewer)


def compare(here: Side, there: Side) -> Comparison:
    """Put two policies' fates of the same data side by side."""
    kinds, changes, otherwise = Counter[Kind](), [], 0
    for change in side_by_side(here.fates, there.fates):
        kind = change.kind
        kinds[kind] += 1
        if kind in CHANGED:
            changes.append(change)
        elif kind == Kind.WITHHELD and change.here and change.there:
            otherwise += change.here.reason != change.there.reason
    return Comparison(here, there, tuple(changes), kinds[Kind.SAME], otherwise)


def side_by_side(here: Sequence[Fate], there: Sequence[Fate]) -> Iterator[Change]:
    """Both fates of each message; both sequences and the result are in the order of keys."""
    before = after = 0
    while before < len(here) or after < len(there):
        one = here[before] if before < len(here) else None
        other = there[after] if after < len(there) else None
        if one is not None and other is not None and one.key != other.key:
            one, other = (one, None) if one.key < other.key else (None, other)
        before, after = before + (one is not None), after + (other is not None)
        yield Change(one, other)


def _way(fate: Fate | None) -> tuple[str, int | None] | None:
    return None if fate is None or fate.channel is None else (fate.channel, fate.send_at)


def _channel(change: Change) -> str | None:
    """The channel by which it goes out here, else there."""
    here, there = _way(change.here), _way(change.there)
    way = here or there
    return way[0] if way else None


def _local(fate: Fate | None) -> str | None:
    if fate is None or fate.send_at is None:
        return None
    return zone_clock(fate.zone).local(fate.send_at).isoformat()


def _most_first(counted: Counter[Name]) -> dict[Name, int]:
    """By falling count; what is equally frequent by name."""
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))
