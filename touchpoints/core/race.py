"""What arbitration works on, and what it awards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from touchpoints.core.calendar import Ints, zone_clock
from touchpoints.core.capacity import Load
from touchpoints.core.caps import Entry, Reach
from touchpoints.core.columns import Bools, Committed, Customers, Floats, Words
from touchpoints.core.gate import Case
from touchpoints.core.timetable import SlotKey, Timetable

MERGED, SHADOW = "merged", "shadow"


@dataclass(frozen=True, slots=True)
class Awards:
    """For each candidate the route it got (-1: none), the instant, the score; else why not.

    A candidate with a route and a reason is a shadow: it would go so. `into` is the candidate in
    whose message it becomes a section (-1: in none).
    """

    route: Ints
    at: Ints
    score: Floats
    reason: Words
    detail: Words
    next_allowed: Ints
    into: Ints

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
            np.full(count, -1, dtype=np.int64),
        )


@dataclass(frozen=True, slots=True)
class Race:
    """What arbitration works on: the case, the routes that are open, and what already counts.

    `load` is what is left of lines and channels that can take only so much.
    """

    case: Case
    open: Bools
    committed: Committed
    timetable: Timetable
    keys: tuple[SlotKey, ...]
    load: Load | None = None


def committed_entries(customers: Customers, committed: Committed, row: int) -> Iterator[Entry]:
    """What already counts for one customer, with local dates by their clock."""
    clock = zone_clock(customers.zone_of(row))
    start, end = np.searchsorted(committed.customer, (row, row + 1))
    for number in range(int(start), int(end)):
        at, limits = int(committed.at[number]), int(committed.limits[number])
        reach = Reach(row, customers.address_of(row, int(committed.channel[number])))
        yield Entry(at, clock.local_day(at), limits, str(committed.label[number]), reach)
