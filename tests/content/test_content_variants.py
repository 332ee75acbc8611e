"""Variants, declared defaults, names and hours: who gets which words."""

from __future__ import annotations

from datetime import date

import pytest

from touchpoints.content.check import check_template
from touchpoints.content.openhours import LineHours
from touchpoints.content.plaintext import plain_text
from touchpoints.core.hours import Hours
from touchpoints.core.policy import Line, Policy
from touchpoints.engine.hourwords import line_hours
from touchpoints.errors import RenderError, UsageError

GOLD = "---\nwhen: customer.tier == 'gold'\n---\nDear {{ customer.name }}"


def test_the_first_variant_whose_rule_holds_is_taken_and_everybody_else_gets_the_text(desk) -> None:
    desk.write("note/sms.en.j2", "Hi {{ customer.name }}")
    desk.write("note/sms.en+gold.j2", GOLD)
    desk.write("note/sms.en+second.j2", "---\nwhen: occurrence.offset > 0\n---\nAgain")

    def said(tier: str | None, offset: int) -> str:
        context = {"customer": {"name": "Ann", "tier": tier}, "occurrence": {"offset": offset}}
        return desk.renderer.render("note", "sms", "en", context).text

    assert said("gold", 5) == "Dear Ann"
    assert said("basic", 5) == "Again"
    assert said(None, 0) == "Hi Ann"
    choice = desk.renderer.choose("note", "sms", "en", {"customer": {"tier": "basic"}})
    assert [(each.variant, each.holds) for each in choice.asked] == [
        ("gold", False),
        ("second", False),
    ]
    assert choice.asked[0].values == {"customer.tier": "basic"}


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("note/sms.en+gold.j2", "x", "variant"),
        ("note/sms.en+gold.j2", "---\nwhen: custmer.tier\n---\nx", "variant"),
        ("note/sms.en+gold.j2", "---\nwhen: customer.delete()\n---\nx", "variant"),
        ("note/sms.zh+gold.j2", GOLD, "variant"),
        ("note/sms.en.j2", "---\nwhen: customer.tier\n---\nx", "variant"),
    ],
)
def test_a_variant_without_a_rule_or_alone_is_told(desk, name: str, text: str, code: str) -> None:
    desk.write("note/sms.en.j2", "x")
    desk.write(name, text)
    assert [each.code for each in check_template(desk.catalogue, "note", ["sms"], [], {})] == [code]


def test_a_variant_without_a_rule_is_not_sent(desk) -> None:
    desk.write("note/sms.en.j2", "x")
    desk.write("note/sms.en+gold.j2", "y")
    with pytest.raises(UsageError, match="needs a line when"):
        desk.renderer.render("note", "sms", "en", {})


def test_a_declared_default_stands_in_for_a_blank_field(desk) -> None:
    front = "---\nvariables:\n  customer.given_name: {sample: Ann, default: customer}\n---\n"
    body = front + "Dear {{ customer.given_name }}, {{ customer.given_name is defined }}"
    body = body.replace(", {{ customer.given_name is defined }}", "")
    assert desk.text(body) == "Dear customer"
    assert desk.text(body, customer={"given_name": " "}) == "Dear customer"
    assert desk.text(body, customer={"given_name": "Ann"}) == "Dear Ann"


@pytest.mark.parametrize(
    "front",
    [
        "variables: x",
        "variables: {given_name: Ann}",
        "variables: {customer._x: Ann}",
        "variables: {customer.x: {samples: Ann}}",
    ],
)
def test_a_wrong_declaration_is_told(desk, front: str) -> None:
    desk.write("note/sms.j2", f"---\n{front}\n---\nx")
    (one,) = check_template(desk.catalogue, "note", ["sms"], [], {})
    assert (one.code, one.line) == ("front-matter", 2)


