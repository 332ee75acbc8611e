"""The Chinese lunar calendar from 1900 to 2100: days of lunar dates, and lunar dates of days.

The table was computed with `sxtwl` 2.0.7 (BSD, from astronomy). `cnlunar` 0.2.5 (MIT, a table of
the Hong Kong Observatory's) gives the same on every day that it knows, 1901-01-01 to 2100-02-08,
and so does the Observatory's own day table where it was at hand, 2015 to 2030. The months of 1900
and 2100 were checked against `borax` and `lunar_python` (both MIT). These two begin a month a day
later at the new moon of 28 September 2057 (`borax` on 4 September 2089 and 7 August 2097 too):
it comes close to midnight, and a note to the Observatory's conversion table says of these three
days, which it names so, that they may prove to be a day off.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from touchpoints.core.calendar import NEVER, Ints, date_of
from touchpoints.core.columns import Bools

FIRST_YEAR, LAST_YEAR = 1900, 2100
LEAP_KEY = 10_000
"""What is added to `month * 100 + day` where the month is a leap month."""

_NEW_YEAR_1900 = -25537
"""1900-01-31, the first day of the table."""
_YEARS = """
116d2 00752 00ea5 0b64a 0064b 00a9b 09556 0056a 00b59 05752 00752 0db25 00b25 00a4b 0b4ab
002ad 0056b 04b69 00da9 0fd92 00e92 00d25 0ba4d 00a56 002b6 095b5 006d4 00ea9 05e92 00e92
0cd26 0052b 00a57 0b2b6 00b5a 006d4 06ec9 00749 0f693 00a93 0052b 0ca5b 00aad 0056a 09b55
00ba4 00b49 05a93 00a95 0f52d 00536 00aad 0b5aa 005b2 00da5 07d4a 00d4a 10a95 00a97 00556
0cab5 00ad5 006d2 08ea5 00ea5 0064a 06c97 00a9b 0f55a 0056a 00b69 0b752 00b52 00b25 0964b
00a4b 114ab 002ad 0056d 0cb69 00da9 00d92 09d25 00d25 15a4d 00a56 002b6 0c5b5 006d5 00ea9
0be92 00e92 00d26 06a56 00a57 114d6 0035a 006d5 0b6c9 00749 00693 0952b 0052b 00a5b 0555a
0056a 0fb55 00ba4 00b49 0ba93 00a95 0052d 08aad 00ab5 135aa 005d2 00da5 0dd4a 00d4a 00c95
0952e 00556 00ab5 055b2 006d2 0cea5 00725 0064b 0ac97 00cab 0055a 06ad6 00b69 17752 00b52
00b25 0da4b 00a4b 004ab 0a55b 005ad 00b6a 05b52 00d92 0fd25 00d25 00a55 0b4ad 004b6 005b5
06daa 00ec9 11e92 00e92 00d26 0ca56 00a57 00556 086d5 00755 00749 06e93 00693 0f52b 0052b
00a5b 0b55a 0056a 00b65 0974a 00b4a 11a95 00a95 0052d 0caad 00ab5 005aa 08ba5 00da5 00d4a
07c95 00c96 0f94e 00556 00ab5 0b5b2 006d2 00ea5 08e4a 0068b 10c97 004ab 0055b 0cad6 00b6a
00752 09725 00b45 00a8b 0549b 004ab
"""
"""A hexadecimal number for each year: bit 0 is set where its first month has 30 days, else 29, and
so on to bit 12 for a thirteenth; above stands the month that its leap month follows, 0 without."""


@dataclass(frozen=True, slots=True)
class LunarDate:
    """A lunar date: year, month 1 to 12, day 1 to 30, and whether the month is a leap month.

    The year is named by the civil year in which it begins: most of lunar 2026 lies in 2026.
    """

    year: int
    month: int
    day: int
    leap: bool = False


def _tables() -> tuple[Ints, Ints]:
    """Of each year the leap month, and the first days of its months and of the next year."""
    words = np.array([int(word, 16) for word in _YEARS.split()], dtype=np.int64)
    leaps = words >> 13
    place = np.arange(13)
    lengths = 29 + (words[:, None] >> place & 1)
    lengths[:, 12] *= leaps > 0
    ends = _NEW_YEAR_1900 + np.cumsum(lengths).reshape(lengths.shape)
    return leaps, np.column_stack([ends[:, :1] - lengths[:, :1], ends])


_LEAPS, _STARTS = _tables()


def lunar_days(year: Ints, month: Ints, day: Ints, leap: Bools) -> Ints:
    """Day numbers of lunar dates with months 1 to 12 and days 1 to 30, columnwise.

    A leap month that the year does not have means its regular month; day 30 of a month of 29 days
    is the 29th. Years outside of the table give `NEVER`.
    """
    row = np.clip(year, FIRST_YEAR, LAST_YEAR) - FIRST_YEAR
    leap_month = _LEAPS[row]
    later = (month > leap_month) | (leap & (month == leap_month))
    place = month - 1 + ((leap_month > 0) & later)
    start = _STARTS[row, place]
    days = start + np.minimum(day, _STARTS[row, place + 1] - start) - 1
    known = row == year - FIRST_YEAR
    return np.asarray(np.where(known, days, NEVER), dtype=np.int64)


def lunar_dates(day: Ints) -> tuple[Ints, Ints, Ints, Bools]:
    """Year, month, day and leap of day numbers, columnwise; outside of the table all are 0."""
    known = (day >= _STARTS[0, 0]) & (day < _STARTS[-1, -1])
    number = np.where(known, day, _STARTS[0, 0])
    row = np.searchsorted(_STARTS[:, 0], number, side="right") - 1
    place = (_STARTS[row, :13] <= number[:, None]).sum(axis=1) - 1
    leap_month = _LEAPS[row]
    past = (leap_month > 0) & (place >= leap_month)
    return (
        known * (FIRST_YEAR + row),
        known * (place + 1 - past),
        known * (number - _STARTS[row, place] + 1),
        known & past & (place == leap_month),
    )


def lunar_date(day: int) -> LunarDate:
    """The lunar date of a day number; ValueError for a day outside of the table."""
    first, last = int(_STARTS[0, 0]), int(_STARTS[-1, -1]) - 1
    if not first <= day <= last:
        span = f"{date_of(first)} to {date_of(last)}"
        raise ValueError(f"day {day} is not in the lunar table, which reaches from {span}")
    year, month, of_month, leap = (int(part[0]) for part in lunar_dates(np.array([day])))
    return LunarDate(year, month, of_month, leap > 0)


def lunar_year_span(first: int, last: int) -> range:
    """The lunar years of the table that meet the civil days `first` to `last`, both included."""
    begins, ends = _STARTS[:, 0], _STARTS[:, -1]
    low = int(np.searchsorted(ends, first, side="right"))
    high = int(np.searchsorted(begins, last, side="right"))
    return range(FIRST_YEAR + low, FIRST_YEAR + max(low, high))


@lru_cache(maxsize=64)
def lunar_month_days(first: int, last: int) -> frozenset[int]:
    """The keys of all lunar birthdays that are kept on one of the days `first` to `last`.

    A key is `month * 100 + day`, for a leap month with `LEAP_KEY` added: the stored date, which may
    be a 30th kept on a 29th, or in a leap month kept in the regular one.
    """
    leap, month, day = (axis.ravel() for axis in np.indices((2, 12, 30)))
    years = np.array(lunar_year_span(first, last), dtype=np.int64)
    kept = lunar_days(years[:, None], month + 1, day + 1, leap > 0)
    found = ((first <= kept) & (kept <= last)).any(axis=0)
    keys = (month + 1) * 100 + day + 1 + leap * LEAP_KEY
    return frozenset(keys[found].tolist())
