"""Every way to send a candidate, as flat columns: all that a better optimiser needs to know.

An option is a channel on a local day, from the first minute that hours allow, and what it is worth:
priority × 0.8^(place of the channel in the customer's order) × 0.9^(days after the first).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from touchpoints.core.calendar import Ints
from touchpoints.core.columns import Bools, Floats
from touchpoints.core.gate import Case
from touchpoints.core.hours import intersect
from touchpoints.core.timetable import ALWAYS, Slot, Slots

DAY_WORTH = 0.9
PLACE_WORTH = 0.8


@dataclass(frozen=True, slots=True)
class Options:
    """o options, those of a customer together, of a candidate best first.

    `minute` is an instant in seconds, `slot` a place in `slots`, where the allowed minutes of that
    day stand. `kept` are those that are planned already: they stay at their minute, and `weight` is
    their score and what moving them must gain; of all others it is the score.
    """

    customer: Ints
    candidate: Ints
    route: Ints
    channel: Ints
    day: Ints
    minute: Ints
    score: Floats
    weight: Floats
    kept: Bools
    slot: Ints
    slots: tuple[Slot, ...]

    def __len__(self) -> int:
        return len(self.candidate)


def worth(base: float, times: int) -> float:
    """`base` to a whole power by repeated multiplication: the same bits on every machine."""
    result = 1.0
    for _ in range(times):
        result *= base
    return result


def options_of(case: Case, routes: Ints, *, first_day_only: bool = False) -> Options:
    """The options of these routes; a candidate alone needs none but the first day of each."""
    entries, entry = _entries(case, routes)
    counts = [min(1, len(each.days)) if first_day_only else len(each.days) for each in entries]
    slots = tuple(slot for each, n in zip(entries, counts, strict=True) for slot in each.days[:n])
    starts, count = np.cumsum([0, *counts])[:-1], np.asarray(counts, dtype=np.int64)
    taken = np.where(_deferring(case, routes), count[entry], np.minimum(count[entry], 1))
    row = np.repeat(np.arange(len(routes)), taken)
    within = np.arange(len(row)) - np.repeat(np.cumsum(taken) - taken, taken)
    slot = starts[entry][row] + within
    kept = np.zeros(len(row), dtype=bool)
    if not first_day_only:
        row, slot, kept, slots = _with_kept(case, routes, (row, slot, slots))
    return _ordered(case, routes[row], (slot, slots, kept))


def _entries(case: Case, routes: Ints) -> tuple[list[Slots], Ints]:
    """The entries of the timetable that the routes use, those of pinned messages cut down."""
    entries, entry = list(case.slots), case.routes.slots[routes].copy()
    candidate = case.routes.candidate[routes]
    places: dict[tuple[int, int], int] = {}
    for number in np.flatnonzero(case.candidates.pinned[candidate]).tolist():
        key = int(entry[number]), int(case.candidates.planned_at[candidate[number]])
        if key not in places:
            places[key] = len(entries)
            entries.append(_pinned(entries[key[0]], key[1], case.as_of))
        entry[number] = places[key]
    return entries, entry


def _pinned(slots: Slots, at: int, as_of: int) -> Slots:
    """What is about to go out keeps its minute; once that has passed, any later one will do."""
    until = at + 60 if at >= as_of - as_of % 60 else ALWAYS
    days = []
    for slot in slots.days:
        spans = intersect(slot.spans, ((at, until),))
        if spans:
            days.append(replace(slot, at=max(at, spans[0][0]), spans=spans))
    return replace(slots, days=tuple(days))


def _deferring(case: Case, routes: Ints) -> Bools:
    """Which routes may take a later day: all but those of touchpoints that drop at a full cap."""
    defers = np.asarray([each.on_cap == "defer" for each in case.rulebook.touchpoints], dtype=bool)
    pinned: Bools = case.candidates.pinned[case.routes.candidate[routes]]
    deferring: Bools = defers[case.routes.touchpoint[routes]] | pinned
    return deferring


_Flat = tuple[Ints, Ints, tuple[Slot, ...]]


def _with_kept(case: Case, routes: Ints, flat: _Flat) -> tuple[Ints, Ints, Bools, tuple[Slot, ...]]:
    """One more option for each message that is planned already and could stay where it is."""
    row, slot, slots = flat
    candidates, candidate = case.candidates, case.routes.candidate[routes]
    planned = candidates.planned[candidate] == case.routes.channel[routes]
    own, more = list[int](), list[Slot]()
    for number in np.flatnonzero(planned & ~candidates.pinned[candidate]).tolist():
        at = int(candidates.planned_at[candidate[number]])
        for day in case.slots[case.routes.slots[routes[number]]].days:
            if any(start <= at < end for start, end in day.spans):
                own.append(number)
                more.append(replace(day, at=at, spans=((at, at + 60),)))
    kept = np.append(np.zeros(len(row), dtype=bool), np.ones(len(own), dtype=bool))
    row = np.append(row, np.asarray(own, dtype=np.int64))
    slot = np.append(slot, np.arange(len(slots), len(slots) + len(more), dtype=np.int64))
    return row, slot, kept, (*slots, *more)


def _ordered(case: Case, routes: Ints, of: tuple[Ints, tuple[Slot, ...], Bools]) -> Options:
    slot, slots, kept = of
    day = np.asarray([each.day for each in slots], dtype=np.int64)[slot]
    late = np.asarray([each.late for each in slots], dtype=np.int64)[slot]
    minute = np.asarray([each.first() for each in slots], dtype=np.int64)[slot]
    score = _scores(case, routes, late)
    weight = np.where(kept, score * (1 + case.rulebook.policy.keep), score)
    columns, place = case.routes, case.routes.place[routes]
    candidate = columns.candidate[routes]
    order = np.lexsort((day, place, ~kept, -np.round(weight, 9), candidate))
    return Options(
        customer=columns.customer[routes][order],
        candidate=candidate[order],
        route=routes[order],
        channel=columns.channel[routes][order],
        day=day[order],
        minute=minute[order],
        score=score[order],
        weight=weight[order],
        kept=kept[order],
        slot=slot[order],
        slots=slots,
    )


def _scores(case: Case, routes: Ints, late: Ints) -> Floats:
    place = case.routes.place[routes]
    by_place = _powers(PLACE_WORTH, int(place.max(initial=0)))
    by_day = _powers(DAY_WORTH, int(late.max(initial=0)))
    priority = np.asarray([each.priority for each in case.rulebook.touchpoints], dtype=np.float64)
    scores: Floats = priority[case.routes.touchpoint[routes]] * by_place[place] * by_day[late]
    return scores


def _powers(base: float, most: int) -> Floats:
    return np.asarray([worth(base, times) for times in range(most + 1)], dtype=np.float64)


def slices(values: Ints) -> Sequence[tuple[int, int]]:
    """Where the runs of equal neighbours begin and end."""
    if not len(values):
        return ()
    edges = np.flatnonzero(np.diff(values)) + 1
    return tuple(zip([0, *edges.tolist()], [*edges.tolist(), len(values)], strict=True))
