"""When a line is open, in the reader's words: the usual week, and the days that are unlike it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from babel.dates import format_interval, format_skeleton

from touchpoints.content.formats import known_locale

Days = tuple[date, date]
"""The first and the last of some days in a row."""

_WORDS = {
    "en": ("closed {}", "open {}"),
    "zh": ("{}休息", "{}照常服务"),
    "de": ("geschlossen {}", "geöffnet {}"),
    "fr": ("fermé {}", "ouvert {}"),
    "es": ("cerrado {}", "abierto {}"),
    "it": ("chiuso {}", "aperto {}"),
}
_EARLY = re.compile(r"\b0(?=\d:)")


class LineHours(str):
    """The usual hours of a week, as text; `full` also tells the days that are unlike it.

    `{{ line.hours }}` writes the one, `{{ line|hours }}` the other.
    """

    full: str

    @classmethod
    def of(
        cls, week: str, locale: str, closed: Sequence[Days], opened: Sequence[Days]
    ) -> LineHours:
        """The hours `week`, and in the words of a locale on which days they do not hold."""
        hours = cls(week)
        language = known_locale(locale).language
        words = _WORDS.get(language, _WORDS["en"])
        comma = "，" if language == "zh" else ", "
        parts = [_EARLY.sub("", week)]
        for phrase, ranges in zip(words, (closed, opened), strict=True):
            if ranges:
                days = ("、" if language == "zh" else ", ").join(_days(*r, locale) for r in ranges)
                parts.append(phrase.format(days))
        hours.full = comma.join(parts)
        return hours


def _days(first: date, last: date, locale: str) -> str:
    chosen = known_locale(locale)
    if first == last:
        return format_skeleton("MMMMd", first, locale=chosen)
    return format_interval(first, last, "MMMMd", locale=chosen)
