"""make_plan(): the verdict on every candidate of a horizon, a pure function of its input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from touchpoints.core.arbitrate import arbitrate
from touchpoints.core.calendar import NEVER, Ints, zone_clock
from touchpoints.core.capacity import Load, Taken
from touchpoints.core.columns import Bools, Candidates, Committed, Customers, Routes, distinct
from touchpoints.core.contest import SHADOW, Awards, Race
from touchpoints.core.decision import Decision
from touchpoints.core.gate import Case, Gate, first_refusal, judge
from touchpoints.core.hours import Interval
from touchpoints.core.rulebook import Rulebook
from touchpoints.core.timetable import SlotKey, Timetable

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
    -1; `windows` are the instants between which each candidate may go out.
    """

    case: Case
    gates: tuple[Gate, ...]
    refusals: Ints
    refused_at: Ints
    awards: Awards
    windows: Ints
    committed: Committed

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
            channel=case.rulebook.channels[int(case.routes.channel[route])] if sends else None,
            send_at=int(awards.at[number]) if sends else None,
            category=design.category,
            topic=design.topic,
            score=float(awards.score[number]),
            reason=code,
            detail=None if sends else self._detail(number, code),
            next_allowed=int(awards.next_allowed[number]) or None,
            zone=case.customers.zones[int(case.customers.zone[customer])],
        )

    def _detail(self, number: int, code: str | None) -> str | None:
        route = int(self.refused_at[number])
        if route < 0:
            if code == SHADOW:
                return self._would(number)
            found: str | None = self.awards.detail[number]
            return found
        gate = next(gate for gate in self.gates if gate.code == code)
        return gate.detail(self.case, route)

    def _would(self, number: int) -> str:
        """Where and when a shadow would go out."""
        route = int(self.awards.route[number])
        channel = self.case.rulebook.channels[int(self.case.routes.channel[route])]
        customers, customer = self.case.customers, int(self.case.routes.customer[route])
        clock = zone_clock(customers.zone_of(customer))
        return f"would go out by {channel} at {clock.minute(int(self.awards.at[number]))}"


def make_plan(situation: Situation, gates: Sequence[Gate]) -> Plan:
    """Find whose window meets the horizon, judge every route, and give out the slots."""
    timetable = Timetable(situation.rulebook, situation.as_of)
    candidates, windows = _in_horizon(situation, timetable)
    routes, keys = _routes(situation, candidates)
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
    return Plan(case, tuple(gates), refusals, refused_at, awards, windows, situation.committed)


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


def _routes(situation: Situation, candidates: Candidates) -> tuple[Routes, tuple[SlotKey, ...]]:
    """Every candidate on each of its channels, in the customer's order, with its time entry."""
    customers, rules = situation.customers, situation.rulebook
    ordered = _channels_in_order(rules, customers.orders)
    customer, touchpoint = candidates.customer, candidates.touchpoint
    channel = ordered[touchpoint, customers.order[customer]]
    real = (channel >= 0) & (~candidates.pinned[:, None] | (channel == candidates.planned[:, None]))
    candidate, place = np.nonzero(real)
    customer, touchpoint = customer[candidate], touchpoint[candidate]
    zone, wish = customers.zone[customer], customers.wish[customer]
    day, next_day = candidates.day[candidate], candidates.next_day[candidate]
    channel = channel[real]
    earliest = candidates.earliest[candidate]
    earliest = np.where(earliest <= situation.as_of, 0, earliest)
    agreed, agreements = _agreements(situation, customer, touchpoint, channel)
    first, slots = group((zone, touchpoint, channel, day, next_day, earliest, wish, agreed))
    keys = tuple(
        SlotKey(
            customers.zones[zone[row]],
            int(touchpoint[row]),
            int(channel[row]),
            int(day[row]),
            int(next_day[row]),
            int(earliest[row]),
            customers.wishes[wish[row]],
            agreements[agreed[row]],
        )
        for row in first.tolist()
    )
    return Routes(candidate, customer, touchpoint, channel, place, slots), keys


def _agreements(
    situation: Situation, customer: Ints, touchpoint: Ints, channel: Ints
) -> tuple[Ints, tuple[tuple[Interval, ...] | None, ...]]:
    """For each route the place of its agreed instants; the first, None, is: consent stays as it is.

    Few consents change within a horizon, so that only their customers' routes are looked at.
    """
    found = np.zeros(len(customer), dtype=np.int64)
    known: dict[tuple[Interval, ...] | None, int] = {None: 0}
    agreed, rules = situation.customers.agreed, situation.rulebook
    dated = distinct(np.asarray(sorted({row for row, _, _ in agreed}), dtype=np.int64))
    for route in np.flatnonzero(np.isin(customer, dated)).tolist() if len(dated) else ():
        category = rules.category_number[rules.touchpoints[touchpoint[route]].category]
        spans = agreed.get((int(customer[route]), category, int(channel[route])))
        found[route] = known.setdefault(spans, len(known))
    return found, tuple(known)


def _channels_in_order(rules: Rulebook, orders: tuple[tuple[str, ...], ...]) -> Ints:
    """For each touchpoint and order: its channels, the customer's ranked ones first, -1 behind."""
    table = np.full((len(rules.touchpoints), max(len(orders), 1), len(rules.channels)), -1)
    for row, design in enumerate(rules.touchpoints):
        for column, order in enumerate(orders):
            ranked = [name for name in order if name in design.channels]
            names = dict.fromkeys([*ranked, *design.channels])
            table[row, column, : len(names)] = [rules.channel_number[name] for name in names]
    return table.astype(np.int64)


def _furthest(routes: Routes, refused_by: Ints, candidates: int) -> Ints:
    """For each candidate its route that passed most gates; the customer's order breaks ties."""
    found = np.full(candidates, -1, dtype=np.int64)
    order = np.lexsort((routes.place, -refused_by, routes.candidate))
    number, first = np.unique(routes.candidate[order], return_index=True)
    found[number] = order[first]
    return found


def group(columns: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Rows that are alike in all columns: one row number for each group, and each row's group."""
    code = np.zeros(len(columns[0]), dtype=np.int64)
    width = 1
    for column in columns:
        values, low = column, int(column.min(initial=NEVER))
        span = int(column.max(initial=low)) - low + 1
        if span > 1 << 20:
            values, low = np.unique(column, return_inverse=True)[1], 0
            span = int(values.max(initial=0)) + 1
        code, width = code * span + (values - low), width * span
        if width >= 1 << 40:
            code = np.unique(code, return_inverse=True)[1]
            width = int(code.max(initial=0)) + 1
    _, first, back = np.unique(code, return_index=True, return_inverse=True)
    return first, back
