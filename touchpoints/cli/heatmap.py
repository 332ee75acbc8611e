"""Calendars of days as a map of shades: weeks are columns, from Monday down to Sunday."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import ceil

WEEKS = 27
"""Half a year has so many weeks at most, or one more; that is what fits on a telephone."""

PITCH, CELL = 12, 10
LEFT, TOP = 26, 16
"""Pixels: from one day to the next, a day's own, and the room for weekdays and for months."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Scale:
    """Shades for counts: shade 1 up to the first bound, shade 2 up to the second; 0 is nothing."""

    bounds: tuple[int, ...]

    @classmethod
    def over(cls, counts: Iterable[int], shades: int) -> Scale:
        """Bounds between which there are about as many of the days on which there is something."""
        found = sorted(count for count in counts if count)
        ranks = (ceil(len(found) * (shade + 1) / shades) - 1 for shade in range(shades))
        return cls(tuple(sorted({found[rank] for rank in ranks})) if found else ())

    def shade(self, count: int) -> int:
        """The shade of a count that is not above the last bound."""
        return sum(bound < count for bound in self.bounds) + 1 if count else 0

    def ranges(self) -> Iterator[tuple[int, str]]:
        """(shade, the counts that have it), from shade 1 on."""
        for shade, (before, bound) in enumerate(pairwise((0, *self.bounds)), start=1):
            least = before + 1
            yield shade, f"{bound:,}" if least == bound else f"{least:,}–{bound:,}"


@dataclass(frozen=True, slots=True)
class Day:
    """A day and its place in the drawing, in pixels."""

    date: date
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """A part of a year as it is drawn: a name, its days, and where its months begin."""

    name: str
    days: tuple[Day, ...]
    months: tuple[tuple[int, str], ...]

    @classmethod
    def between(cls, first: date, last: date) -> Calendar:
        """The calendar of all days from the first to the last."""
        monday = first - timedelta(days=first.weekday())
        days = tuple(
            Day(each, LEFT + PITCH * ((each - monday).days // 7), TOP + PITCH * each.weekday())
            for each in _days(first, last)
        )
        heads = [day for day in days if day.date == first or day.date.day == 1]
        # A month of which less than two weeks are seen leaves no room for its name.
        crowded = len(heads) > 1 and heads[1].x - heads[0].x < 2 * PITCH
        months = tuple((day.x, MONTHS[day.date.month - 1]) for day in heads[crowded:])
        return cls(_name(first, last), days, months)

    @property
    def width(self) -> int:
        """The width of the drawing, with room for the name of a month in the last week."""
        return max(self.days[-1].x + CELL, self.months[-1][0] + 2 * PITCH)

    @property
    def height(self) -> int:
        """The height of the drawing."""
        return TOP + 7 * PITCH


def calendars(first: date, last: date) -> list[Calendar]:
    """One calendar where that fits, else one for each half of a year.

    Less than a week at either end, such as one evening further west, stays with its neighbour.
    """
    if (last - first).days // 7 < WEEKS:
        return [Calendar.between(first, last)]
    starts = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in (1, 7)]
    week = timedelta(days=7)
    begins = [first, *(each for each in starts if first + week <= each <= last - week)]
    ends = [*(each - timedelta(days=1) for each in begins[1:]), last]
    return [Calendar.between(begin, end) for begin, end in zip(begins, ends, strict=True)]


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _name(first: date, last: date) -> str:
    begin, end = (f"{MONTHS[each.month - 1]} {each.year}" for each in (first, last))
    if begin == end:
        return begin
    return f"{begin.removesuffix(f' {last.year}')} to {end}"
