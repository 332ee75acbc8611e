"""Who competes for a slot: a candidate, the ways that it may take, and where it is placed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from touchpoints.core.capacity import NOTHING, Uses
from touchpoints.core.caps import Entry, Reach
from touchpoints.core.timetable import Slot


@dataclass(frozen=True, slots=True)
class Way:
    """One channel that a contender may take, whom it reaches, and what binds it there."""

    route: int
    channel: int
    place: int
    limits: int
    reach: Reach
    uses: Uses = NOTHING


@dataclass(frozen=True, slots=True)
class Option:
    """A way on one local day; `kept` says that it is planned so, and may stay at its minute.

    `score` is what it is worth, `weight` what it counts when options are compared.
    """

    score: float
    weight: float
    way: Way
    slot: Slot
    kept: bool = False

    @property
    def rank(self) -> float:
        """Ascending from the best; equal weights are equal here whatever their last bits say."""
        return -round(self.weight, 9)


@dataclass(frozen=True, slots=True)
class Contender:
    """A candidate that passed every gate and now wants a slot; its options stand best first.

    A `pinned` contender is about to go out: it has one way, and is placed before the others.
    One that does not `defer` takes its first minute or nothing. A `shadow` is placed when all is
    settled, and takes room from nobody. `tried` is how an attempt of its own counts that may have
    got through: for others, not for itself.
    """

    candidate: int
    tie: tuple[int, str, str, str]
    options: tuple[Option, ...]
    obeys: bool
    counts: bool
    label: str
    pinned: bool = False
    defers: bool = True
    shadow: bool = False
    tried: Entry | None = None

    @property
    def opens(self) -> int:
        """The first instant at which it may go."""
        return min(option.slot.first() for option in self.options)

    def within(self, slot: Slot) -> Slot:
        """What it may take of a slot: all, or the one minute of what does not defer."""
        if self.defers:
            return slot
        first = slot.first()
        return replace(slot, spans=((first, first + 60),))


@dataclass(frozen=True, slots=True)
class Placement:
    """A contender's slot: the option it takes, and the instant."""

    contender: Contender
    option: Option
    at: int

    @property
    def way(self) -> Way:
        """The channel it takes."""
        return self.option.way

    def entry(self) -> Entry:
        """How this placement counts for the others."""
        way = self.way
        limits = way.limits if self.contender.counts else 0
        day = self.option.slot.day
        return Entry(self.at, day, limits, self.contender.label, way.reach, way.uses)
