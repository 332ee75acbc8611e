"""Names, codes and amounts; a reader raises ValueError in words that follow the column's name."""

from __future__ import annotations

import re
import zoneinfo
from decimal import Decimal
from functools import lru_cache

from babel.core import get_global

from touchpoints.core.hours import parse_intervals
from touchpoints.core.policy import Duration
from touchpoints.workspace.regions import is_country, nearest_locale, use_packaged_zones

LONGEST_NAME = 200
LONGEST_REFERENCE = 2_000

_AMOUNT = re.compile(r"([+-]?)[$€£¥]? ?([+-]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)?")
_NOT_PLACES = frozenset(
    (
        *("EST", "MST", "HST", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT"),
        *("CET", "MET", "EET", "WET", "Factory", "localtime"),
    )
)
"""Names in the zone data that stand for an offset, not for a place: people mean other things."""


def identifier(text: str) -> str:
    """A name that keys are made of; `/` may be in it, what does not print may not.

    Invisible characters would make two names that look the same, and break a line of a log or a
    header; blanks at either end are left out before.
    """
    return _printable(text, LONGEST_NAME)


def reference(text: str) -> str:
    """A name that may be the key of a message: customer, touchpoint and occurrence in one."""
    return _printable(text, LONGEST_REFERENCE)


def _printable(text: str, longest: int) -> str:
    if len(text) > longest:
        raise ValueError(f"is longer than {longest} characters")
    if not text.isprintable():
        raise ValueError("has characters that do not print")
    return text


@lru_cache(maxsize=10_000)
def names(text: str) -> tuple[str, ...]:
    """Names with `;` between, each once, in their order."""
    parts = (identifier(part.strip()) for part in text.split(";"))
    return tuple(dict.fromkeys(part for part in parts if part))


@lru_cache(maxsize=10_000)
def zone(text: str) -> str:
    """An IANA zone by its own name or by an old one; abbreviations and offsets name no place."""
    found = _zones().get(text.casefold())
    if found is None:
        raise ValueError("is not an IANA zone such as Asia/Shanghai")
    return found


@lru_cache(maxsize=10_000)
def country(text: str) -> str:
    """A country by its two letters."""
    if not is_country(text.upper()):
        raise ValueError("is not a country of two letters such as CN")
    return text.upper()


@lru_cache(maxsize=10_000)
def locale(text: str) -> str:
    """A locale in the form `zh-CN`."""
    found = nearest_locale(text)
    if found is None:
        raise ValueError("is not a locale such as en or zh-CN")
    return found


@lru_cache(maxsize=10_000)
def status(text: str) -> str:
    """A status in small letters."""
    return identifier(text.lower())


def remark(text: str) -> str:
    """Free text on one line."""
    if len(text) > 500 or not text.isprintable():
        raise ValueError("is not one line of at most 500 characters")
    return text


def amount(text: str) -> str:
    """An amount in plain decimal notation: `$90,000` is `90000`; `1.234,56` is not guessed."""
    match = _AMOUNT.fullmatch(text)
    if match is None or len(text) > 40 or (match[1] and match[2]):
        raise ValueError("is not an amount such as 1234.56 or 1,234.56")
    whole, decimals = match[3].replace(",", ""), match[4] or ""
    number = Decimal(f"{match[1] or match[2]}{whole}{decimals}")
    return f"{abs(number) if number == 0 else number:f}"


def currency(text: str) -> str:
    """A currency by its three letters (ISO 4217)."""
    if text.upper() not in get_global("all_currencies"):
        raise ValueError("is not a currency of three letters such as CNY (ISO 4217)")
    return text.upper()


def hours(text: str) -> str:
    """Hours of every day, as the workspace file writes them."""
    try:
        parse_intervals(text)
    except ValueError:
        raise ValueError("is not hours such as 22:00-07:00 or 12:00-14:00, 22:00-07:00") from None
    return text


def count(text: str) -> int:
    """How many: a whole number from 1."""
    if not re.fullmatch("[0-9]{1,6}", text) or int(text) == 0:
        raise ValueError("is not a whole number from 1")
    return int(text)


def length(text: str) -> str:
    """A length of time in minutes, hours, days or weeks."""
    try:
        duration = Duration.parse(text)
    except ValueError:
        duration = Duration(0, "bd")
    if duration.unit == "bd" or duration.amount <= 0:
        raise ValueError("is not a length such as 30m, 4h, 7d or 2w")
    return str(duration)


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    use_packaged_zones()
    return {name.casefold(): name for name in zoneinfo.available_timezones() - _NOT_PLACES}
