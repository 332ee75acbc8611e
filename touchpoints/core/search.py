"""The greatest total score for one customer: best-score-first, then a bounded search for more.

Most customers never come here: with one candidate and nothing counted there is nothing to weigh.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations

from touchpoints.core.caps import Entry, Ledger
from touchpoints.core.timetable import Slot, Slots, first_minute

DAY_WORTH = 0.9
PLACE_WORTH = 0.8
STEPS = 2_000
"""Options that the search may try for one customer; past that the best found so far stands."""
WEIGHED = 40
"""Contenders of one customer up to which the search is tried; it goes as deep as there are."""
PERMUTED = 4
"""Contenders up to which every order of placing is tried: the gap makes the order matter."""

_EPSILON = 1e-9


def worth(base: float, times: int) -> float:
    """`base` to a whole power by repeated multiplication: the same bits on every machine."""
    result = 1.0
    for _ in range(times):
        result *= base
    return result


@dataclass(frozen=True, slots=True)
class Way:
    """One channel that a contender may take, with the limits that bind it and its allowed time."""

    route: int
    place: int
    limits: int
    slots: Slots


@dataclass(frozen=True, slots=True)
class Contender:
    """A candidate that passed every gate and now wants a slot.

    A `pinned` contender is about to go out: it has one way, and is placed before the others.
    One that does not `defer` takes its first minute or nothing.
    """

    candidate: int
    priority: int
    tie: tuple[int, str, str]
    ways: tuple[Way, ...]
    obeys: bool
    counts: bool
    label: str
    pinned: bool = False
    defers: bool = True


@dataclass(frozen=True, slots=True)
class Placement:
    """A contender's slot: the way it takes, the local day, the instant, and what that is worth."""

    contender: Contender
    way: Way
    day: int
    at: int
    score: float

    def entry(self) -> Entry:
        """How this placement counts for the others."""
        limits = self.way.limits if self.contender.counts else 0
        return Entry(self.at, self.day, limits, self.contender.label)


@dataclass(frozen=True, slots=True)
class Option:
    """A way on one local day, and what it is worth."""

    score: float
    way: Way
    slot: Slot

    @property
    def rank(self) -> float:
        """Ascending from the best; equal scores are equal here whatever their last bits say."""
        return -round(self.score, 9)


def options_of(contender: Contender) -> tuple[Option, ...]:
    """All options of a contender, best first; ties by place in the customer's order, then day."""
    found = [
        Option(
            contender.priority * worth(PLACE_WORTH, way.place) * worth(DAY_WORTH, slot.late),
            way,
            slot,
        )
        for way in contender.ways
        for slot in (way.slots.days if contender.defers else way.slots.days[:1])
    ]
    return tuple(sorted(found, key=lambda each: (each.rank, each.way.place, each.slot.day)))


@dataclass(slots=True)
class _Search:
    """The state of one depth-first search over contenders in a fixed order."""

    ledger: Ledger
    order: Sequence[tuple[Contender, tuple[Option, ...]]]
    best: list[Placement]
    best_total: float
    steps: int
    chosen: list[Placement] = field(default_factory=list)
    bounds: list[float] = field(default_factory=list)

    def run(self) -> None:
        """Look for a better total until all is tried or the steps are used up."""
        self.bounds = [0.0]
        for _, options in reversed(self.order):
            self.bounds.append(self.bounds[-1] + (options[0].score if options else 0.0))
        self.bounds.reverse()
        self._descend(0, 0.0)

    def _descend(self, depth: int, total: float) -> None:
        if total > self.best_total + _EPSILON:
            self.best, self.best_total = list(self.chosen), total
        if depth == len(self.order) or self.steps <= 0:
            return
        if total + self.bounds[depth] <= self.best_total + _EPSILON:
            return
        contender, options = self.order[depth]
        for option in options:
            self.steps -= 1
            placement = place(contender, option, self.ledger)
            if placement is not None:
                entry = placement.entry()
                self.ledger.add(entry)
                self.chosen.append(placement)
                self._descend(depth + 1, total + option.score)
                self.chosen.pop()
                self.ledger.remove(entry)
        self._descend(depth + 1, total)


