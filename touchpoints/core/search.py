"""The greatest total score for some customers: best-score-first, then a bounded search for more.

Most customers never come here: with one candidate and nothing counted there is nothing to weigh.
`settle` is the one function that a stronger optimiser would replace.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import permutations

from touchpoints.core.caps import Ledger
from touchpoints.core.contender import Contender, Option, Placement
from touchpoints.core.timetable import first_minute

STEPS = 2_000
"""Options that the search may try for one customer; past that the best found so far stands."""
WEIGHED = 40
"""Contenders of one customer up to which the search is tried; it goes as deep as there are."""
PERMUTED = 4
"""Contenders up to which every order of placing is tried: the gap makes the order matter."""

_EPSILON = 1e-9


@dataclass(slots=True)
class _Search:
    """The state of one depth-first search over contenders in a fixed order."""

    ledger: Ledger
    order: Sequence[Contender]
    best: list[Placement]
    best_total: float
    steps: int
    chosen: list[Placement] = field(default_factory=list)
    bounds: list[float] = field(default_factory=list)

    def run(self) -> None:
        """Look for a better total until all is tried or the steps are used up."""
        self.bounds = [0.0]
        for contender in reversed(self.order):
            self.bounds.append(self.bounds[-1] + contender.options[0].weight)
        self.bounds.reverse()
        self._descend(0, 0.0)

    def _descend(self, depth: int, total: float) -> None:
        if total > self.best_total + _EPSILON:
            self.best, self.best_total = list(self.chosen), total
        if depth == len(self.order) or self.steps <= 0:
            return
        if total + self.bounds[depth] <= self.best_total + _EPSILON:
            return
        contender = self.order[depth]
        for option in contender.options:
            self.steps -= 1
            placement = place(contender, option, self.ledger)
            if placement is not None:
                entry = placement.entry()
                self.ledger.add(entry)
                self.chosen.append(placement)
                self._descend(depth + 1, total + option.weight)
                self.chosen.pop()
                self.ledger.remove(entry)
        self._descend(depth + 1, total)


def place(contender: Contender, option: Option, ledger: Ledger) -> Placement | None:
    """The contender in this option's first minute that breaks no limit, or None."""
    slot, way = option.slot, option.way
    if not contender.obeys:
        return Placement(contender, option, slot.first())
    slot = contender.within(slot)
    if contender.tried is None:
        spans = ledger.room(slot, way.limits, way.reach, way.uses).spans
    else:
        with ledger.without(contender.tried):
            spans = ledger.room(slot, way.limits, way.reach, way.uses).spans
    if not contender.pinned:
        spans = ledger.spread(spans, way.uses)
    return Placement(contender, option, first_minute(spans, slot.at)) if spans else None


def hold(contenders: Sequence[Contender], ledger: Ledger, *, obeying: bool) -> list[Placement]:
    """The slots of what obeys no limits, or else of what is about to go out: these come first."""
    first = [each for each in contenders if each.obeys is obeying and (each.pinned or not obeying)]
    return _best_first(first, ledger)


def settle(contenders: Sequence[Contender], ledger: Ledger) -> list[Placement]:
    """Who of the rest gets which slot; the ledger ends with all that was placed counted in it.

    They are settled for the greatest total weight. Never worse than best-score-first, and maximal:
    nobody who is left could be added. What obeys limits but does not count takes room from nobody,
    and is placed last.
    """
    placed: list[Placement] = []
    if not contenders:
        return placed
    rest = [each for each in contenders if each.obeys and not each.pinned]
    for counting in (True, False):
        placed += _weigh([each for each in rest if each.counts is counting], ledger)
    return placed


def _weigh(rest: Sequence[Contender], ledger: Ledger) -> list[Placement]:
    if not rest:
        return []
    best = _seeded(rest, ledger)
    total, hoped = _total(best), sum(each.options[0].weight for each in rest)
    if not 1 < len(rest) <= WEIGHED or hoped <= total + _EPSILON:
        return best
    for placement in best:
        ledger.remove(placement.entry())
    orders = _orders(rest)
    for order in orders:
        search = _Search(ledger, order, best, total, STEPS // len(orders))
        search.run()
        best, total = search.best, search.best_total
        if hoped <= total + _EPSILON:
            break
    for placement in best:
        ledger.add(placement.entry())
    taken = {each.contender.candidate for each in best}
    return best + _best_first([each for each in rest if each.candidate not in taken], ledger)


def _seeded(rest: Sequence[Contender], ledger: Ledger) -> list[Placement]:
    """Best-score-first, or what is planned already and the others around it if that weighs more."""
    greedy = _best_first(rest, ledger)
    if not any(option.kept for each in rest for option in each.options):
        return greedy
    for placement in greedy:
        ledger.remove(placement.entry())
    kept = _best_first(rest, ledger, only_kept=True)
    taken = {each.contender.candidate for each in kept}
    kept += _best_first([each for each in rest if each.candidate not in taken], ledger)
    if _total(kept) >= _total(greedy) - _EPSILON:
        return kept
    for placement in kept:
        ledger.remove(placement.entry())
    for placement in greedy:
        ledger.add(placement.entry())
    return greedy


def _total(placed: Sequence[Placement]) -> float:
    return sum(each.option.weight for each in placed)


def _orders(rest: Sequence[Contender]) -> list[Sequence[Contender]]:
    """The orders of placing that are tried: all of a few contenders, else by what is pressing."""
    by_score = sorted(rest, key=lambda each: (each.options[0].rank, each.tie))
    if len(rest) <= PERMUTED:
        return list(permutations(by_score))
    by_close = sorted(rest, key=lambda each: each.tie)
    by_open = sorted(rest, key=lambda each: (each.opens, each.tie))
    return [by_score, by_close, by_open]


def _best_first(
    contenders: Sequence[Contender], ledger: Ledger, *, only_kept: bool = False
) -> list[Placement]:
    placed: dict[int, Placement] = {}
    for contender, option in _all_options(contenders):
        if contender.candidate not in placed and (option.kept or not only_kept):
            placement = place(contender, option, ledger)
            if placement is not None:
                placed[contender.candidate] = placement
                ledger.add(placement.entry())
    return list(placed.values())


def _all_options(contenders: Sequence[Contender]) -> Iterator[tuple[Contender, Option]]:
    pairs = [(each, option) for each in contenders for option in each.options]
    pairs.sort(
        key=lambda pair: (
            pair[1].rank,
            pair[0].tie,
            not pair[1].kept,
            pair[1].way.place,
            pair[1].slot.day,
        )
    )
    return iter(pairs)
