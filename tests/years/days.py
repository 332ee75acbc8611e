"""Civil days that the checker works out for itself: Easter, Czech holidays, anniversaries."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

DAY = timedelta(days=1)


def easter(year: int) -> date:
    """Easter Sunday, by the rule of the anonymous Gregorian computus (Nature, 20 April 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@lru_cache
def czech_holidays(year: int) -> frozenset[date]:
    """The public holidays of the Czech Republic before 2000.

    17 November was a day of remembrance then, on which people worked, and is a holiday since the
    law 245/2000; the `holidays` library has it since 1990, and so has the product.
    """
    fixed = (
        *((1, 1), (5, 1), (5, 8), (7, 5), (7, 6)),
        *((10, 28), (11, 17)),
        *((12, 24), (12, 25), (12, 26)),
    )
    return frozenset({date(year, *each) for each in fixed} | {easter(year) + DAY})


def business_days_before(day: date, count: int) -> date:
    """The `count`-th Czech business day before a date, which is not counted itself."""
    while count:
        day -= DAY
        count -= day.weekday() < 5 and day not in czech_holidays(day.year)
    return day


def in_year(birthday: date, year: int, *, forward: bool = False) -> date:
    """A birthday in a year; 29 February is kept on the 28th or, `forward`, on 1 March."""
    try:
        return birthday.replace(year=year)
    except ValueError:
        return date(year, 3, 1) if forward else date(year, 2, 28)


def month_ends(first: int, last: int, months: tuple[int, ...]) -> Iterator[date]:
    """The last days of some months of the years `first` to `last`."""
    for year in range(first, last + 1):
        for month in months:
            yield date(year + month // 12, month % 12 + 1, 1) - DAY


def rows(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, with or without the mark that some of them begin with."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text))
