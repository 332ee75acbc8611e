"""When a candidate may go out: its window, cut down by every kind of hours, day by day.

All candidates with the same zone, day, touchpoint, channel and wishes share one entry, so that a
plan of a quarter of a million candidates works out only some thousand of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from touchpoints.core.calendar import NEVER, ZoneClock, zone_clock
from touchpoints.core.columns import Wishes
from touchpoints.core.hours import DAY_MINUTES, Hours, Interval, intersect, subtract, union
from touchpoints.core.policy import Line, Touchpoint
from touchpoints.core.rulebook import Rulebook

Source = Literal["channel", "category", "quiet", "line"]
"""Whose hours they are."""

ALWAYS = 1 << 62
"""An instant later than every other."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The allowed instants of a local day, `at` the preferred one; `late` days into the window."""

    day: int
    late: int
    at: int
    spans: tuple[Interval, ...]

    def first(self) -> int:
        """The first allowed minute at or after the preferred one, else the first of the day."""
        return first_minute(self.spans, self.at)


@dataclass(frozen=True, slots=True)
class Slots:
    """One entry: the window as instants `[open, close)`, and the days that have allowed time.

    `paused` says that only the customer's pause leaves nothing; `agreed` whether a consent that
    changes in time allows any of it (None: consent does not change).
    """

    open: int
    close: int
    days: tuple[Slot, ...]
    paused: bool = False
    agreed: bool | None = None


@dataclass(frozen=True, slots=True)
class SlotKey:
    """What an entry depends on."""

    zone: str
    touchpoint: int
    channel: int
    day: int
    next_day: int
    earliest: int
    wishes: Wishes
    agreed: tuple[Interval, ...] | None = None


@dataclass(frozen=True, slots=True)
class Obstacles:
    """The hours that leave nothing of a window by themselves, and all that leave less than it."""

    alone: tuple[Source, ...]
    together: tuple[Source, ...]


def first_minute(spans: tuple[Interval, ...], at: int) -> int:
    """The first minute of the spans at or after `at`, else the very first."""
    for start, end in spans:
        if end > at:
            return max(start, at)
    return spans[0][0]


