"""Comparisons as people mean them: files hold numbers and dates as text, and some hold nothing."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from touchpoints.content.arithmetic import exact, number


def _alike(left: object, right: object) -> tuple[Any, Any]:
    """Both values in one kind: a text becomes a number or a date where the other one is that."""
    if type(left) is type(right):
        return left, right
    try:
        return _like(left, right), _like(right, left)
    except (InvalidOperation, ValueError):
        return left, right


def _like(value: object, other: object) -> object:
    """`value` in the kind of `other`. Raises ValueError or InvalidOperation where it has none."""
    if number(other) is not None:
        amount = Decimal(value) if isinstance(value, str) else number(value)
        return value if amount is None else exact(amount)
    if isinstance(other, date):
        day = date.fromisoformat(value) if isinstance(value, str) else value
        if isinstance(day, datetime) and not isinstance(other, datetime):
            return day.date()
        return day
    return value


def _equal(left: object, right: object) -> bool:
    a, b = _alike(left, right)
    return bool(a == b)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[object, object], bool]:
    def holds(left: object, right: object) -> bool:
        if left is None or right is None:
            return False
        try:
            return compare(*_alike(left, right))
        except TypeError:
            return False

    return holds


def _within(left: object, right: object) -> bool:
    if isinstance(right, str):
        return isinstance(left, str) and left in right
    return isinstance(right, list | tuple) and any(_equal(left, item) for item in right)


COMPARISONS: Mapping[str, Callable[[object, object], bool]] = {
    "eq": _equal,
    "ne": lambda left, right: not _equal(left, right),
    "lt": _ordered(operator.lt),
    "lteq": _ordered(operator.le),
    "gt": _ordered(operator.gt),
    "gteq": _ordered(operator.ge),
    "in": _within,
    "notin": lambda left, right: not _within(left, right),
}
"""What each sign of a comparison means. Nothing is less or greater than what is missing."""
