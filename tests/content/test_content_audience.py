"""Who a touchpoint is for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from touchpoints.content.audience import Audience
from touchpoints.content.expression import TemplateError
from touchpoints.errors import UsageError

KNOWN: dict[tuple[str, str], Any] = {
    ("customer", "status"): "active",
    ("customer", "points"): "250",
    ("customer", "tags"): ("gold", "staff"),
    ("customer", "birthday"): date(1990, 2, 28),
    ("fact", "status"): "open",
    ("fact", "amount"): Decimal("1234.50"),
    ("fact", "date"): date(2026, 11, 27),
    ("event", "at"): datetime(2026, 11, 27, 15, tzinfo=UTC),
    ("history", "count"): 3,
}


def holds(expression: str) -> bool:
    """Whether an expression holds for the customer of this page."""
    audience = Audience(expression)
    return audience.holds(tuple(KNOWN.get(field) for field in audience.fields))


@pytest.mark.parametrize(
    "expression",
    [
        "true",
        "customer.status == 'active'",
        "customer['status'] == 'active'",
        "fact.status == 'open' and fact.amount > 0",
        "customer.status in ['active', 'new']",
        "customer.status not in ('closed', 'blocked')",
        "'gold' in customer.tags",
        "'act' in customer.status",
        "not (fact.amount < 1000)",
        "1000 < fact.amount <= 2000",
        "fact.amount * 1.1 > 1300 and fact.amount - 34.5 == 1200",
        "fact.amount == 1234.5",
        "customer.points > 100 and 100 < customer.points",
        "customer.points|int + 1 == 251",
        "customer.points == 250",
        "fact.date >= '2026-11-01'",
        "fact.date - customer.birthday > 365",
        "event.at == fact.date",
        "fact.date.month == 11",
        "customer.missing is not defined and customer.status is defined",
        "customer.missing|default('x') == 'x'",
        "customer.missing == none",
        "customer.missing != 'gold'",
        "customer.status|upper ~ '!' == 'ACTIVE!'",
        "(1 if history.count > 2 else 0) == 1",
        "-fact.amount < 0",
        "customer.tags|length == 2 and customer.tags[0] == 'gold'",
        "fact.amount|round(0)|int == 1235",
    ],
)
def test_what_a_marketer_means_holds(expression: str) -> None:
    assert holds(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "false",
        "none",
        "customer.missing > 0",
        "customer.missing <= 0",
        "0 > customer.missing",
        "none > 0",
        "customer.missing in ['a']",
        "'a' in customer.missing",
        "customer.missing * 2 > 0",
        "customer.missing|int > 0",
        "customer.missing.year > 0",
        "customer.status > 3",
        "customer.status * 2 == 4",
        "fact.amount / 0 > 1",
        "fact.date > 'tomorrow'",
        "customer.tags[9] == 'x'",
        "customer.status|round(1) > 0",
        "customer.status == 3",
    ],
)
def test_what_is_missing_or_cannot_be_judged_does_not_hold(expression: str) -> None:
    assert not holds(expression)


def test_the_fields_are_those_it_reads_sorted_and_once() -> None:
    audience = Audience("fact.amount > 0 and customer.status == 'x' or fact.amount < customer.b")
    assert audience.fields == (("customer", "b"), ("customer", "status"), ("fact", "amount"))


@pytest.mark.parametrize(
    ("expression", "reason", "column"),
    [
        ("custmer.status == 'x'", "did you mean 'customer'?", 1),
        ("true and line.phone", "there is no 'line' here", 10),
        ("fact", "whole record", 1),
        ("foo", "there is no 'foo'", 1),
        ("customer.name.upper()", "call", 15),
        ("customer._x", "'_x'", 10),
        ("customer.x|mony", "did you mean 'money'?", 12),
        ("fact.amount|money('EUR') == 'x'", "does not belong here", 13),
        ("customer.x == ", "end of", 1),
        ("customer.x ==== 1", "", 1),
        ("customer.x }} y", "", 1),
        ("customer.x y", "unexpected 'y'", 1),
        ("9**(9**9) > 1", "power", 2),
        ("'A'*1000000000 == 'x'", "numbers", 4),
        ("(" * 5000 + "1" + ")" * 5000, "longer than", 1),
        ("(" * 2000 + "1" + ")" * 2000, "deep", 1),
        ("1" * 4090, "large", 1),
        ("range(9) == 1", "call", 1),
        ("customer.x in [customer.y]", "fixed", 15),
        ("customer['x':'y']", "field", 9),
        ("", "", 1),
    ],
)
def test_a_wrong_expression_is_refused_with_its_place(
    expression: str, reason: str, column: int
) -> None:
    with pytest.raises(TemplateError) as caught:
        Audience(expression)
    assert reason in str(caught.value)
    assert caught.value.column == column
    assert isinstance(caught.value, UsageError)


def test_answers_are_remembered_by_type_and_value() -> None:
    audience = Audience("customer.a == '1'")
    assert audience.holds(("1",))
    assert audience.holds((1,))
    assert not audience.holds((True,))
    assert not audience.holds((None,))


def test_a_list_among_the_values_is_judged_too() -> None:
    assert Audience("'a' in customer.tags").holds((["a"],))


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.text(max_size=5),
    st.dates(),
    st.datetimes(),
    st.lists(st.text(max_size=2), max_size=2).map(tuple),
)
WORDS = """
    customer.a fact.b history.c + - * / // % ~ < <= > >= == != and or not in is defined none
    number odd | int upper round default first join ( ) [ ] 0 1.5 'x' , if else . year
"""


@settings(max_examples=500, deadline=1000)
@given(
    st.lists(st.sampled_from(WORDS.split()), max_size=12), st.lists(VALUES, min_size=3, max_size=3)
)
def test_no_expression_and_no_value_raises_anything_else(words: list[str], values: Any) -> None:
    try:
        audience = Audience(" ".join(words))
    except UsageError:
        return
    assert audience.holds(tuple(values[: len(audience.fields)])) in {True, False}


@settings(deadline=1000)
@given(st.lists(VALUES, min_size=2, max_size=2))
@pytest.mark.parametrize("sign", ["+", "-", "*", "/", "//", "%", "~", "<", "==", "in"])
def test_no_pair_of_values_raises(sign: str, values: Any) -> None:
    audience = Audience(f"(customer.a {sign} customer.b) == 1")
    assert audience.holds(tuple(values)) in {True, False}


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        ("true", ["true"]),
        ("fact.status == 'open' and fact.amount > 0", ["fact.status == 'open'", "fact.amount > 0"]),
        (
            "customer.a and (customer.b and customer.c) and not customer.d",
            ["customer.a", "(customer.b and customer.c)", "not customer.d"],
        ),
        ("customer.a and customer.b or customer.c", ["customer.a and customer.b or customer.c"]),
        ("customer.a == 'x and y' and\n  customer.b", ["customer.a == 'x and y'", "customer.b"]),
        ("customer.b if customer.a and customer.c else false", None),
    ],
)
def test_an_audience_falls_into_the_parts_that_must_all_hold(
    expression: str, parts: list[str] | None
) -> None:
    found = [part.expression for part in Audience(expression).parts]
    assert found == ([expression] if parts is None else parts)
