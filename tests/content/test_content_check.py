"""What `check` says about a template before anyone receives it."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from touchpoints.content.check import check_template

NAMES: dict[str, Collection[str] | None] = {
    "customer": {"name", "given_name", "status"},
    "fact": {"amount", "currency", "date"},
    "line": None,
}


def complaints(desk, *channels: str, locales: tuple[str, ...] = ("en",)) -> list[str]:
    """The codes of all complaints about the template `note`."""
    found = check_template(desk.catalogue, "note", channels, locales, NAMES)
    return [f"{one.severity} {one.code}" for one in found]


def test_a_good_template_has_no_complaint(desk) -> None:
    desk.write(
        "_shared/frame.html.j2", "<p>{{ subject }} {{ language }}{% block a %}{% endblock %}</p>"
    )
    desk.write(
        "note/email.en.j2",
        '---\nsubject: "{{ customer.name }}"\n---\n{% set a = fact.amount %}{{ a }}'
        "{% for b in fact.date %}{{ loop.index }}{{ b }}{% endfor %}",
    )
    desk.write(
        "note/email.en.html.j2",
        "{% extends '_shared/frame.html.j2' %}"
        "{% block a %}{{ super() }}{{ preheader }}{% endblock %}",
    )
    assert complaints(desk, "email") == []


@pytest.mark.parametrize(
    ("channel", "text", "found"),
    [
        ("sms", "{{ customer.__class__ }}", ["error refused"]),
        ("sms", "{{ customer.nam", ["error syntax"]),
        ("sms", "{{ customer.given_nam }}", ["error unknown-name"]),
        ("sms", "{{ customer['given_nam'] }}", ["error unknown-name"]),
        ("sms", "{{ custmer.name }}", ["error unknown-name"]),
        ("sms", "{{ line.anything }}", []),
        ("sms", " \n", ["error empty"]),
        ("sms", "x" * 1601, ["error too-long"]),
        ("sms", "x" * 200, ["warning segments"]),
        ("sms", "{% if line %}" + "x" * 150 + "{% else %}" + "y" * 150 + "{% endif %}", []),
        ("sms", "Happy birthday 🎂", ["warning segments"]),
        ("sms", "生日快乐 🎂", []),
        ("sms", "Ann\u2019s day", []),
        ("sms", "Call {{ line.phone }}", ["error line-hours"]),
        ("sms", "Call {{ line.phone }}, {{ line.hours }}", []),
        ("sms", "{% include '_shared/absent.j2' %}", ["error no-file"]),
        ("email", "Text", ["error no-subject"]),
        ("email", "---\nsubject: x\nsubjct: y\n---\nText", ["error front-matter"]),
        ("email", "---\nsubject: {{ x }}\n---\nText", ["error front-matter"]),
        ("email", "---\nsubject: '{{ customer.nme }}'\n---\nText", ["error unknown-name"]),
    ],
)
def test_each_mistake_is_told_by_its_code(desk, channel: str, text: str, found: list[str]) -> None:
    desk.write(f"note/{channel}.en.j2", text)
    assert complaints(desk, channel) == found


def test_a_complaint_says_where_and_what_was_meant(desk) -> None:
    path = desk.write(
        "note/email.en.j2", "---\nsubject: x\n---\nHello\nDear {{ customer.given_nam }}"
    )
    (one,) = check_template(desk.catalogue, "note", ["email"], ["en"], NAMES)
    assert (one.file, one.line, one.column) == (str(path), 5, 18)
    assert str(one).endswith("customer has no 'given_nam'; did you mean 'given_name'?")


def test_a_channel_without_text_is_an_error_and_a_locale_without_one_a_warning(desk) -> None:
    desk.write("note/sms.en.j2", "x")
    assert complaints(desk, "sms", "push") == ["error no-template"]
    assert complaints(desk, "sms", locales=("en-GB", "zh-CN")) == ["warning no-locale"]
    desk.write("note/sms.j2", "x")
    assert complaints(desk, "sms", locales=("en-GB", "zh-CN")) == []


def test_a_template_that_is_not_there_is_told_the_nearest(desk) -> None:
    desk.write("notes/sms.j2", "x")
    (one,) = check_template(desk.catalogue, "note", ["sms"], ["en"], NAMES)
    assert "did you mean 'notes'?" in str(one)


def test_shared_files_and_html_are_checked_too(desk) -> None:
    desk.write("_shared/frame.html.j2", "<p>{{ customer.nme }}</p>{% block a %}{% endblock %}")
    desk.write("note/email.en.j2", "---\nsubject: x\n---\nText")
    desk.write("note/email.en.html.j2", "{% extends '_shared/frame.html.j2' %}")
    assert complaints(desk, "email") == ["error unknown-name"]
    desk.write("note/email.en.html.j2", '<a href="{{ customer.status }}">x</a>')
    assert complaints(desk, "email") == ["warning variable-link"]
    desk.write("_shared/a.j2", "{% include '_shared/a.j2' %}")
    desk.write("note/sms.en.j2", "{% include '_shared/a.j2' %}")
    assert complaints(desk, "sms") == ["error no-file"]


def test_files_that_include_each_other_many_times_are_read_once(desk) -> None:
    for number in range(12):
        desk.write(f"_shared/f{number}.j2", f"{{% include '_shared/f{number + 1}.j2' %}}" * 10)
    desk.write("_shared/f12.j2", "{{ custmer.name }}")
    desk.write("note/sms.en.j2", "{% include '_shared/f0.j2' %}")
    assert complaints(desk, "sms") == ["error unknown-name"]
