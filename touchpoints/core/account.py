"""What counts for one candidate's customer without the candidate: its caps, gap and rivals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from touchpoints.core.calendar import zone_clock
from touchpoints.core.caps import Entry, Ledger, Reach
from touchpoints.core.finding import Finding, Rival
from touchpoints.core.known import NOTHING_KNOWN, Known
from touchpoints.core.limitwords import limit_in_words
from touchpoints.core.options import DAY_WORTH, PLACE_WORTH, worth
from touchpoints.core.phrase import Phrase
from touchpoints.core.plan import Plan
from touchpoints.core.race import committed_entries
from touchpoints.core.rulebook import UNLIMITED, Limit
from touchpoints.core.sharing import sharers
from touchpoints.core.timetable import Slot, first_minute


class Account:
    """The ledger of one candidate's customer, as if the candidate were not there."""

    def __init__(self, plan: Plan, number: int, known: Known = NOTHING_KNOWN) -> None:
        case = plan.case
        self._plan, self._number, self._known = plan, number, known
        self._customer = int(case.candidates.customer[number])
        self._touchpoint = int(case.candidates.touchpoint[number])
        self._clock = zone_clock(case.customers.zone_of(self._customer))
        wishes = case.customers.wishes[int(case.customers.wish[self._customer])]
        self._members = sharers(case.customers, self._customer)
        planned = tuple(self._entries_of_the_plan())
        self._planned = dict(planned)
        committed = (
            entry
            for row in self._members
            for entry in committed_entries(case.customers, plan.committed, row)
        )
        limits = dict.fromkeys(self._members, case.rulebook.limits_with(wishes.own_cap))
        self._ledger = Ledger(limits, (*committed, *(entry for entry, _ in planned)))
        self._obeys = case.rulebook.category_of[self._touchpoint].obeys_caps

    @cached_property
    def worth(self) -> float | None:
        """What it is worth at its best, on a channel that no gate closes; None where all are."""
        case, routes = self._plan.case, self._plan.case.routes
        open_ = np.flatnonzero((routes.candidate == self._number) & (self._plan.refusals == 0))
        design = case.rulebook.touchpoints[self._touchpoint]
        found = [
            design.priority
            * worth(PLACE_WORTH, int(routes.place[route]))
            * worth(DAY_WORTH, self._days(route)[0].late)
            for route in open_.tolist()
            if self._days(route)
        ]
        return max(found, default=None)

    def limits_of(self, route: int) -> Iterator[Finding]:
        """Every cap and the gap that bind a route, where it went or came furthest.

        Each limit is asked for what the limits before it left; behind the first that leaves
        nothing, for itself.
        """
        slot, reach = self._slot_of(route), self._reach(route)
        spans = slot.spans
        for place, limit in self._binding(route):
            left = replace(slot, spans=spans)
            room = self._ledger.room(left, 1 << place, reach)
            if room.spans:
                there = replace(slot, spans=room.spans)
                met = self._ledger.fullest(place, reach, slot.day, there.first())
            else:
                met = self._ledger.counted(place, reach, slot.day, first_minute(room.met, slot.at))
            yield self._finding(route, limit, met, passed=bool(room.spans))
            spans = room.spans or slot.spans
        yield from self._capacities(route, replace(slot, spans=spans))

    def _capacities(self, route: int, slot: Slot) -> Iterator[Finding]:
        """The line and the channel that a route takes of, where they can take only so much."""
        rules, load = self._plan.case.rulebook, self._plan.load
        channel = int(self._plan.case.routes.channel[route])
        went = int(self._plan.awards.route[self._number]) == route
        if load is None:
            return
        for number, weight in rules.uses(self._touchpoint, channel):
            resource = rules.resources[number]
            passed = went or not self._obeys or bool(load.free(number, weight, slot.spans))
            words = Phrase("free" if passed else "taken", capacity=str(resource.capacity))
            yield Finding(resource.code, rules.channels[channel], passed, words)

    def waits_for(self) -> Finding | None:
        """The limit that keeps what goes out from its first allowed minute, if one does."""
        awards, route = self._plan.awards, int(self._plan.awards.route[self._number])
        if route < 0:
            return None
        slot = self._days(route)[0]
        first = slot.first()
        if first >= int(awards.at[self._number]):
            return None
        there, reach = replace(slot, spans=((first, first + 60),)), self._reach(route)
        for place, limit in self._binding(route):
            if not self._ledger.room(there, 1 << place, reach).spans:
                met = self._ledger.counted(place, reach, slot.day, first)
                return self._finding(route, limit, met, passed=False)
        return None

    def _binding(self, route: int) -> Iterator[tuple[int, Limit]]:
        """The limits that bind a route and can refuse at all, with their places."""
        if self._obeys:
            rules = self._plan.case.rulebook
            bits = rules.binding(self._touchpoint, int(self._plan.case.routes.channel[route]))
            for place, limit in enumerate(self._ledger.limits(self._reach(route))):
                if bits >> place & 1 and limit.max < UNLIMITED:
                    yield place, limit

    def _finding(self, route: int, limit: Limit, met: Sequence[Entry], *, passed: bool) -> Finding:
        channel = self._plan.case.rulebook.channels[int(self._plan.case.routes.channel[route])]
        words = limit_in_words(limit, met, self._clock)
        rivals = tuple(self._rival(each) for each in met)
        return Finding(limit.code, channel, passed, words, rivals)

    def _rival(self, entry: Entry) -> Rival:
        number = self._planned.get(entry)
        if number is not None:
            occurrence = str(self._plan.case.candidates.occurrence[number])
            score = float(self._plan.awards.score[number])
            return Rival(entry.label, entry.at, occurrence, score)
        sent = self._known.sent.get((entry.label, entry.at))
        if sent is None:
            return Rival(entry.label, entry.at, sent=True)
        return Rival(entry.label, entry.at, sent.occurrence, sent.score, sent=True)

    def _days(self, route: int) -> tuple[Slot, ...]:
        return self._plan.case.slots[int(self._plan.case.routes.slots[route])].days

    def _slot_of(self, route: int) -> Slot:
        """Where it went, if this way; else the same day, or the one on which it came furthest."""
        awards, days = self._plan.awards, self._days(route)
        if int(awards.route[self._number]) < 0:
            return self._furthest(route)
        at = int(awards.at[self._number])
        slot = next((each for each in days if each.day == self._clock.local_day(at)), days[0])
        went = int(awards.route[self._number]) == route
        return replace(slot, spans=((at, at + 60),)) if went else slot

    def _furthest(self, route: int) -> Slot:
        """The day on which the most limits let it pass; what does not defer has one minute."""
        rules, days = self._plan.case.rulebook, self._days(route)
        if rules.touchpoints[self._touchpoint].on_cap == "drop":
            first = days[0].first()
            return replace(days[0], spans=((first, first + 60),))
        bits = rules.binding(self._touchpoint, int(self._plan.case.routes.channel[route]))
        reach = self._reach(route)
        return max(days, key=lambda slot: self._ledger.room(slot, bits, reach).refused_by)

    def _reach(self, route: int) -> Reach:
        channel = int(self._plan.case.routes.channel[route])
        return Reach(self._customer, self._plan.case.customers.address_of(self._customer, channel))

    def _entries_of_the_plan(self) -> Iterator[tuple[Entry, int]]:
        """What the plan sends and counts, also to those who share an address, with candidates."""
        plan, case = self._plan, self._plan.case
        sends = np.isin(case.candidates.customer, self._members) & plan.sends
        for number in np.flatnonzero(sends).tolist():
            touchpoint = int(case.candidates.touchpoint[number])
            if number != self._number and case.rulebook.category_of[touchpoint].counts:
                row = int(case.candidates.customer[number])
                channel = int(case.routes.channel[int(plan.awards.route[number])])
                limits = case.rulebook.binding(touchpoint, channel)
                name = case.rulebook.touchpoints[touchpoint].name
                at, clock = int(plan.awards.at[number]), zone_clock(case.customers.zone_of(row))
                reach = Reach(row, case.customers.address_of(row, channel))
                yield Entry(at, clock.local_day(at), limits, name, reach), number
