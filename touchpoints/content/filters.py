"""The filters and tests that a template may use: a list one can read, none that can run away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from datetime import time as clock_time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from urllib.parse import quote

from jinja2 import Undefined, pass_context
from jinja2.runtime import Context
from markupsafe import escape

from touchpoints.content import formats
from touchpoints.content.arithmetic import bounded, exact, fits, number
from touchpoints.content.context import Missing, Record
from touchpoints.content.naming import Person, named
from touchpoints.content.openhours import LineHours
from touchpoints.content.rendering import RENDERING
from touchpoints.errors import RenderError


def printable(value: object) -> object:
    """What `{{ … }}` may write: text, numbers, dates, times. Raises RenderError for the rest."""
    if isinstance(value, str | Undefined):
        return value
    amount = number(value)
    if amount is not None:
        bounded(amount)
        return format(amount, "f") if isinstance(amount, Decimal) else amount
    if isinstance(value, date | clock_time):
        return value.isoformat()
    if isinstance(value, Record):
        str(value)  # raises the error that names it
    raise RenderError(f"{kind(value)} cannot be written as text")


def text(value: object) -> str:
    """`value` as text, as `{{ … }}` would write it."""
    written = printable(value)
    return written if isinstance(written, str) else str(written)


def kind(value: object) -> str:
    """What a value is, in the words of error messages."""
    names = {type(None): "nothing", bool: "a truth value", list: "a list", tuple: "a list"}
    return names.get(type(value), f"a {type(value).__name__}")


def default(value: object, instead: object = "", boolean: bool = False) -> object:
    """`instead` where there is no value; with `true`, also where it is empty or zero."""
    missing = value is None or isinstance(value, Undefined)
    return instead if missing or (boolean and not value) else value


def truncate(value: object, length: int = 60, end: str = "…") -> str:
    """The first `length` characters at most, the end mark included."""
    whole = text(value)
    return whole if len(whole) <= length else whole[: max(0, length - len(end))].rstrip() + end


def integer(value: object, instead: int = 0) -> int:
    """The whole number that a text or number stands for, cut towards zero; else `instead`."""
    amount = _decimal(value)
    return instead if amount is None else int(amount)


def decimal(value: object, instead: object = 0) -> object:
    """The number that a text stands for; else `instead`."""
    amount = _decimal(value)
    return instead if amount is None else amount


def rounded(value: object, digits: int = 0) -> Decimal:
    """The number rounded half up to 0 to 6 digits. Raises RenderError for what is no number."""
    amount = _decimal(value)
    if amount is None or digits not in range(7):
        raise RenderError("round needs a number, and 0 to 6 digits")
    return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def absolute(value: object) -> object:
    """The number without its sign."""
    amount = number(value)
    if amount is None:
        raise RenderError(f"abs needs a number, not {kind(value)}")
    return abs(amount)


def length(value: object) -> int:
    """How many characters a text has, or items a list."""
    return len(_sequence("length", value))


def first(value: object) -> object:
    """The first item or character. Raises RenderError where there is none."""
    return _sequence("first", value, filled=True)[0]


def last(value: object) -> object:
    """The last item or character. Raises RenderError where there is none."""
    return _sequence("last", value, filled=True)[-1]


def join(value: object, between: object = ", ") -> str:
    """The items of a list as one text. Raises RenderError for what is no list."""
    texts = [text(item) for item in _sequence("join", value)]
    mark = text(between)
    fits(sum(map(len, texts)) + len(mark) * len(texts))
    return mark.join(texts)


def urlencode(value: object) -> str:
    """The text as a part of a web address."""
    return quote(text(value), safe="")


@pass_context
def _date(context: Context, value: object, style: str = "medium") -> str:
    return formats.date_text(value, context[RENDERING].locale, style)


@pass_context
def _time(context: Context, value: object, style: str = "short") -> str:
    return formats.time_text(value, context[RENDERING].locale, style)


@pass_context
def _money(context: Context, value: object, currency: object = None) -> str:
    return formats.money_text(value, context[RENDERING].locale, currency)


@pass_context
def _number(context: Context, value: object, digits: int | None = None) -> str:
    return formats.number_text(value, context[RENDERING].locale, digits)


def _hours(value: object) -> object:
    """The hours of a line with the holidays ahead: of `line`, or of `line.hours`."""
    if isinstance(value, Record):
        found = value.value("hours")
        value = Missing(obj=value, name="hours") if found is None else found
    if isinstance(value, LineHours):
        return value.full
    if isinstance(value, str | Undefined):
        return value
    raise RenderError(f"hours needs a line, not {kind(value)}: {{{{ line|hours }}}}")


@pass_context
def _name(context: Context, value: object, style: str = "full") -> object:
    """A customer's name: full, given, family, or formal; missing where nothing is known."""
    if isinstance(value, Undefined):
        str(value)  # raises the error that names it
    if not isinstance(value, Record):
        raise RenderError(f"name needs a customer, not {kind(value)}: {{{{ customer|name }}}}")
    found = named(Person.of(value.value), style, context[RENDERING].locale)
    what = f"{value.label} has no {style} name; add |default('…') for those without"
    return found or Missing(hint=what)


def _sequence(filter_name: str, value: object, *, filled: bool = False) -> Sequence[object]:
    if isinstance(value, Undefined):
        str(value)  # raises the error that names it
    if not isinstance(value, str | list | tuple):
        raise RenderError(f"{filter_name} needs a text or a list, not {kind(value)}")
    if filled and not value:
        raise RenderError(f"{filter_name} of an empty list")
    return value


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, Undefined):
        str(value)  # raises the error that names it
    try:
        amount = Decimal(value) if isinstance(value, str) else number(value)
        return None if amount is None else bounded(exact(amount))
    except InvalidOperation:
        return None


PLAIN_FILTERS: Mapping[str, Callable[..., object]] = {
    "abs": absolute,
    "capitalize": lambda value: text(value).capitalize(),
    "count": length,
    "d": default,
    "default": default,
    "first": first,
    "float": decimal,
    "int": integer,
    "join": join,
    "last": last,
    "length": length,
    "lower": lambda value: text(value).lower(),
    "round": rounded,
    "title": lambda value: text(value).title(),
    "trim": lambda value: text(value).strip(),
    "truncate": truncate,
    "upper": lambda value: text(value).upper(),
}
"""Filters that need no locale; an audience may use these."""

FILTERS: Mapping[str, Callable[..., object]] = {
    **PLAIN_FILTERS,
    "date": _date,
    "e": lambda value: escape(text(value)),
    "escape": lambda value: escape(text(value)),
    "hours": _hours,
    "money": _money,
    "name": _name,
    "number": _number,
    "time": _time,
    "urlencode": urlencode,
}
"""Every filter of a template."""


def _there(value: object) -> bool:
    absent = value is None or isinstance(value, Undefined)
    return not absent and not (isinstance(value, Record) and not value)


TESTS: Mapping[str, Callable[[object], bool]] = {
    "defined": _there,
    "undefined": lambda value: not _there(value),
    "none": lambda value: not _there(value),
    "string": lambda value: isinstance(value, str),
    "number": lambda value: number(value) is not None,
    "even": lambda value: integer(value) % 2 == 0,
    "odd": lambda value: integer(value) % 2 == 1,
}
"""Every test of a template, as in `is defined`."""