def test_a_question_whether_a_field_is_there_is_no_error(desk) -> None:
    body = "{% if customer.given_name %}Dear {{ customer.given_name }}{% else %}Good day{% endif %}"
    assert desk.text(body) == "Good day"
    assert desk.text(body, customer={"given_name": "Ann"}) == "Dear Ann"


@pytest.mark.parametrize(
    ("customer", "locale", "style", "written"),
    [
        ({"given_name": "Ann", "family_name": "Lee"}, "en", "full", "Ann Lee"),
        ({"given_name": "芳", "family_name": "王"}, "zh-CN", "full", "王芳"),
        ({"given_name": "芳", "family_name": "王"}, "en", "full", "王芳"),
        ({"given_name": "Ann", "family_name": "Lee"}, "en", "given", "Ann"),
        ({"family_name": "Lee", "gender": "f"}, "en", "formal", "Ms Lee"),
        ({"family_name": "Lee", "title": "Dr"}, "en", "formal", "Dr Lee"),
        ({"name": "Ann Lee", "family_name": "Lee"}, "en", "formal", "Ann Lee"),
        ({"family_name": "王", "name": "王芳", "gender": "女"}, "zh", "formal", "王女士"),
        ({"name": "王伟", "gender": "male"}, "zh", "formal", "王伟先生"),
        ({"name": "王芳"}, "zh", "formal", "王芳"),
        ({"family_name": "Huber", "gender": "m"}, "de", "formal", "Herr Huber"),
        ({"name": "田中"}, "ja", "formal", "田中様"),
        ({}, "en", "formal", "friend"),
    ],
)
def test_a_name_is_written_as_people_of_the_locale_do(
    desk, customer: dict[str, str], locale: str, style: str, written: str
) -> None:
    body = "{{ customer|name('" + style + "')|default('friend') }}"
    assert desk.text(body, locale, customer=customer) == written


def test_a_name_that_nobody_knows_is_an_error(desk) -> None:
    with pytest.raises(RenderError, match="no given name"):
        desk.text("Hello {{ customer|name('given') }},", customer={"name": "Lee"})
    with pytest.raises(RenderError, match="expected full, given"):
        desk.text("{{ customer|name('first') }}", customer={"name": "Lee"})


NEW_YEAR = 1798588800  # 2026-12-30T00:00:00Z


def test_hours_tell_the_holidays_ahead_in_the_readers_language(desk) -> None:
    line = Line("service", "1", "Asia/Shanghai", Hours.parse({"mon-fri": "09:00-17:00"}), "CN")
    policy = Policy(timezone="Asia/Shanghai", lines={"service": line})
    hours = line_hours(policy, line, "en-GB", NEW_YEAR)
    assert hours == "Mon–Fri 09:00–17:00"
    told = {"phone": "1", "hours": hours}
    assert desk.text("{{ line|hours }}", line=told).startswith("Mon–Fri 9:00–17:00, closed 1")
    assert desk.text("{{ line.hours|hours }}", line=told) == hours.full
    assert desk.text("{{ line.hours }}", line=told) == "Mon–Fri 09:00–17:00"
    assert "休息" in line_hours(policy, line, "zh-CN", NEW_YEAR).full
    with pytest.raises(RenderError, match="line"):
        desk.text("{{ line|hours }}")


def test_days_in_a_row_are_told_as_a_span() -> None:
    days = (date(2026, 10, 1), date(2026, 10, 7))
    one = (date(2027, 1, 1), date(2027, 1, 1))
    hours = LineHours.of("Mon 09:00–17:00", "en-GB", [days, one], [])
    # Babel 2.19 takes a longer month from CLDR than 2.18 did.
    spans = ("1–7 Oct", "1\u2009–\u20097 October")
    assert hours.full in {f"Mon 9:00–17:00, closed {span}, 1 January" for span in spans}


