"""make_plan(): the verdict on every candidate of a horizon, a pure function of its input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from touchpoints.core.arbitrate import arbitrate
from touchpoints.core.calendar import Ints
from touchpoints.core.capacity import Load, Taken
from touchpoints.core.columns import Bools, Candidates, Committed, Customers, Routes
from touchpoints.core.decision import Decision
from touchpoints.core.fingerprint import fingerprint
from touchpoints.core.gate import Case, Gate, first_refusal, judge
from touchpoints.core.phrase import Phrase, When
from touchpoints.core.race import SHADOW, Awards, Race
from touchpoints.core.routes import group, routes_of
from touchpoints.core.rulebook import Rulebook
from touchpoints.core.timetable import Timetable

AFTERWARDS = 7 * 86400
"""How long after the last window it is still looked for a minute that is free, in seconds."""


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a plan depends on; the horizon is `[as_of, until)`, two instants.

    `taken` is what messages to others than these customers take of lines and channels.
    """

    rulebook: Rulebook
    customers: Customers
    candidates: Candidates
    committed: Committed
    as_of: int
    until: int
    taken: Taken = field(default_factory=Taken.nothing)


@dataclass(frozen=True, slots=True)
class Plan:
    """The verdict on every candidate, with all that is needed to explain it.

    `refused_at` is, for each candidate that no route is open to, the route that got furthest, else
    -1; `windows` are the instants between which each candidate may go out; `load` is what is left
    of lines and channels that can take only so much.
    """

    case: Case
    gates: tuple[Gate, ...]
    refusals: Ints
    refused_at: Ints
    awards: Awards
    windows: Ints
    committed: Committed
    load: Load | None = None

    def __len__(self) -> int:
        return len(self.case.candidates)

    @property
    def sends(self) -> Bools:
        """Which candidates go out."""
        sends: Bools = (self.awards.route >= 0) & (self.awards.reason == None)  # noqa: E711
        return sends

    @property
    def lines(self) -> Ints:
        """The candidates that are lines of the plan: all but those the audience leaves out."""
        codes = self.reason_codes()
        return np.flatnonzero(np.asarray([code != "audience" for code in codes], dtype=bool))

    def reason_codes(self) -> list[str | None]:
        """The reason of each candidate, None for those that go out."""
        names = [gate.code for gate in self.gates]
        first = first_refusal(self.refusals, len(names))
        reasons: list[str | None] = list(self.awards.reason)
        for number in np.flatnonzero(self.refused_at >= 0).tolist():
            reasons[number] = names[int(first[self.refused_at[number]])]
        return reasons

    def decisions(self) -> Iterator[Decision]:
        """The lines of the plan, by customer, touchpoint and occurrence."""
        codes = self.reason_codes()
        for number in range(len(self)):
            if codes[number] != "audience":
                yield self.decision(number, codes[number])

    def decision(self, number: int, code: str | None) -> Decision:
        """One candidate's verdict, with its reason code."""
        case, awards = self.case, self.awards
        customer = int(case.candidates.customer[number])
        design = case.rulebook.touchpoints[int(case.candidates.touchpoint[number])]
        route = int(awards.route[number])
        sends = route >= 0 and code is None
        return Decision(
            customer=str(case.customers.id[customer]),
            touchpoint=design.name,
            occurrence=str(case.candidates.occurrence[number]),
            verdict="send" if sends else "withhold",
            channel=self._channel(route) if sends else None,
            send_at=int(awards.at[number]) if sends else None,
            category=design.category,
            topic=design.topic,
            score=float(awards.score[number]),
            reason=code,
            detail=None if sends else self.detail(number, code),
            next_allowed=int(awards.next_allowed[number]) or None,
            zone=case.customers.zone_of(customer),
            merged_into=self.label(int(awards.into[number])) if awards.into[number] >= 0 else None,
        )

    def fingerprint(self) -> str:
        """What tells this plan from every other: the same for the same lines, on any machine."""
        case, codes = self.case, self.reason_codes()
        candidates, names = case.candidates, [each.name for each in case.rulebook.touchpoints]
        lines = []
        for number in self.lines.tolist():
            code, route = codes[number], int(self.awards.route[number])
            parts = (
                str(case.customers.id[int(candidates.customer[number])]),
                names[int(candidates.touchpoint[number])],
                str(candidates.occurrence[number]),
                code or f"{self._channel(route)}@{int(self.awards.at[number])}",
            )
            lines.append("\t".join(parts))
        return fingerprint(sorted(lines))

    def label(self, number: int) -> str:
        """A candidate as TOUCHPOINT/OCCURRENCE."""
        candidates = self.case.candidates
        name = self.case.rulebook.touchpoints[int(candidates.touchpoint[number])].name
        return f"{name}/{candidates.occurrence[number]}"

    def detail(self, number: int, code: str | None) -> str | None:
        """Why a candidate does not go out, in numbers and words."""
        route = int(self.refused_at[number])
        if route < 0:
            if code == SHADOW:
                return self._would(number)
            found: str | None = self.awards.detail[number]
            return found
        gate = next(gate for gate in self.gates if gate.code == code)
        return gate.detail(self.case, route)

    def _channel(self, route: int) -> str:
        return self.case.rulebook.channels[int(self.case.routes.channel[route])]

    def _would(self, number: int) -> str:
        """Where and when a shadow would go out."""
        route = int(self.awards.route[number])
        channel = self._channel(route)
        zone = self.case.customers.zone_of(int(self.case.routes.customer[route]))
        return Phrase("would", channel=channel, at=When(int(self.awards.at[number]), zone))