def place(contender: Contender, option: Option, ledger: Ledger) -> Placement | None:
    """The contender in this option's first minute that breaks no limit, or None."""
    slot, way = option.slot, option.way
    if not contender.obeys:
        at: int | None = slot.first()
    else:
        spans = ledger.room(slot, way.limits).spans
        at = first_minute(spans, slot.at) if spans else None
        if not contender.defers and at != slot.first():
            at = None
    return None if at is None else Placement(contender, way, slot.day, at, option.score)


def settle(contenders: Sequence[Contender], ledger: Ledger) -> list[Placement]:
    """Who gets which slot; the ledger ends with everything that was placed counted in it.

    What obeys no limits goes first, then what is about to go out, then the rest for the greatest
    total score. Never worse than best-score-first, and maximal: nobody who is left could be added.
    What obeys limits but does not count takes room from nobody, and is placed last.
    """
    placed: list[Placement] = []
    free = [each for each in contenders if not each.obeys]
    pinned = [each for each in contenders if each.obeys and each.pinned]
    rest = [each for each in contenders if each.obeys and not each.pinned]
    for group in (free, pinned):
        placed += _best_first(group, ledger)
    for counting in (True, False):
        placed += _weigh([each for each in rest if each.counts is counting], ledger)
    return placed


def _weigh(rest: Sequence[Contender], ledger: Ledger) -> list[Placement]:
    choices = {each.candidate: options_of(each) for each in rest}
    greedy = _best_first(rest, ledger)
    total = sum(each.score for each in greedy)
    hoped = sum(options[0].score for options in choices.values() if options)
    if not 1 < len(rest) <= WEIGHED or hoped <= total + _EPSILON:
        return greedy
    for placement in greedy:
        ledger.remove(placement.entry())
    best, orders = greedy, _orders(rest, choices)
    for order in orders:
        pairs = [(each, choices[each.candidate]) for each in order]
        search = _Search(ledger, pairs, best, total, STEPS // len(orders))
        search.run()
        best, total = search.best, search.best_total
        if hoped <= total + _EPSILON:
            break
    for placement in best:
        ledger.add(placement.entry())
    taken = {each.contender.candidate for each in best}
    left = [each for each in rest if each.candidate not in taken]
    return best + _best_first(left, ledger)


def _orders(
    rest: Sequence[Contender], choices: Mapping[int, Sequence[Option]]
) -> list[Sequence[Contender]]:
    """The orders of placing that are tried: all of a few contenders, else by what is pressing."""
    by_score = sorted(rest, key=lambda each: (choices[each.candidate][0].rank, each.tie))
    if len(rest) <= PERMUTED:
        return list(permutations(by_score))
    by_close = sorted(rest, key=lambda each: each.tie)
    by_open = sorted(rest, key=lambda each: (each.ways[0].slots.days[0].first(), each.tie))
    return [by_score, by_close, by_open]


def _best_first(contenders: Sequence[Contender], ledger: Ledger) -> list[Placement]:
    placed: dict[int, Placement] = {}
    for contender, option in _all_options(contenders):
        if contender.candidate not in placed:
            placement = place(contender, option, ledger)
            if placement is not None:
                placed[contender.candidate] = placement
                ledger.add(placement.entry())
    return list(placed.values())


def _all_options(contenders: Sequence[Contender]) -> Iterator[tuple[Contender, Option]]:
    pairs = [(each, option) for each in contenders for option in options_of(each)]
    pairs.sort(key=lambda pair: (pair[1].rank, pair[0].tie, pair[1].way.place, pair[1].slot.day))
    return iter(pairs)