def test_a_text_part_is_made_from_the_html_where_none_is_written(desk) -> None:
    desk.write(
        "note/email.en.html.j2",
        '---\nsubject: "For {{ customer.name }} & co"\nfrom: "Bank <a@b.example>"\n---\n'
        "<style>p { margin: 0 }</style><h1>Hello</h1>\n<p>Dear {{ customer.name }},<br>see\n"
        '<a href="https://b.example/x">our page</a>.</p>',
    )
    mail = desk.renderer.render("note", "email", "en", {"customer": {"name": "A & B"}})
    assert mail.subject == "For A & B & co"
    assert mail.sender == "Bank <a@b.example>"
    assert mail.text == "Hello\n\nDear A & B,\nsee our page (https://b.example/x)."
    assert '<p style="margin: 0' in mail.html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<div style='display: none'>x<div>y</div></div><p>a</p>", "a"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        (
            "<table><tr><th>Due</th><td>1</td></tr>\n<tr><th>名</th><td>2</td></tr></table>",
            "Due: 1\n名：2",
        ),
        ('<a href="tel:123">123</a> <img alt="Logo" src="x">', "123 Logo"),
        ("1 &lt; 2 <!-- no --> &amp; 3", "1 < 2 & 3"),
        ("<script>alert(1)</script>a<b", "a<b"),
    ],
)
def test_html_is_read_as_text(html: str, text: str) -> None:
    assert plain_text(html) == text


def told(desk, text: str, **more: str) -> list[tuple[int, str, str]]:
    """The declared variables that are not used, with their lines and what may have been meant."""
    desk.write("note/email.en.html.j2", text)
    for name, shared in more.items():
        desk.write(f"_shared/{name}.html.j2", shared)
    found = check_template(desk.catalogue, "note", ["email"], [], {})
    return [(each.line, each.what, each.remedy) for each in found if each.code == "variable"]


def test_a_declared_variable_that_is_not_used_is_told_with_the_nearest_name(desk) -> None:
    front = "---\nsubject: Hi\nvariables:\n  customer.given_nam: Ann\n  fact.ref: R-1\n---\n"
    assert told(desk, front + "<p>{{ customer.given_name|default('you') }}</p>") == [
        (
            4,
            "customer.given_nam is declared, and the text does not use it",
            "did you mean 'given_name'?",
        ),
        (
            5,
            "fact.ref is declared, and the text does not use it",
            "use it, or take it out of the variables",
        ),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "---\nsubject: Hi {{ customer.tier }}\nvariables: {customer.tier: gold}\n---\nx",
        "---\nsubject: Hi\nvariables: {customer.tier: gold}\n---\n{{ customer['tier'] }}",
        "---\nsubject: Hi\nvariables: {customer.title: Ms}\n---\n{{ customer|name('formal') }}",
        "---\nsubject: Hi\nvariables: {customer.tier: a}\n---\n{% include '_shared/a.html.j2' %}",
        "---\nsubject: Hi\nvariables: {customer.tier: a}\n---\n{% if customer.tier %}x{% endif %}",
    ],
    ids=["subject", "item", "whole", "shared", "asked"],
)
def test_a_declared_variable_that_is_used_anywhere_is_not_told(desk, text: str) -> None:
    assert told(desk, text, a="<p>{{ customer.tier }}</p>") == []


def test_the_rule_of_a_variant_uses_what_it_asks_for(desk) -> None:
    desk.write("note/sms.en.j2", "x")
    rule = "when: occurrence.offset > 3\nvariables: {occurrence.offset: 5, customer.tier: gold}"
    desk.write("note/sms.en+late.j2", f"---\n{rule}\n---\nx")
    found = check_template(desk.catalogue, "note", ["sms"], [], {})
    assert [each.what.partition(" ")[0] for each in found] == ["customer.tier"]


def test_of_a_broken_text_nobody_knows_what_it_uses(desk) -> None:
    front = "---\nsubject: Hi\nvariables: {customer.tier: gold}\n---\n"
    assert told(desk, front + "{% if %}") == []
