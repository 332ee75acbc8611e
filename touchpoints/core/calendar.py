"""Civil days and instants: leap days, month ends, and the clocks of zones.

A day is an integer, days since 1970-01-01; a minute is local, since midnight, and may lie outside
0..1439; an instant is an integer, seconds since the epoch in UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
LeapDay = Literal["backward", "forward", "skip"]

EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
NEVER = 1 << 40
"""A day later than every real day; as a column value it means that there is no limit."""


def day_of(value: date) -> int:
    """The day number of a civil date."""
    return value.toordinal() - EPOCH_ORDINAL


def date_of(day: int) -> date:
    """The civil date of a day number."""
    return date.fromordinal(int(day) + EPOCH_ORDINAL)


def civil_days(year: Ints, month: Ints, day: Ints) -> Ints:
    """Day numbers of proleptic Gregorian dates, columnwise.

    The days-from-civil formula of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    A day past the month's end runs over into the next month: 29 February 2026 is 1 March 2026.
    """
    shifted = year - (month <= 2)
    era = shifted // 400
    year_of_era = shifted - era * 400
    day_of_year = (153 * (month + np.where(month > 2, -3, 9)) + 2) // 5 + day - 1
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return np.asarray(era * 146097 + day_of_era - 719468, dtype=np.int64)


def is_leap_year(year: Ints) -> npt.NDArray[np.bool_]:
    """Which years have a 29 February, columnwise."""
    return np.asarray((year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0)))


def anniversaries(year: Ints, month: Ints, day: Ints, leap_day: LeapDay) -> Ints:
    """Day numbers of month and day in the given years; 29 February by the RFC 7529 word.

    `backward` takes 28 February in common years, `forward` 1 March, `skip` gives `NEVER`.
    """
    days = civil_days(year, month, day)
    missing = (month == 2) & (day == 29) & ~is_leap_year(year)
    if leap_day == "backward":
        return np.asarray(days - missing, dtype=np.int64)
    if leap_day == "forward":
        return days
    return np.asarray(np.where(missing, NEVER, days), dtype=np.int64)


class ZoneClock:
    """The local clock of one zone: from local minutes to instants and back, through every change.

    A local minute that does not exist moves forward by the gap; a doubled one means the first.
    """

    def __init__(self, zone: str) -> None:
        self.name = zone
        self._zone = ZoneInfo(zone)
        self._steady: dict[int, int | None] = {}

    def instant(self, day: int, minute: int) -> int:
        """The instant of a local minute, in seconds."""
        day, minute = day + minute // 1440, minute % 1440
        offset = self._steady_offset(day)
        if offset is None:
            offset = self._offset_at(day, minute)
        return day * 86400 + minute * 60 - offset

    def local(self, instant: int) -> datetime:
        """The local date and time of an instant, aware."""
        return datetime.fromtimestamp(instant, UTC).astimezone(self._zone)

    def minute(self, instant: int) -> str:
        """An instant as people read it here: ISO, to the minute, with the offset."""
        return self.local(instant).isoformat(timespec="minutes")

    def local_day(self, instant: int) -> int:
        """The civil day on which an instant falls here."""
        return (instant + self.offset(instant)) // 86400

    def offset(self, instant: int) -> int:
        """Seconds east of Greenwich at an instant."""
        return _seconds(datetime.fromtimestamp(instant, UTC).astimezone(self._zone).utcoffset())

    def repeated(self, day: int) -> tuple[tuple[int, int], ...]:
        """The instants of a day whose wall-clock time comes for the second time, as an interval."""
        if self._steady_offset(day) is not None:
            return ()
        before, after = self._offset_at(day, 0, early=True), self._offset_at(day + 1, 0)
        low, high = day * 86400 - before - 7200, (day + 1) * 86400 - after + 7200
        if before <= after:
            return ()
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.offset(middle) == before else (low, middle)
        return ((high, high + before - after),)

    def _steady_offset(self, day: int) -> int | None:
        """The offset of a day on which the clock does not change, else None."""
        try:
            return self._steady[day]
        except KeyError:
            edges = {self.offset(day * 86400 + hour * 3600) for hour in (-16, 0, 16, 40)}
            steady = edges.pop() if len(edges) == 1 else None
            return self._steady.setdefault(day, steady)

    def _offset_at(self, day: int, minute: int, *, early: bool = False) -> int:
        wall = datetime.fromordinal(day + EPOCH_ORDINAL) + timedelta(minutes=minute)
        aware = wall.replace(tzinfo=self._zone, fold=0)
        first = _seconds(aware.utcoffset())
        return max(first, _seconds(aware.replace(fold=1).utcoffset())) if early else first


@lru_cache(maxsize=1024)
def zone_clock(zone: str) -> ZoneClock:
    """The clock of a zone, made once. Raises ZoneInfoNotFoundError for an unknown name."""
    return ZoneClock(zone)


def _seconds(offset: timedelta | None) -> int:
    assert offset is not None  # noqa: S101 - an aware datetime always has an offset
    return round(offset.total_seconds())
