"""Why: for each candidate every gate in order with its numbers, and who took the slot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from touchpoints.core.calendar import zone_clock
from touchpoints.core.caps import Entry, Ledger
from touchpoints.core.decision import Decision
from touchpoints.core.gate import first_refusal
from touchpoints.core.plan import Plan
from touchpoints.core.rulebook import GAP, UNLIMITED, Limit
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
    """One candidate's decision, and what every gate said on every channel, in order."""

    decision: Decision
    opens: int
    closes: int
    findings: tuple[Finding, ...]

    def as_line(self) -> dict[str, Any]:
        """The decision's JSON line with `window` and `gates`."""
        clock = zone_clock(self.decision.zone)
        window = [clock.local(at).isoformat() for at in (self.opens, self.closes)]
        gates = [finding.as_line() for finding in self.findings]
        return self.decision.as_line() | {"window": window, "gates": gates}


def explain(plan: Plan) -> Iterator[Explanation]:
    """Explain every candidate of a plan, also those that the audience leaves out."""
    codes = plan.reason_codes()
    first = first_refusal(plan.refusals, len(plan.gates))
    routes = plan.case.routes
    for number in range(len(plan)):
        its_routes = np.flatnonzero(routes.candidate == number)
        ordered = its_routes[np.argsort(routes.place[its_routes], kind="stable")]
        findings: list[Finding] = []
        for route in ordered.tolist():
            findings += _gates(plan, route, int(first[route]))
            if first[route] == len(plan.gates):
                findings += _limits(plan, number, route)
        decision = plan.decision(number, codes[number])
        opens, closes = plan.windows[number].tolist()
        yield Explanation(decision, opens, closes, tuple(findings))


def _gates(plan: Plan, route: int, first: int) -> Iterator[Finding]:
    """The gates in order, up to the first that refuses."""
    channel = plan.case.rulebook.channels[int(plan.case.routes.channel[route])]
    for gate in plan.gates[:first]:
        yield Finding(gate.code, channel, True, "")
    if first < len(plan.gates):
        gate = plan.gates[first]
        yield Finding(gate.code, channel, False, gate.detail(plan.case, route))


def _limits(plan: Plan, number: int, route: int) -> Iterator[Finding]:
    """Every cap and the gap that bind this route, counted without this candidate itself."""
    case = plan.case
    rules, candidates = case.rulebook, case.candidates
    customer, touchpoint = int(candidates.customer[number]), int(candidates.touchpoint[number])
    if not rules.category_of[touchpoint].obeys_caps:
        return
    channel = int(case.routes.channel[route])
    wishes = case.customers.wishes[int(case.customers.wish[customer])]
    limits = rules.limits_with(wishes.own_cap)
    ledger = Ledger(limits, _counted(plan, customer, without=number))
    bits = rules.binding(touchpoint, channel)
    slot = _slot_of(plan, number, route)
    clock = zone_clock(case.customers.zones[int(case.customers.zone[customer])])
    for place, limit in enumerate(limits):
        if bits >> place & 1 and limit.max < UNLIMITED:
            near = ledger.fullest(place, slot.day, slot.first())
            names = [f"{each.label} at {clock.minute(each.at)}" for each in near]
            passed = bool(ledger.room(slot, 1 << place).spans)
            yield Finding(limit.code, rules.channels[channel], passed, _in_words(limit, names))


def _slot_of(plan: Plan, number: int, route: int) -> Slot:
    """Where the candidate went, if this way; else the same day, or the first that it might have."""
    awards, days = plan.awards, plan.case.slots[int(plan.case.routes.slots[route])].days
    if int(awards.route[number]) < 0:
        return days[0]
    at = int(awards.at[number])
    clock = zone_clock(plan.case.customers.zones[_zone(plan, number)])
    slot = next((each for each in days if each.day == clock.local_day(at)), days[0])
    went = int(awards.route[number]) == route
    return replace(slot, spans=((at, at + 60),)) if went else slot


def _zone(plan: Plan, number: int) -> int:
    return int(plan.case.customers.zone[int(plan.case.candidates.customer[number])])


def _counted(plan: Plan, customer: int, without: int) -> Iterator[Entry]:
    case, committed = plan.case, plan.committed
    clock = zone_clock(case.customers.zones[int(case.customers.zone[customer])])
    for row in np.flatnonzero(committed.customer == customer).tolist():
        at = int(committed.at[row])
        label = str(committed.label[row])
        yield Entry(at, clock.local_day(at), int(committed.limits[row]), label)
    for number in np.flatnonzero((case.candidates.customer == customer) & plan.sends).tolist():
        touchpoint = int(case.candidates.touchpoint[number])
        if number != without and case.rulebook.category_of[touchpoint].counts:
            at = int(plan.awards.at[number])
            channel = int(case.routes.channel[int(plan.awards.route[number])])
            limits = case.rulebook.binding(touchpoint, channel)
            name = case.rulebook.touchpoints[touchpoint].name
            yield Entry(at, clock.local_day(at), limits, name)


def _in_words(limit: Limit, names: list[str]) -> str:
    if limit.code == GAP:
        return f"{limit.per} from {', '.join(names)}" if names else f"nothing within {limit.per}"
    met = f": {', '.join(names)}" if names else ""
    return f"{len(names)} of {limit.max} in {limit.per}{met}"
