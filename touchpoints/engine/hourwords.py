"""Weekly hours in the reader's words: `Mon–Fri 09:00–17:00, Sat 10:00–12:00`."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import get_day_names

from touchpoints.core.hours import DAY_MINUTES, Hours


@lru_cache(maxsize=256)
def hours_in_words(hours: Hours, locale: str) -> str:
    """The hours of a week, neighbouring days with the same hours together."""
    names = get_day_names("abbreviated", "format", _known(locale))
    parts: list[str] = []
    day = 0
    while day < 7:
        last = day
        while last < 6 and hours.week[last + 1] == hours.week[day]:
            last += 1
        if hours.week[day]:
            spans = ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in hours.week[day])
            days = names[day] if day == last else f"{names[day]}–{names[last]}"
            parts.append(f"{days} {spans}")
        day = last + 1
    return ", ".join(parts)


def _clock(minute: int) -> str:
    minute = minute if minute == DAY_MINUTES else minute % DAY_MINUTES
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _known(locale: str) -> Locale:
    try:
        return Locale.parse(locale, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
