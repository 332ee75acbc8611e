"""Weekly hours in the reader's words: `Mon–Fri 09:00–17:00, Sat 10:00–12:00`."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import get_day_names

from touchpoints.core.hours import Hours, week_in_words


@lru_cache(maxsize=256)
def hours_in_words(hours: Hours, locale: str) -> str:
    """The hours of a week, with the names of the days as this locale has them."""
    names = get_day_names("abbreviated", "format", _known(locale))
    return week_in_words(hours, [names[day] for day in range(7)])


def _known(locale: str) -> Locale:
    try:
        return Locale.parse(locale, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
