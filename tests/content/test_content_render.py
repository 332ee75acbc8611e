"""From a template and one customer's data to the words that leave."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from touchpoints.content.context import frozen
from touchpoints.errors import RenderError, UsageError

FACT = {
    "amount": Decimal("1234.5"),
    "currency": "EUR",
    "date": date(2026, 11, 27),
    "at": datetime(2026, 11, 27, 15, 4, tzinfo=UTC),
    "opens": time(9, 30),
    "text_date": "2026-11-27",
    "points": "250",
}


@pytest.mark.parametrize(
    ("expression", "locale", "written"),
    [
        ("fact.amount|money(fact.currency)", "en", "€1,234.50"),
        ("fact.amount|money(fact.currency)", "de", "1.234,50\xa0€"),
        ("fact.amount|money('CNY')", "zh-CN", "¥1,234.50"),
        ("fact.date|date", "en", "Nov 27, 2026"),
        ("fact.date|date", "en-GB", "27 Nov 2026"),
        ("fact.date|date('long')", "en_GB", "27 November 2026"),
        ("fact.date|date('day')", "en", "November 27"),
        ("fact.date|date('day')", "zh", "11月27日"),
        ("fact.date|date('long')", "zh-CN", "2026年11月27日"),
        ("fact.text_date|date('short')", "en", "11/27/26"),
        ("fact.at|date", "en-GB", "27 Nov 2026"),
        ("fact.at|time", "en-GB", "15:04"),
        ("fact.opens|time", "de", "09:30"),
        ("fact.amount|number", "de", "1.234,5"),
        ("fact.amount|number(2)", "en", "1,234.50"),
        ("fact.points|number", "en", "250"),
        ("fact.points|int + 1", "en", "251"),
        ("fact.date", "en", "2026-11-27"),
        ("fact.amount", "en", "1234.5"),
        ("fact.date.year", "en", "2026"),
        ("fact.date|date", "xx-nonsense", "Nov 27, 2026"),
        ("(fact.amount * 1.1)|round(2)", "en", "1357.95"),
        ("fact.amount|round(1)|number(1)", "en", "1,234.5"),
        ("'a-b c'|title|truncate(4)", "en", "A-B…"),
        ("fact.points[-2:] ~ '/' ~ fact.points|first", "en", "50/2"),
        ("'Ann & Bo'|urlencode", "en", "Ann%20%26%20Bo"),
        ("fact.missing|default('none')", "en", "none"),
        ("'' |default('empty', true)", "en", "empty"),
        ("fact.missing is defined or line is defined or fact.points is none", "en", None),
    ],
)
def test_filters_write_as_people_of_the_locale_do(
    desk, expression: str, locale: str, written: str | None
) -> None:
    if written is None:
        assert desk.text("{% if " + expression + " %}yes{% else %}no{% endif %}", fact=FACT) == "no"
    else:
        assert desk.text("{{ " + expression + " }}", locale, fact=FACT) == written


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("fact.amount|date", "a Decimal is not a date"),
        ("fact.currency|date", "date: this text is not a date"),
        ("fact.date|time", "a date is not a time"),
        ("fact.currency|money('EUR')", "money: this text is not a number"),
        ("fact.amount|money", "not a currency code"),
        ("fact.amount|money('euro')", "money: this text is not a currency code"),
        ("fact.amount|money(fact.curency)", "fact has no 'curency'; did you mean 'currency'?"),
        ("fact.date|date('lang')", "did you mean 'long'?"),
        ("customer.given_nam", "customer has no 'given_nam'; did you mean 'given_name'?"),
        ("custmer.name", "there is no 'custmer' here; did you mean 'customer'?"),
        ("line.phone", "there is no line here"),
        ("customer.given_name|first|first|abs", "abs needs a number"),
        ("fact.points < 3", "not supported"),
        ("customer.given_name[9]", "no place 9"),
        ("customer|upper", "whole record"),
    ],
)
def test_what_cannot_be_written_is_told_with_its_place(desk, expression: str, reason: str) -> None:
    customer = {"given_name": "Ann", "family_name": "Lee"}
    with pytest.raises(RenderError) as caught:
        desk.text("Hello,\n{{ " + expression + " }}", fact=FACT, customer=customer)
    assert reason in str(caught.value)
    assert "note/push.j2:2: " in str(caught.value)


def test_a_place_after_front_matter_is_that_of_the_file(desk) -> None:
    desk.write("note/email.j2", "---\nsubject: x\ntone: warm\n---\none\n{{ fact.nothing }}\n")
    with pytest.raises(RenderError, match=r"email\.j2:6: "):
        desk.mail({})


def test_a_blank_name_takes_the_default_and_never_says_hello_comma(desk) -> None:
    body = "Hello {{ customer.given_name|default('neighbour') }},"
    for blank in ({}, {"given_name": ""}, {"given_name": None}, {"given_name": " "}):
        assert desk.text(body, customer=blank) == "Hello neighbour,"
    with pytest.raises(RenderError, match="given_name"):
        desk.text("Hello {{ customer.given_name }},", customer={"given_name": ""})


def test_a_record_that_is_absent_is_false_and_its_fields_are_missing(desk) -> None:
    assert desk.text("{% if line %}call{% else %}reply{% endif %}") == "reply"
    assert desk.text("{{ line.phone|default('-') }}", line=None) == "-"


def test_subject_text_and_html_say_the_same_to_one_customer(desk) -> None:
    desk.write(
        "note/email.en.j2",
        '---\nsubject: "For {{ customer.name }}"\npreheader: "{{ customer.name }}!"\n---\n'
        "\nDear {{ customer.name }}\n\n",
    )
    desk.write(
        "note/email.en.html.j2",
        '<p lang="{{ language }}">{{ subject }} {{ preheader }} {{ customer.name }}</p>',
    )
    mail = desk.renderer.render("note", "email", "en-GB", {"customer": {"name": "A & B"}})
    assert mail.subject == "For A & B"
    assert mail.text == "Dear A & B"
    assert mail.html == '<p lang="en-GB">For A &amp; B A &amp; B! A &amp; B</p>\n'


def test_an_email_without_a_subject_is_not_sent(desk) -> None:
    desk.write("note/email.j2", "Hello")
    with pytest.raises(UsageError, match="subject"):
        desk.mail({})


def test_a_text_that_comes_out_empty_is_not_sent(desk) -> None:
    with pytest.raises(RenderError, match="empty"):
        desk.text("{% if line %}call{% endif %}")


def test_a_changed_file_is_read_anew(desk) -> None:
    assert desk.text("one") == "one"
    assert desk.text("three") == "three"
    desk.write("_shared/footer.j2", "first")
    assert desk.text("{% include '_shared/footer.j2' %}") == "first"
    desk.write("_shared/footer.j2", "second one")
    assert desk.text("{% include '_shared/footer.j2' %}") == "second one"


def test_dates_follow_the_words_where_the_language_is_another(desk) -> None:
    desk.write("note/push.en.j2", "due {{ fact.date|date('day') }}")
    said = desk.renderer.render("note", "push", "zh-CN", {"fact": FACT}).text
    assert said == "due November 27"


def test_loops_and_layouts_work(desk) -> None:
    desk.write("_shared/frame.j2", "<< {% block inner %}{% endblock %} >>")
    body = (
        "{% extends '_shared/frame.j2' %}{% block inner %}"
        "{% for item in fact.list %}{{ loop.index }}{{ item.name }}{% if not loop.last %}, "
        "{% endif %}{% else %}none{% endfor %}{% endblock %}"
    )
    assert desk.text(body, fact={"list": [{"name": "a"}, {"name": "b"}]}) == "<< 1a, 2b >>"
    assert desk.text(body, fact={"list": []}) == "<< none >>"


def test_a_frozen_record_has_only_its_filled_fields() -> None:
    record = frozen({"name": "Ann", "note": "", "nothing": None, "blank": "\u202e"}, "customer")
    assert dict(record) == {"name": "Ann"}
    assert len(record) == 1
    assert not frozen({"note": None})
    with pytest.raises(KeyError):
        record["note"]


WORDS = """
    {{ }} {% %} {# #} if for in endif endfor set customer fact . name amount list date | money
    ('EUR') ( ) [ ] 1 9999999999 0.5 'x' " ' ~ + - * / // % ** == < and not is defined else block b
    endblock include extends 'note/push.j2' super() loop.index = , : \\x00 é <a href= subject:
    __class__ raw endraw upper join first default
"""
PIECES = [
    *WORDS.split(),
    " ",
    "\n",
    "---\n",
    "{{ customer.name }}",
    "{% for a in fact.list %}",
    "{% endfor %}",
    "{% if fact %}",
    "{% endif %}",
    "{{ fact.amount|",
    "{{ fact.date",
    "{% set a = ",
    "{% include '_shared/a.j2' %}",
]


@settings(
    max_examples=600,
    deadline=1000,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.one_of(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.text(max_size=80)))
@example("{{ 1 if 0 }}")
@example("{% extends 'note/push.j2' %}")
def test_no_template_does_more_than_render_or_complain(desk, source: str) -> None:
    desk.write("_shared/a.j2", "shared")
    source = source.encode("utf-8", "ignore").decode()
    context = {"customer": {"name": "Ann"}, "fact": {**FACT, "list": [1, "a", None]}}
    for channel in ("push.j2", "email.j2", "email.html.j2"):
        desk.write(f"note/{channel}", source)
    for channel in ("push", "email"):
        with contextlib.suppress(UsageError, RenderError):
            desk.renderer.render("note", channel, "en", context)
