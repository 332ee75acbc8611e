"""Phone numbers and opening hours that somebody typed into a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

_NUMBER = re.compile(r"\+?\d(?:[ \u00a0().\-/]{0,3}\d){5,}")
_LEAST = 7
"""Digits that a number has at least, so that an amount is not taken for one."""
_HOURS = re.compile(
    r"\d{1,2}[:.：]\d{2}\s*(?:[-–—~～]|to|until|至|到)\s*\d{1,2}[:.：]\d{2}"
    r"|\d{1,2}\s*(?:am|a\.m\.)?\s*(?:[-–—]|to)\s*\d{1,2}\s*(?:pm|p\.m\.)"
    r"|\d{1,2}\s*[点时]\s*(?:[-–—~～]|至|到)\s*(?:下午|晚上)?\s*\d{1,2}\s*[点时]"
    r"|24\s*/\s*7|24\s*hours|24\s*小时|around the clock|day and night|全天",
    re.IGNORECASE,
)
"""Hours as people type them: `9:00-17:00`, `9 am to 5 pm`, `9点至17点`, `24/7`."""


def typed_numbers(words: str, phones: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Where one of the phones is typed in: the lines before it, and the number as it stands.

    A number typed without its country code is the same number.
    """
    known = [digits for digits in map(_digits, phones) if len(digits) >= _LEAST]
    for match in _NUMBER.finditer(words) if known else ():
        typed = _digits(match[0])
        if len(typed) >= _LEAST and any(
            one.endswith(typed) or typed.endswith(one) for one in known
        ):
            yield words.count("\n", 0, match.start()), match[0]


@lru_cache(maxsize=1024)
def types_hours(words: str) -> bool:
    """Whether hours are typed in."""
    return _HOURS.search(words) is not None


@lru_cache(maxsize=256)
def _digits(number: str) -> str:
    return re.sub(r"\D", "", number).lstrip("0")
