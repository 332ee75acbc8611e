"""A request's body: rendered value by value, so that data stay data."""

from __future__ import annotations

import json
from typing import Any

import pytest

from touchpoints.channels.payload import as_form, as_json
from touchpoints.content.body import Body, flaws
from touchpoints.errors import RenderError, UsageError

MESSAGE = {
    "key": "C1/birthday/2026",
    "address": "+8613800000000",
    "subject": None,
    "body": "Dear Ann,\n\ngood day.",
}
HOSTILE = [
    '"}, "to": "evil',
    "\\",
    "{{7*7}}",
    "{% raw %}",
    "a&To=evil&b=%41+ ;",
    "</script>\u2028\u202e",
    "汉🎉",
    "\x00\x1b[2J",
]


def rendered(tree: object, **fields: object) -> Any:
    return Body(tree, "channels.sms.json").render(MESSAGE | fields)


def test_every_text_is_a_value_of_its_own_and_all_else_stays() -> None:
    tree = {"to": ["{{ message.address[1:] }}"], "n": 1, "no": None, "yes": True, "t": "{ text }"}
    assert rendered(tree) == tree | {"to": ["8613800000000"]}


def test_the_lines_of_a_text_stay() -> None:
    assert rendered({"text": "{{ message.body }}"}) == {"text": MESSAGE["body"]}


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_customer_is_called_never_becomes_a_part_of_the_body(text: str) -> None:
    tree = {"to": "{{ message.address }}", "text": "Dear {{ message.body }}"}
    values = rendered(tree, body=text)
    assert values == {"to": MESSAGE["address"], "text": f"Dear {text}"}
    assert json.loads(as_json(values)) == values
    assert as_form(values).count(b"&") == 1
    assert as_form(values).startswith(b"to=%2B8613800000000&text=Dear+")


def test_half_a_surrogate_is_replaced_and_infinity_is_refused() -> None:
    assert as_json(["\ud800"]) == b'["?"]'
    assert as_form({"a": "\ud800"}) == b"a=%3F"
    with pytest.raises(ValueError, match="JSON"):
        as_json([float("inf")])


def test_a_form_repeats_a_name_for_each_value() -> None:
    values = {"a": ["1", 2, True, None], "b": "é"}
    assert as_form(values) == b"a=1&a=2&a=true&a=&b=%C3%A9"


def test_what_a_message_does_not_have_needs_a_default() -> None:
    with pytest.raises(RenderError, match=r"channels\.sms\.json\.s: message has no 'subject'"):
        rendered({"s": "{{ message.subject }}"})
    assert rendered({"s": "{{ message.subject|default('none') }}"}) == {"s": "none"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ message.adress }}", "a message has no 'adress'; did you mean 'address'?"),
        ("{{ message['text'] }}", "a message has no 'text'; it has key, customer"),
        ("{{ mesage.body }}", "there is no 'mesage' here; did you mean 'message'?"),
        ("{{ customer.name }}", "there is no 'customer' here; there is message.key"),
        ("{{ message.__class__ }}", "_"),
        ("{{ 9**(9**9) }}", "not allowed"),
        ("{{ message.body.format(1) }}", "not"),
        ("{% include 'x/y.j2' %}", "a body includes no files"),
        ("{{ message.body", "unexpected end"),
    ],
)
def test_what_no_message_can_fill_is_told_before(text: str, told: str) -> None:
    (flaw, *_) = flaws({"a": ["x", text]})
    assert flaw.path == ("a", 1)
    with pytest.raises(UsageError) as refusal:
        Body({"a": ["x", text]}, "channels.sms.json")
    assert str(refusal.value).startswith("channels.sms.json.a.1: ")
    assert told in str(refusal.value)
