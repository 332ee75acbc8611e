"""Arithmetic as templates and audiences may use it: on numbers, with bounds, never on powers."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from jinja2 import Undefined

from touchpoints.content.limits import LARGEST_NUMBER, STRING_CHARACTERS
from touchpoints.errors import RenderError

Number = TypeVar("Number", int, float, Decimal, int | float | Decimal)

OPERATORS: Mapping[str, Callable[..., int | float | Decimal]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}


def operate(sign: str, left: object, right: object) -> object:
    """`left sign right` for two numbers, two dates (`-` gives days) or two texts (`+` joins them).

    Raises RenderError for other types and for results beyond the limits.
    """
    for side in (left, right):
        if isinstance(side, Undefined):
            str(side)  # raises the error that names it
    if sign == "+" and isinstance(left, str) and isinstance(right, str):
        return short(left, right)
    if sign == "-" and isinstance(left, date) and isinstance(right, date):
        return (_day(left) - _day(right)).days
    a, b = number(left), number(right)
    if a is None or b is None:
        raise RenderError(
            f"{sign!r} needs two numbers, not {type(left).__name__} and {type(right).__name__}"
        )
    if isinstance(a, Decimal) != isinstance(b, Decimal):
        a, b = exact(a), exact(b)
    try:
        return bounded(OPERATORS[sign](a, b))
    except ZeroDivisionError:
        raise RenderError(f"{sign!r} divides by zero") from None


def number(value: object) -> int | float | Decimal | None:
    """`value` if it is a number (a truth value is none), else None."""
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return value if is_number else None  # type: ignore[return-value]


def exact(value: int | float | Decimal) -> Decimal:
    """`value` as a decimal that reads as it was written: 1.1 stays 1.1."""
    return Decimal(str(value)) if isinstance(value, float) else Decimal(value)


def bounded(value: Number) -> Number:
    """`value` if it is a usual number, at most 10**15 in size. Raises RenderError otherwise."""
    if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        raise RenderError("a number is too large")
    return value


def short(*pieces: str) -> str:
    """The pieces joined. Raises RenderError where they exceed the limit for one expression."""
    fits(sum(map(len, pieces)))
    return "".join(pieces)


def fits(characters: int) -> None:
    """Raise RenderError where a text of so many characters is too long for one expression."""
    if characters > STRING_CHARACTERS:
        raise RenderError(f"a text is longer than {STRING_CHARACTERS:,} characters")


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value
