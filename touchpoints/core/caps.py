"""Windows, counting, and the room that is left: every cap, and the gap, is one rule.

A limit of M in a span refuses a position exactly when M others would share a window with it: for
each run of M neighbours p[i] … p[i+M-1] that fits into one window itself, that is every position
strictly between p[i+M-1] - span and p[i] + span. Positions are local dates or instants in seconds.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from touchpoints.core.hours import Interval, subtract
from touchpoints.core.rulebook import Limit
from touchpoints.core.timetable import Slot


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One message that counts: when, on which local date, under which limits, and its name."""

    at: int
    day: int
    limits: int
    label: str


@dataclass(frozen=True, slots=True)
class Room:
    """What the limits leave of a slot; where it is nothing, which one refused, and what it met."""

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
    """What counts for one customer, kept in order, and the room that it leaves."""

    def __init__(self, limits: Sequence[Limit], entries: Iterable[Entry] = ()) -> None:
        self.limits = limits
        self._positions: list[list[int]] = [[] for _ in limits]
        self.entries: list[Entry] = []
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """Count one more message."""
        insort(self.entries, entry)
        for number, limit in enumerate(self.limits):
            if entry.limits >> number & 1:
                insort(self._positions[number], entry.day if limit.by_day else entry.at)

    def remove(self, entry: Entry) -> None:
        """Give the room of a message back."""
        del self.entries[bisect_left(self.entries, entry)]
        for number, limit in enumerate(self.limits):
            if entry.limits >> number & 1:
                positions = self._positions[number]
                del positions[bisect_left(positions, entry.day if limit.by_day else entry.at)]

    def room(self, slot: Slot, bits: int) -> Room:
        """What the limits in `bits`, asked in their order, leave of a slot."""
        spans = slot.spans
        for number, limit in enumerate(self.limits):
            positions = self._positions[number]
            if not bits >> number & 1 or len(positions) < limit.max:
                continue
            before = spans
            for low, high in refused(positions, limit.max, limit.span):
                if limit.by_day:
                    spans = () if low < slot.day < high else spans
                else:
                    spans = subtract(spans, ((_minute_after(low), _minute_from(high)),))
            if not spans:
                return Room((), number, before)
        return Room(spans, len(self.limits), spans)

    def next_free_day(self, day: int, bits: int) -> int:
        """The first local date from `day` on that no limit by date refuses."""
        moved = True
        while moved:
            moved = False
            for number, limit in enumerate(self.limits):
                if limit.by_day and bits >> number & 1:
                    for low, high in refused(self._positions[number], limit.max, limit.span):
                        if low < day < high:
                            day, moved = high, True
        return day

    def counted(self, number: int, day: int, at: int) -> list[Entry]:
        """The messages for which a limit refuses this local date and instant."""
        limit = self.limits[number]
        here = day if limit.by_day else at
        falling = [entry for entry in self.entries if entry.limits >> number & 1]
        places = [entry.day if limit.by_day else entry.at for entry in falling]
        for i in range(len(places) - limit.max + 1):
            first, last = places[i], places[i + limit.max - 1]
            together = last - first < limit.span
            if together and last - limit.span < here < first + limit.span:
                return falling[i : i + limit.max]
        return []

    def fullest(self, number: int, day: int, at: int) -> list[Entry]:
        """The messages of the fullest window of a limit that holds a local date and instant."""
        limit = self.limits[number]
        here = day if limit.by_day else at
        placed = [
            (entry.day if limit.by_day else entry.at, entry)
            for entry in self.entries
            if entry.limits >> number & 1
        ]
        starts = {here} | {place for place, _ in placed if place <= here < place + limit.span}
        windows = [
            [entry for place, entry in placed if start <= place < start + limit.span]
            for start in sorted(starts)
        ]
        return max(windows, key=len)


def _minute_after(instant: int) -> int:
    return instant // 60 * 60 + 60


def _minute_from(instant: int) -> int:
    return -(-instant // 60) * 60