def make_plan(situation: Situation, gates: Sequence[Gate]) -> Plan:
    """Find whose window meets the horizon, judge every route, and give out the slots."""
    timetable = Timetable(situation.rulebook, situation.as_of)
    candidates, windows = _in_horizon(situation, timetable)
    routes, keys = routes_of(situation.rulebook, situation.customers, candidates, situation.as_of)
    case = Case(
        situation.rulebook,
        situation.customers,
        candidates,
        routes,
        tuple(timetable.slots(key) for key in keys),
        situation.as_of,
    )
    refusals = judge(case, gates)
    load = _load(situation, case)
    awards = arbitrate(Race(case, refusals == 0, situation.committed, timetable, keys, load))
    refused_at = _furthest(routes, first_refusal(refusals, len(gates)), len(candidates))
    refused_at[(awards.route >= 0) | np.asarray(awards.reason != None, dtype=bool)] = -1  # noqa: E711
    return Plan(
        case, tuple(gates), refusals, refused_at, awards, windows, situation.committed, load
    )


def _load(situation: Situation, case: Case) -> Load | None:
    """What lines and channels can still take until the last window closes, and a while after."""
    resources = situation.rulebook.resources
    if not resources:
        return None
    last = max([situation.until, *(each.close for each in case.slots)])
    load = Load(resources, situation.as_of, last + AFTERWARDS)
    load.take(situation.taken)
    return load


def _in_horizon(situation: Situation, timetable: Timetable) -> tuple[Candidates, Ints]:
    """The candidates whose window meets the horizon, and their windows, two instants each."""
    all_of, customers = situation.candidates, situation.customers
    zone = customers.zone[all_of.customer]
    first, back = group((zone, all_of.touchpoint, all_of.day, all_of.next_day))
    windows = np.asarray(
        [
            timetable.window(
                customers.zones[zone[row]],
                int(all_of.touchpoint[row]),
                int(all_of.day[row]),
                int(all_of.next_day[row]),
            )
            for row in first.tolist()
        ],
        dtype=np.int64,
    ).reshape(-1, 2)[back]
    meets = (windows[:, 0] < situation.until) & (windows[:, 1] > situation.as_of)
    kept = {name: getattr(all_of, name)[meets] for name in Candidates.__slots__}
    return Candidates(**kept), windows[meets]


def _furthest(routes: Routes, refused_by: Ints, candidates: int) -> Ints:
    """For each candidate its route that passed most gates; the customer's order breaks ties."""
    found = np.full(candidates, -1, dtype=np.int64)
    order = np.lexsort((routes.place, -refused_by, routes.candidate))
    number, first = np.unique(routes.candidate[order], return_index=True)
    found[number] = order[first]
    return found
