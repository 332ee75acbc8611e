"""One customer's competitors around one ledger: who gets which slot, and who refused the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from touchpoints.core.calendar import Ints, ZoneClock, zone_clock
from touchpoints.core.caps import Entry, Ledger
from touchpoints.core.columns import Bools, Committed, Floats, Words
from touchpoints.core.gate import Case
from touchpoints.core.hours import intersect
from touchpoints.core.limitwords import limit_in_words
from touchpoints.core.phrase import Phrase
from touchpoints.core.search import Contender, Way, settle
from touchpoints.core.timetable import ALWAYS, Slot, SlotKey, Slots, Timetable, first_minute


@dataclass(frozen=True, slots=True)
class Awards:
    """For each candidate the route it got (-1: none), the instant, the score; else why not."""

    route: Ints
    at: Ints
    score: Floats
    reason: Words
    detail: Words
    next_allowed: Ints

    @classmethod
    def none(cls, count: int) -> Awards:
        """No slots and no reasons yet, for `count` candidates."""
        return cls(
            np.full(count, -1, dtype=np.int64),
            np.zeros(count, dtype=np.int64),
            np.zeros(count, dtype=np.float64),
            np.full(count, None, dtype=object),
            np.full(count, None, dtype=object),
            np.zeros(count, dtype=np.int64),
        )


@dataclass(frozen=True, slots=True)
class Race:
    """What arbitration works on: the case, the routes that are open, and what already counts."""

    case: Case
    open: Bools
    committed: Committed
    timetable: Timetable
    keys: tuple[SlotKey, ...]


def committed_entries(committed: Committed, customer: int, clock: ZoneClock) -> Iterator[Entry]:
    """What already counts for one customer, with local dates by their clock."""
    start, end = np.searchsorted(committed.customer, (customer, customer + 1))
    for row in range(int(start), int(end)):
        at, limits = int(committed.at[row]), int(committed.limits[row])
        yield Entry(at, clock.local_day(at), limits, str(committed.label[row]))


class Contest:
    """One customer's competitors around one ledger."""

    def __init__(self, race: Race, customer: int) -> None:
        self._race, self._case = race, race.case
        customers = race.case.customers
        self._clock: ZoneClock = zone_clock(customers.zones[customers.zone[customer]])
        wishes = customers.wishes[customers.wish[customer]]
        limits = race.case.rulebook.limits_with(wishes.own_cap)
        self._ledger = Ledger(limits, committed_entries(race.committed, customer, self._clock))

    def serve(self, routes: Sequence[int], awards: Awards) -> None:
        """Settle who gets which slot, and say for the others which limit refused them."""
        contenders = []
        for contender in self._contenders(routes):
            if contender.ways:
                contenders.append(contender)
            else:
                awards.reason[contender.candidate] = "no_time"
                awards.detail[contender.candidate] = Phrase("time_passed")
        placed = settle(contenders, self._ledger)
        for placement in placed:
            number = placement.contender.candidate
            awards.route[number] = placement.way.route
            awards.at[number] = placement.at
            awards.score[number] = placement.score
        taken = {placement.contender.candidate for placement in placed}
        for contender in contenders:
            if contender.candidate not in taken:
                self._refuse(contender, awards)

    def _contenders(self, routes: Sequence[int]) -> Iterator[Contender]:
        by_candidate: dict[int, list[int]] = {}
        for route in routes:
            by_candidate.setdefault(int(self._case.routes.candidate[route]), []).append(route)
        candidates, rules = self._case.candidates, self._case.rulebook
        for number, its_routes in by_candidate.items():
            touchpoint = int(candidates.touchpoint[number])
            design, category = rules.touchpoints[touchpoint], rules.category_of[touchpoint]
            pinned = bool(candidates.pinned[number])
            not_before = int(candidates.planned_at[number]) if pinned else 0
            ways = tuple(self._ways(its_routes, touchpoint, not_before))
            yield Contender(
                candidate=number,
                priority=design.priority,
                tie=(
                    self._case.slots[self._case.routes.slots[its_routes[0]]].close,
                    design.name,
                    str(candidates.occurrence[number]),
                ),
                ways=ways,
                obeys=category.obeys_caps,
                counts=category.counts,
                label=design.name,
                pinned=pinned,
                defers=design.on_cap == "defer" or pinned,
            )

    def _ways(self, routes: Sequence[int], touchpoint: int, not_before: int) -> Iterator[Way]:
        columns, rules = self._case.routes, self._case.rulebook
        for route in routes:
            slots = self._case.slots[columns.slots[route]]
            if not_before:
                slots = _pinned(slots, not_before, self._case.as_of)
            if slots.days:
                limits = rules.binding(touchpoint, int(columns.channel[route]))
                yield Way(route, int(columns.place[route]), limits, slots)

    def _refuse(self, contender: Contender, awards: Awards) -> None:
        """Tell the limit of the way and day that got furthest, and when it could go."""
        furthest = (-1, 0, 0)
        for way, slot in _attempts(contender):
            room = self._ledger.room(slot, way.limits)
            if room.refused_by > furthest[0]:
                furthest = (room.refused_by, slot.day, first_minute(room.met, slot.at))
        number, day, at = furthest
        awards.reason[contender.candidate] = self._ledger.limits[number].code
        awards.detail[contender.candidate] = self._in_numbers(number, day, at)
        awards.next_allowed[contender.candidate] = self._next_allowed(contender)

    def _in_numbers(self, number: int, day: int, at: int) -> str:
        # Plain text: a phrase keeps its values, 850 bytes more for each of a million withheld.
        counted = self._ledger.counted(number, day, at)
        return str(limit_in_words(self._ledger.limits[number], counted, self._clock))

    def _next_allowed(self, contender: Contender) -> int:
        found = ALWAYS
        for way in contender.ways:
            key = self._race.keys[int(self._case.routes.slots[way.route])]
            day = way.slots.days[0].day
            for _ in range(60):
                day = self._ledger.next_free_day(day, way.limits)
                slot = self._race.timetable.later(key, day)
                spans = self._ledger.room(slot, way.limits).spans if slot else ()
                if slot and spans:
                    found = min(found, first_minute(spans, slot.at))
                    break
                day += 1
        return 0 if found == ALWAYS else found


def _attempts(contender: Contender) -> Iterator[tuple[Way, Slot]]:
    """The slots that a contender may take; one that does not defer has a single minute."""
    for way in contender.ways:
        if contender.defers:
            yield from ((way, slot) for slot in way.slots.days)
        else:
            slot = way.slots.days[0]
            yield way, replace(slot, spans=((slot.first(), slot.first() + 60),))


def _pinned(slots: Slots, at: int, as_of: int) -> Slots:
    """What is about to go out keeps its minute; once that has passed, any later one will do."""
    until = at + 60 if at >= as_of - as_of % 60 else ALWAYS
    days = []
    for slot in slots.days:
        spans = intersect(slot.spans, ((at, until),))
        if spans:
            days.append(replace(slot, at=max(at, spans[0][0]), spans=spans))
    return replace(slots, days=tuple(days))
