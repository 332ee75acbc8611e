"""A gate is one boolean expression with a code; judging sets its bit where it refuses.

The bits stay with each route, so that "why not" costs nothing: the lowest bit is the first gate
that refused, and the reason of a candidate is that of the route that got furthest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from touchpoints.core.calendar import Ints
from touchpoints.core.columns import Bools, Candidates, Customers, Routes
from touchpoints.core.rulebook import Rulebook
from touchpoints.core.timetable import Slots


@dataclass(frozen=True, slots=True)
class Case:
    """All that a gate may look at; it answers for every route at once."""

    rulebook: Rulebook
    customers: Customers
    candidates: Candidates
    routes: Routes
    slots: tuple[Slots, ...]
    as_of: int

    def per_touchpoint(self, values: Sequence[bool]) -> Bools:
        """A value of each touchpoint, spread over the routes."""
        return np.asarray(values, dtype=bool)[self.routes.touchpoint]

    def per_slots(self, values: Sequence[bool]) -> Bools:
        """A value of each entry of the timetable, spread over the routes."""
        return np.asarray(values, dtype=bool)[self.routes.slots]


class Gate(Protocol):
    """A check that may refuse a route."""

    @property
    def code(self) -> str:
        """The reason code that explains a refusal."""
        ...

    def refuses(self, case: Case) -> Bools:
        """Which routes may not be used."""
        ...

    def detail(self, case: Case, route: int) -> str:
        """Why, in numbers and words, for one route."""
        ...


def judge(case: Case, gates: Sequence[Gate]) -> Ints:
    """The refusals of every route, one bit for each gate in its order."""
    refusals = np.zeros(len(case.routes), dtype=np.int64)
    if len(case.routes):
        for number, gate in enumerate(gates):
            refusals |= gate.refuses(case).astype(np.int64) << number
    return refusals


def first_refusal(refusals: Ints, gates: int) -> Ints:
    """The number of the first gate that refused each route; `gates` where none did."""
    lowest = refusals & -refusals
    number = np.full(len(refusals), gates, dtype=np.int64)
    for gate in range(gates):
        number[lowest == 1 << gate] = gate
    return number
