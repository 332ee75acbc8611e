"""Windows, counting, and the room that is left: every cap, and the gap, is one rule.

A limit of M in a span refuses a position exactly when M others would share a window with it: for
each run of M neighbours p[i] … p[i+M-1] that fits into one window itself, that is every position
strictly between p[i+M-1] - span and p[i] + span. Positions are local dates or instants in seconds.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from touchpoints.core.capacity import NOTHING, Load, Uses
from touchpoints.core.hours import Interval, subtract
from touchpoints.core.rulebook import Limit
from touchpoints.core.timetable import Slot

NOWHERE = -1
"""The address of a message of which only the customer is known."""


class Reach(NamedTuple):
    """Whom a message reaches: a customer's row, and the number of an address (`NOWHERE`: unknown).

    What is counted by address counts for everybody who shares it.
    """

    customer: int
    address: int = NOWHERE


ALONE = Reach(0)
"""The only customer of a ledger."""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One message that counts: when, on which local date, under which limits, its name, for whom.

    `uses` is what it takes of lines and channels that can take only so much.
    """

    at: int
    day: int
    limits: int
    label: str
    reach: Reach = ALONE
    uses: Uses = NOTHING


@dataclass(frozen=True, slots=True)
class Room:
    """What the limits leave of a slot; where it is nothing, which one refused, and what it met.

    `refused_by` is the place of a limit; behind the limits come the capacities.
    """

    spans: tuple[Interval, ...]
    refused_by: int
    met: tuple[Interval, ...]


def refused(positions: Sequence[int], most: int, span: int) -> list[Interval]:
    """The open intervals in which one more would break the limit; `positions` are ascending."""
    ranges = []
    for i in range(len(positions) - most + 1):
        first, last = positions[i], positions[i + most - 1]
        if last - first < span:
            ranges.append((last - span, first + span))
    return ranges


class Ledger:
    """What counts for some customers, kept in order, and the room that it leaves.

    `limits` has the limits of each customer; they differ in the customer's own cap alone. `load` is
    what is left of lines and channels, and is shared by all ledgers of a plan.
    """

    def __init__(
        self,
        limits: Mapping[int, Sequence[Limit]],
        entries: Iterable[Entry] = (),
        load: Load | None = None,
    ) -> None:
        self._limits, self._load = limits, load
        self._positions: dict[tuple[int, int], list[int]] = defaultdict(list)
        self.entries: list[Entry] = []
        for entry in entries:
            self.add(entry)

    def limits(self, reach: Reach) -> Sequence[Limit]:
        """The limits of a customer, in the order in which they are asked."""
        return self._limits[reach.customer]

    def add(self, entry: Entry) -> None:
        """Count one more message."""
        insort(self.entries, entry)
        for key, place in self._places(entry):
            insort(self._positions[key], place)
        if self._load is not None:
            self._load.book(entry.uses, entry.at)

    def remove(self, entry: Entry) -> None:
        """Give the room of a message back."""
        del self.entries[bisect_left(self.entries, entry)]
        for key, place in self._places(entry):
            positions = self._positions[key]
            del positions[bisect_left(positions, place)]
        if self._load is not None:
            self._load.give_back(entry.uses, entry.at)

    @contextmanager
    def without(self, entry: Entry | None) -> Iterator[None]:
        """The same ledger for a while, in which one message does not count."""
        if entry is None:
            yield
            return
        self.remove(entry)
        try:
            yield
        finally:
            self.add(entry)

    def room(self, slot: Slot, bits: int, reach: Reach, uses: Uses = NOTHING) -> Room:
        """What the limits in `bits`, asked in their order, and the capacities leave of a slot."""
        spans, limits = slot.spans, self.limits(reach)
        for number, limit in enumerate(limits):
            if not bits >> number & 1:
                continue
            positions = self._positions.get((number, _owner(limit, reach)), ())
            if len(positions) < limit.max:
                continue
            before = spans
            for low, high in refused(positions, limit.max, limit.span):
                if limit.by_day:
                    spans = () if low < slot.day < high else spans
                else:
                    spans = subtract(spans, ((_minute_after(low), _minute_from(high)),))
            if not spans:
                return Room((), number, before)
        if self._load is not None:
            for number, weight in uses:
                before, spans = spans, self._load.free(number, weight, spans)
                if not spans:
                    return Room((), len(limits) + number, before)
        return Room(spans, len(limits) + len(uses), spans)

    def spread(self, spans: tuple[Interval, ...], uses: Uses) -> tuple[Interval, ...]:
        """Of free minutes those to which capacities deal out what a message uses, else all."""
        if self._load is None or not uses or not spans:
            return spans
        return self._load.dealt(uses, spans) or spans

    def next_free_day(self, day: int, bits: int, reach: Reach) -> int:
        """The first local date from `day` on that no limit by date refuses."""
        moved = True
        while moved:
            moved = False
            for number, limit in enumerate(self.limits(reach)):
                if limit.by_day and bits >> number & 1:
                    positions = self._positions.get((number, _owner(limit, reach)), ())
                    for low, high in refused(positions, limit.max, limit.span):
                        if low < day < high:
                            day, moved = high, True
        return day

    def counted(self, number: int, reach: Reach, day: int, at: int) -> list[Entry]:
        """The messages for which a limit refuses this local date and instant."""
        limit = self.limits(reach)[number]
        here = day if limit.by_day else at
        falling = self._falling(number, reach)
        # Two who share an address may have different dates at one instant.
        falling.sort(key=lambda entry: entry.day if limit.by_day else entry.at)
        places = [entry.day if limit.by_day else entry.at for entry in falling]
        for i in range(len(places) - limit.max + 1):
            first, last = places[i], places[i + limit.max - 1]
            together = last - first < limit.span
            if together and last - limit.span < here < first + limit.span:
                return falling[i : i + limit.max]
        return []

    def fullest(self, number: int, reach: Reach, day: int, at: int) -> list[Entry]:
        """The messages of the fullest window of a limit that holds a local date and instant."""
        limit = self.limits(reach)[number]
        here = day if limit.by_day else at
        placed = [
            (entry.day if limit.by_day else entry.at, entry)
            for entry in self._falling(number, reach)
        ]
        starts = {here} | {place for place, _ in placed if place <= here < place + limit.span}
        windows = [
            [entry for place, entry in placed if start <= place < start + limit.span]
            for start in sorted(starts)
        ]
        return max(windows, key=len)

    def _falling(self, number: int, reach: Reach) -> list[Entry]:
        """What falls under a limit together with this reach, in order."""
        limit = self.limits(reach)[number]
        owner = _owner(limit, reach)
        return [
            entry
            for entry in self.entries
            if owner != NOWHERE
            and entry.limits >> number & 1
            and _owner(limit, entry.reach) == owner
        ]

    def _places(self, entry: Entry) -> Iterator[tuple[tuple[int, int], int]]:
        """Under which limits of whom an entry counts, and where."""
        for number, limit in enumerate(self.limits(entry.reach)):
            if entry.limits >> number & 1:
                owner = _owner(limit, entry.reach)
                if owner != NOWHERE:
                    yield (number, owner), entry.day if limit.by_day else entry.at


def _owner(limit: Limit, reach: Reach) -> int:
    """For whom a limit counts: a customer, or an address."""
    return reach.address if limit.by_address else reach.customer


def _minute_after(instant: int) -> int:
    return instant // 60 * 60 + 60


def _minute_from(instant: int) -> int:
    return -(-instant // 60) * 60
