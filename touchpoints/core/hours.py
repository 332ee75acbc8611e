"""Allowed time: weekly hours as people write them, and intersections of intervals.

An interval is a pair of integers `[start, end)`; a list of intervals is sorted and disjoint.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Interval = tuple[int, int]

DAY_MINUTES = 1440
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_TIME = re.compile(r"(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class Hours:
    """Weekly hours: for each weekday, Monday first, the intervals that start on it, in minutes.

    A night such as `22:00-07:00` belongs to the day on which it starts, and ends past 1440.
    """

    week: tuple[tuple[Interval, ...], ...]

    @classmethod
    def parse(cls, text: str | Mapping[str, str | None]) -> Hours:
        """Read `09:00-17:00`, `09:00-12:00, 14:00-18:00`, or a mapping `{mon-fri: …, sat: …}`.

        A weekday that the mapping leaves out, or sets to null, is closed. Raises ValueError, with
        the expected form, for anything else.
        """
        if isinstance(text, str):
            return cls((parse_intervals(text),) * 7)
        week: list[tuple[Interval, ...]] = [()] * 7
        named: set[int] = set()
        for days, spans in text.items():
            intervals = parse_intervals(spans) if spans else ()
            for weekday in parse_weekdays(days):
                if weekday in named:
                    raise ValueError(f"{WEEKDAYS[weekday]} is given twice")
                named.add(weekday)
                week[weekday] = intervals
        return cls(tuple(week))

    def on(self, day: int) -> tuple[Interval, ...]:
        """The intervals that start on a civil day, counted in days since 1970-01-01."""
        return self.week[(day + 3) % 7]


def parse_minute(text: str, *, end: bool = False) -> int:
    """Minutes since midnight of `HH:MM`; `24:00` only as an end. Raises ValueError."""
    match = _TIME.fullmatch(text.strip())
    if match is not None:
        minute = int(match[1]) * 60 + int(match[2])
        if int(match[2]) < 60 and (minute < DAY_MINUTES or (end and minute == DAY_MINUTES)):
            return minute
    raise ValueError(f"{text!r} is not a time of day; expected HH:MM from 00:00 to 23:59")


def parse_intervals(text: str) -> tuple[Interval, ...]:
    """Intervals of one day from `09:00-12:00, 14:00-18:00`. Raises ValueError."""
    intervals = []
    for part in text.split(","):
        start_text, dash, end_text = part.partition("-")
        if not dash:
            raise ValueError(f"{part.strip()!r} is not a span of hours; expected HH:MM-HH:MM")
        start, end = parse_minute(start_text), parse_minute(end_text, end=True)
        if start == end:
            raise ValueError(f"{part.strip()!r} is empty or a whole day; write 00:00-24:00 for all")
        intervals.append((start, end if end > start else end + DAY_MINUTES))
    return union(intervals)


def parse_weekdays(text: str) -> tuple[int, ...]:
    """Weekday numbers, Monday 0, of `mon`, `mon-fri` or `sat, sun`. Raises ValueError."""
    weekdays: list[int] = []
    for part in text.lower().split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        for name in (first, last) if dash else (first,):
            if name not in WEEKDAYS:
                raise ValueError(f"{name!r} is not a weekday; expected {', '.join(WEEKDAYS)}")
        start = WEEKDAYS.index(first)
        length = (WEEKDAYS.index(last) - start) % 7 if dash else 0
        weekdays.extend((start + step) % 7 for step in range(length + 1))
    return tuple(weekdays)


def week_in_words(hours: Hours, names: Sequence[str], to: str = "–", comma: str = ", ") -> str:
    """The hours of a week, Monday's name first, neighbouring days with the same hours together."""
    parts: list[str] = []
    day = 0
    while day < 7:
        last = day
        while last < 6 and hours.week[last + 1] == hours.week[day]:
            last += 1
        if hours.week[day]:
            days = names[day] if day == last else f"{names[day]}{to}{names[last]}"
            parts.append(f"{days} {spans_in_words(hours.week[day], comma)}")
        day = last + 1
    return comma.join(parts)


def spans_in_words(intervals: Sequence[Interval], comma: str = ", ") -> str:
    """Intervals of a day: `09:00–12:00, 14:00–18:00`."""
    return comma.join(f"{_clock(start)}–{_clock(end)}" for start, end in intervals)


def _clock(minute: int) -> str:
    minute = minute if minute == DAY_MINUTES else minute % DAY_MINUTES
    return f"{minute // 60:02d}:{minute % 60:02d}"


def union(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """All time that lies in at least one of the intervals; empty ones vanish."""
    merged: list[Interval] = []
    for start, end in sorted(interval for interval in intervals if interval[0] < interval[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def intersect(left: Sequence[Interval], right: Sequence[Interval]) -> tuple[Interval, ...]:
    """All time that lies in both lists."""
    common: list[Interval] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start = max(left[i][0], right[j][0])
        end = min(left[i][1], right[j][1])
        if start < end:
            common.append((start, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return tuple(common)


def subtract(left: Sequence[Interval], right: Sequence[Interval]) -> tuple[Interval, ...]:
    """All time of `left` that lies in none of `right`."""
    rest: list[Interval] = []
    for start, end in left:
        free_from = start
        for hole_start, hole_end in right:
            if hole_end <= free_from or hole_start >= end:
                continue
            if free_from < hole_start:
                rest.append((free_from, hole_start))
            free_from = hole_end
        if free_from < end:
            rest.append((free_from, end))
    return tuple(rest)
