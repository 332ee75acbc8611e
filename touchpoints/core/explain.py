"""Why: for each candidate every gate in order with its numbers, and who took the slot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from touchpoints.core.account import Account
from touchpoints.core.calendar import Ints, zone_clock
from touchpoints.core.changes import changes
from touchpoints.core.decision import Decision
from touchpoints.core.finding import Finding, Rival
from touchpoints.core.gate import first_refusal
from touchpoints.core.known import NOTHING_KNOWN, Known
from touchpoints.core.plan import Plan
from touchpoints.core.refused import Refused

__all__ = ["Explanation", "Finding", "explain"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """One candidate's decision, and what every gate said on every channel, in order.

    `opens` and `closes` are the instants of its window; `worth` is what it would be worth at its
    best; `waits_for` tells, of what goes out later than its hours would let it, which limit stands
    before that. Of what is withheld, `changes` tells what would have to change, and `lost_to` the
    messages that took its place.
    """

    decision: Decision
    opens: int
    closes: int
    findings: tuple[Finding, ...]
    worth: float | None = None
    waits_for: Finding | None = None
    changes: tuple[str, ...] = ()
    lost_to: tuple[Rival, ...] = ()

    @property
    def why(self) -> str:
        """The numbers behind the reason: what the gate or limit that it names says."""
        failing = (each for each in self.findings if not each.passed)
        said = [each.detail for each in failing if each.gate == self.decision.reason]
        detail = self.decision.detail or ""
        return detail if detail not in said else said[said.index(detail)]

    def as_line(self) -> dict[str, Any]:
        """The decision's JSON line with what explains it, in English and with local times."""
        clock = zone_clock(self.decision.zone)
        return self.decision.as_line() | {
            "window": [clock.local(at).isoformat() for at in (self.opens, self.closes)],
            "worth": None if self.worth is None else round(self.worth, 6),
            "gates": [finding.as_line() for finding in self.findings],
            "waits_for": None if self.waits_for is None else self.waits_for.as_line(),
            "lost_to": [rival.as_line(clock) for rival in self.lost_to],
            "changes": list(self.changes),
        }


def explain(plan: Plan, known: Known = NOTHING_KNOWN) -> Iterator[Explanation]:
    """Explain every candidate of a plan, also those that the audience leaves out.

    `known` is what is known of the customer, where the plan is about one.
    """
    codes = plan.reason_codes()
    first = first_refusal(plan.refusals, len(plan.gates))
    for number in range(len(plan)):
        account = Account(plan, number, known)
        findings = tuple(_findings(plan, number, first, account))
        opens, closes = plan.windows[number].tolist()
        decision = plan.decision(number, codes[number])
        told: tuple[str, ...] = ()
        if decision.verdict == "withhold":
            told = changes(Refused(plan, number, decision, closes, findings, known))
        yield Explanation(
            decision=decision,
            opens=opens,
            closes=closes,
            findings=findings,
            worth=account.worth,
            waits_for=account.waits_for(),
            changes=told,
            lost_to=_lost_to(decision, findings),
        )


def _findings(plan: Plan, number: int, first: Ints, account: Account) -> Iterator[Finding]:
    """What the gates and limits say, channel by channel in the customer's order."""
    routes = plan.case.routes
    its_routes = np.flatnonzero(routes.candidate == number)
    for route in its_routes[np.argsort(routes.place[its_routes], kind="stable")].tolist():
        yield from _gates(plan, route, int(first[route]))
        if first[route] == len(plan.gates):
            yield from account.limits_of(route)


def _gates(plan: Plan, route: int, first: int) -> Iterator[Finding]:
    """The gates in order, up to the first that refuses."""
    channel = plan.case.rulebook.channels[int(plan.case.routes.channel[route])]
    for gate in plan.gates[:first]:
        yield Finding(gate.code, channel, True, "")
    if first < len(plan.gates):
        gate = plan.gates[first]
        yield Finding(gate.code, channel, False, gate.detail(plan.case, route))


def _lost_to(decision: Decision, findings: tuple[Finding, ...]) -> tuple[Rival, ...]:
    """The messages that used up the limit for which it is withheld."""
    met = (
        rival
        for finding in findings
        if finding.gate == decision.reason and not finding.passed
        for rival in finding.met
    )
    return tuple(dict.fromkeys(met))