class Timetable:
    """Allowed time under one rulebook, seen from one instant (seconds; its minute still counts)."""

    def __init__(self, rulebook: Rulebook, as_of: int) -> None:
        self._rulebook = rulebook
        self._now = as_of - as_of % 60

    def window(self, zone: str, touchpoint: int, day: int, next_day: int) -> Interval:
        """The window of an occurrence as instants, closed early where a later offset opens."""
        clock, window = zone_clock(zone), self._rulebook.touchpoints[touchpoint].window
        start = clock.instant(day + window.open_day, window.open_minute)
        end = clock.instant(day + window.close_day, window.close_minute)
        if next_day < NEVER:
            end = min(end, clock.instant(next_day + window.open_day, window.open_minute))
        return start, end

    def slots(self, key: SlotKey) -> Slots:
        """The allowed time of one entry, from now to the close of its window."""
        start, end = self.window(key.zone, key.touchpoint, key.day, key.next_day)
        whole = (max(start, self._now, key.earliest), end)
        if whole[0] >= end:
            return Slots(start, end, ())
        agreed = None if key.agreed is None else bool(intersect(key.agreed, (whole,)))
        if agreed is False:
            return Slots(start, end, (), agreed=agreed)
        allowed = self._allowed(key, whole)
        days = tuple(self._by_day(key, self._unpaused(key, allowed), whole))
        return Slots(start, end, days, bool(allowed) and not days, agreed)

    def later(self, key: SlotKey, day: int) -> Slot | None:
        """The allowed time of one local day as if the window never closed."""
        clock = zone_clock(key.zone)
        opens, _ = self.window(key.zone, key.touchpoint, key.day, NEVER)
        start = max(clock.instant(day, 0), self._now, opens, key.earliest)
        whole = (start, clock.instant(day + 1, 0))
        if whole[0] >= whole[1]:
            return None
        allowed = self._unpaused(key, self._allowed(key, whole))
        return next(self._by_day(key, allowed, whole), None)

    def obstacles(self, key: SlotKey) -> Obstacles:
        """The kinds of hours that stand in the way of an entry that has no minute left."""
        start, end = self.window(key.zone, key.touchpoint, key.day, key.next_day)
        whole = (max(start, self._now, key.earliest), end)
        found = list(self._hours(key, whole)) if whole[0] < end else []
        alone = tuple(source for source, left in found if not left)
        return Obstacles(alone, tuple(source for source, left in found if left != (whole,)))

    def next_minute(self, key: SlotKey, days: int) -> int | None:
        """The first minute within so many days that all hours allow, as if no window closed."""
        first = zone_clock(key.zone).local_day(max(self._now, key.earliest))
        for day in range(max(first, key.day), max(first, key.day) + days):
            slot = self.later(key, day)
            if slot is not None:
                return slot.first()
        return None

    def _unpaused(self, key: SlotKey, allowed: tuple[Interval, ...]) -> tuple[Interval, ...]:
        """What the customer's pause leaves; it does not hold what obeys no caps."""
        if not key.wishes.pauses or not self._rulebook.category_of[key.touchpoint].obeys_caps:
            return allowed
        return subtract(allowed, _pause(zone_clock(key.zone), key.wishes))

    def _allowed(self, key: SlotKey, whole: Interval) -> tuple[Interval, ...]:
        allowed: tuple[Interval, ...] = (whole,)
        if key.agreed is not None:
            allowed = intersect(allowed, key.agreed)
        for _, left in self._hours(key, whole):
            allowed = intersect(allowed, left)
        clock = zone_clock(key.zone)
        for day in _days(clock, whole):
            allowed = subtract(allowed, clock.repeated(day))
        return allowed

    def _hours(
        self, key: SlotKey, whole: Interval
    ) -> Iterator[tuple[Source, tuple[Interval, ...]]]:
        """Each kind of hours that binds an entry, and what it leaves of a span of time."""
        rules, clock = self._rulebook, zone_clock(key.zone)
        touchpoint, days = rules.touchpoints[key.touchpoint], _days(clock, whole)
        channel = rules.policy.channels[rules.channels[key.channel]].hours
        if channel is not None:
            yield "channel", intersect((whole,), _opened(clock, channel, days))
        category = rules.category_of[key.touchpoint].hours
        if category is not None:
            yield "category", intersect((whole,), _opened(clock, category, days))
        if key.wishes.quiet:
            quiet = Hours((key.wishes.quiet,) * 7)
            yield "quiet", subtract((whole,), _opened(clock, quiet, days))
        if touchpoint.line is not None:
            yield "line", intersect((whole,), self._line_open(touchpoint, whole))

    def _line_open(self, touchpoint: Touchpoint, whole: Interval) -> tuple[Interval, ...]:
        line: Line = self._rulebook.policy.lines[touchpoint.line or ""]
        rules = self._rulebook.closed.get(line.name, {})
        clock, last = zone_clock(line.timezone), touchpoint.line_open_for.seconds
        spans = []
        for day in range(clock.local_day(whole[0]) - 1, clock.local_day(whole[1] + last) + 1):
            weekday = rules.get(day, (day + 3) % 7)
            for start, end in () if weekday is None else line.hours.week[weekday]:
                spans.append((clock.instant(day, start), clock.instant(day, end)))
        return union((start, end - last) for start, end in union(spans))

    def _by_day(
        self, key: SlotKey, allowed: tuple[Interval, ...], whole: Interval
    ) -> Iterator[Slot]:
        clock = zone_clock(key.zone)
        touchpoint = self._rulebook.touchpoints[key.touchpoint]
        first_day = key.day + touchpoint.window.open_day
        minute = touchpoint.window.open_minute if touchpoint.at is None else touchpoint.at
        for day in range(clock.local_day(whole[0]), clock.local_day(whole[1] - 1) + 1):
            spans = intersect(allowed, ((clock.instant(day, 0), clock.instant(day + 1, 0)),))
            if spans:
                yield Slot(day, max(0, day - first_day), clock.instant(day, minute), spans)


def _days(clock: ZoneClock, whole: Interval) -> range:
    """The local days of a span of time, and the one before it, whose night may reach into it."""
    return range(clock.local_day(whole[0]) - 1, clock.local_day(whole[1] - 1) + 1)


def _opened(clock: ZoneClock, hours: Hours, days: range) -> tuple[Interval, ...]:
    return union(
        (clock.instant(day, start), clock.instant(day, end))
        for day in days
        for start, end in hours.on(day)
    )


def _pause(clock: ZoneClock, wishes: Wishes) -> tuple[Interval, ...]:
    first, last = wishes.pause_from, wishes.pause_until
    pauses = [(0, -(-(wishes.snooze_until or 0) // 60) * 60)]
    if first is not None or last is not None:
        start = 0 if first is None else clock.instant(first, 0)
        pauses.append((start, ALWAYS if last is None else clock.instant(last, DAY_MINUTES)))
    return union(pauses)
