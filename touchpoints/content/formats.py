"""Dates, times, money and numbers as people of a locale write them (CLDR, through Babel)."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Literal, cast

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal
from jinja2 import Undefined

from touchpoints.content.amounts import Writing, learnt
from touchpoints.content.arithmetic import bounded, exact, number
from touchpoints.content.context import nearest
from touchpoints.errors import RenderError

DATE_STYLES = ("short", "medium", "long", "full", "day")
TIME_STYLES = ("short", "medium")

_CURRENCY = re.compile(r"[A-Z]{3}")

_Style = Literal["short", "medium", "long", "full"]


def date_text(value: object, locale: str, style: str = "medium") -> str:
    """A date, or an ISO text of one; style short, medium, long, full, or day (no year).

    Raises RenderError for anything else.
    """
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value[:10])
        except ValueError:
            raise _wrong("date", value, "a date, such as 2027-01-31") from None
    if isinstance(value, datetime):
        value = value.date()
    if not isinstance(value, date):
        raise _wrong("date", value, "a date")
    return _date(value, locale, _one_of("date", style, DATE_STYLES))


def time_text(value: object, locale: str, style: str = "short") -> str:
    """A time of day: of a time, of a moment in its own zone, or of a text such as 09:30.

    Raises RenderError for anything else.
    """
    if isinstance(value, str):
        try:
            value = time.fromisoformat(value)
        except ValueError:
            raise _wrong("time", value, "a time, such as 09:30") from None
    if isinstance(value, datetime):
        value = value.time()
    if not isinstance(value, time):
        raise _wrong("time", value, "a time")
    return _time(value.replace(tzinfo=None), locale, _one_of("time", style, TIME_STYLES))


def money_text(value: object, locale: str, currency: object = None) -> str:
    """An amount with its currency, an ISO 4217 code. Raises RenderError where either is missing."""
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise _wrong("money", currency, "a currency code: {{ fact.amount|money(fact.currency) }}")
    return _money(_amount("money", value), currency, locale)


def number_text(value: object, locale: str, digits: int | None = None) -> str:
    """A number with the locale's separators; `digits` after the point, 0 to 6, if given.

    Raises RenderError for what is not a number.
    """
    if digits is not None and digits not in range(7):
        raise _wrong("number", digits, "0 to 6 digits")
    return _number(_amount("number", value), locale, digits)


@lru_cache(maxsize=1024)
def known_locale(name: str) -> Locale:
    """The nearest locale that Babel knows: `zh-CN`, else its language, else English."""
    parts = name.replace("_", "-").split("-")
    for length in range(len(parts), 0, -1):
        try:
            return Locale.parse("_".join(parts[:length]))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


@lru_cache(maxsize=4096)
def _date(value: date, locale: str, style: str) -> str:
    chosen = known_locale(locale)
    if style == "day":
        return format_skeleton("MMMMd", value, locale=chosen)
    return format_date(value, cast("_Style", style), locale=chosen)


@lru_cache(maxsize=4096)
def _time(value: time, locale: str, style: str) -> str:
    return format_time(value, cast("_Style", style), locale=known_locale(locale))


@lru_cache(maxsize=4096)
def _money(value: Decimal, currency: str, locale: str) -> str:
    writing = _writing(currency, locale)
    if writing is None:
        return format_currency(value, currency, locale=known_locale(locale))
    return writing.text(value)


@lru_cache(maxsize=1024)
def _writing(currency: str, locale: str) -> Writing | None:
    return learnt(currency, known_locale(locale))


@lru_cache(maxsize=4096)
def _number(value: Decimal, locale: str, digits: int | None) -> str:
    pattern = None if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, pattern, locale=known_locale(locale))


def _amount(filter_name: str, value: object) -> Decimal:
    """`value` as a decimal: a number, or a text that reads as one."""
    try:
        amount = Decimal(value) if isinstance(value, str) else number(value)
        if amount is not None:
            return bounded(exact(amount))
    except InvalidOperation:
        pass
    raise _wrong(filter_name, value, "a number")


def _one_of(filter_name: str, style: object, styles: tuple[str, ...]) -> str:
    if isinstance(style, str) and style in styles:
        return style
    guess = nearest(str(style), styles)
    raise RenderError(
        f"{filter_name}: {style!r} is not a style; expected {', '.join(styles)}"
        + (f"; {guess}" if guess else "")
    )


def _wrong(filter_name: str, value: object, expected: str) -> RenderError:
    if isinstance(value, Undefined):
        str(value)  # raises the error that names it
    # The text itself may be a name or an address, and what cannot be rendered is logged.
    shown = "this text" if isinstance(value, str) else f"a {type(value).__name__}"
    return RenderError(f"{filter_name}: {shown} is not {expected}")
