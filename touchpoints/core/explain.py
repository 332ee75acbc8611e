"""Why: for each candidate every gate in order with its numbers, and who took the slot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from touchpoints.core.calendar import zone_clock
from touchpoints.core.caps import Entry, Ledger, Reach
from touchpoints.core.contest import committed_entries
from touchpoints.core.decision import Decision
from touchpoints.core.gate import first_refusal
from touchpoints.core.plan import Plan
from touchpoints.core.rulebook import GAP, UNLIMITED, Limit
from touchpoints.core.sharing import sharers
from touchpoints.core.timetable import Slot


@dataclass(frozen=True, slots=True)
class Finding:
    """What one gate, cap or gap says on one channel."""

    gate: str
    channel: str
    passed: bool
    detail: str

    def as_line(self) -> dict[str, Any]:
        """The finding as plain values for JSON."""
        return {
            "gate": self.gate,
            "channel": self.channel,
            "passed": self.passed,
            "detail": self.detail,
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """One candidate's decision, and what every gate said on every channel, in order.

    `opens` and `closes` are the instants of its window; `waits_for` tells, of what goes out later
    than its hours would let it, which limit stands before that.
    """

    decision: Decision
    opens: int
    closes: int
    findings: tuple[Finding, ...]
    waits_for: Finding | None = None

    def as_line(self) -> dict[str, Any]:
        """The decision's JSON line with `window`, `gates` and `waits_for`."""
        clock = zone_clock(self.decision.zone)
        return self.decision.as_line() | {
            "window": [clock.local(at).isoformat() for at in (self.opens, self.closes)],
            "gates": [finding.as_line() for finding in self.findings],
            "waits_for": None if self.waits_for is None else self.waits_for.as_line(),
        }


def explain(plan: Plan) -> Iterator[Explanation]:
    """Explain every candidate of a plan, also those that the audience leaves out."""
    codes = plan.reason_codes()
    first = first_refusal(plan.refusals, len(plan.gates))
    routes = plan.case.routes
    for number in range(len(plan)):
        its_routes = np.flatnonzero(routes.candidate == number)
        ordered = its_routes[np.argsort(routes.place[its_routes], kind="stable")]
        account = _Account(plan, number)
        findings: list[Finding] = []
        for route in ordered.tolist():
            findings += _gates(plan, route, int(first[route]))
            if first[route] == len(plan.gates):
                findings += account.limits_of(route)
        opens, closes = plan.windows[number].tolist()
        decision = plan.decision(number, codes[number])
        yield Explanation(decision, opens, closes, tuple(findings), account.waits_for())


def _gates(plan: Plan, route: int, first: int) -> Iterator[Finding]:
    """The gates in order, up to the first that refuses."""
    channel = plan.case.rulebook.channels[int(plan.case.routes.channel[route])]
    for gate in plan.gates[:first]:
        yield Finding(gate.code, channel, True, "")
    if first < len(plan.gates):
        gate = plan.gates[first]
        yield Finding(gate.code, channel, False, gate.detail(plan.case, route))


class _Account:
    """What counts for one candidate's customer without the candidate itself."""

    def __init__(self, plan: Plan, number: int) -> None:
        case = plan.case
        self._plan, self._number = plan, number
        self._customer = int(case.candidates.customer[number])
        self._touchpoint = int(case.candidates.touchpoint[number])
        zone = case.customers.zones[int(case.customers.zone[self._customer])]
        self._clock = zone_clock(zone)
        wishes = case.customers.wishes[int(case.customers.wish[self._customer])]
        limits = case.rulebook.limits_with(wishes.own_cap)
        self._members = sharers(case.customers, self._customer)
        self._ledger = Ledger(dict.fromkeys(self._members, limits), self._counted())
        self._obeys = case.rulebook.category_of[self._touchpoint].obeys_caps

    def limits_of(self, route: int) -> Iterator[Finding]:
        """Every cap and the gap that bind a route, where it went or came furthest.

        Each limit is asked for what the limits before it left; behind the first that leaves
        nothing, for itself.
        """
        slot = self._slot_of(route)
        spans = slot.spans
        for place, limit in self._binding(route):
            left = self._ledger.room(
                replace(slot, spans=spans), 1 << place, self._reach(route)
            ).spans
            yield self._finding(route, place, limit, slot, passed=bool(left))
            spans = left or slot.spans

    def waits_for(self) -> Finding | None:
        """The limit that keeps what goes out from its first allowed minute, if one does."""
        awards, route = self._plan.awards, int(self._plan.awards.route[self._number])
        if route < 0:
            return None
        slot = self._days(route)[0]
        first = slot.first()
        if first >= int(awards.at[self._number]):
            return None
        there = replace(slot, spans=((first, first + 60),))
        for place, limit in self._binding(route):
            if not self._ledger.room(there, 1 << place, self._reach(route)).spans:
                return self._finding(route, place, limit, there, passed=False)
        return None

    def _binding(self, route: int) -> Iterator[tuple[int, Limit]]:
        """The limits that bind a route and can refuse at all, with their places."""
        if self._obeys:
            rules = self._plan.case.rulebook
            bits = rules.binding(self._touchpoint, int(self._plan.case.routes.channel[route]))
            for place, limit in enumerate(self._ledger.limits(self._reach(route))):
                if bits >> place & 1 and limit.max < UNLIMITED:
                    yield place, limit

    def _finding(
        self, route: int, place: int, limit: Limit, slot: Slot, *, passed: bool
    ) -> Finding:
        near = self._ledger.fullest(place, self._reach(route), slot.day, slot.first())
        names = [f"{each.label} at {self._clock.minute(each.at)}" for each in near]
        channel = self._plan.case.rulebook.channels[int(self._plan.case.routes.channel[route])]
        return Finding(limit.code, channel, passed, _in_words(limit, names))

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

    def _counted(self) -> Iterator[Entry]:
        """What counts for the customer, and for those who share an address, but for this one."""
        plan, case = self._plan, self._plan.case
        for row in self._members:
            yield from committed_entries(case.customers, plan.committed, row)
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
                yield Entry(at, clock.local_day(at), limits, name, reach)


def _in_words(limit: Limit, names: list[str]) -> str:
    if limit.code == GAP:
        return f"{limit.per} from {', '.join(names)}" if names else f"nothing within {limit.per}"
    met = f": {', '.join(names)}" if names else ""
    return f"{len(names)} of {limit.max} in {limit.per}{met}"
