"""Amounts: written the same as Babel writes them, in every locale that it knows."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel import Locale, localedata
from babel.numbers import format_currency
from hypothesis import given, settings
from hypothesis import strategies as st

from touchpoints.content.amounts import learnt
from touchpoints.content.formats import money_text

LOCALES = sorted(localedata.locale_identifiers())
CURRENCIES = ("EUR", "USD", "CNY", "JPY", "KWD", "CLF", "INR", "CHF", "XXX", "QQQ")
AMOUNTS = st.decimals(-(10**15), 10**15, allow_nan=False) | st.decimals(-2000, 2000, places=3)


@settings(deadline=None)
@given(AMOUNTS, st.sampled_from(CURRENCIES), st.sampled_from(LOCALES))
def test_an_amount_is_written_as_babel_writes_it(amount: Decimal, currency: str, name: str) -> None:
    babel = format_currency(amount, currency, locale=Locale.parse(name))
    assert money_text(amount, name, currency) == babel


@pytest.mark.parametrize("amount", ["0", "-0", "0.005", "0.015", "-0.001", "999.995", "1E+5"])
def test_halves_and_zeros_are_rounded_alike(amount: str) -> None:
    for locale in map(Locale.parse, LOCALES[::7]):
        writing = learnt("EUR", locale)
        if writing is not None:
            babel = format_currency(Decimal(amount), "EUR", locale=locale)
            assert writing.text(Decimal(amount)) == babel


@pytest.mark.parametrize(("name", "known"), [("en", True), ("zh_CN", True), ("hi_IN", False)])
def test_where_digits_are_not_parted_by_threes_babel_writes(name: str, known: bool) -> None:
    assert (learnt("INR", Locale.parse(name)) is not None) is known
