"""Templates that mean harm, and data that mean harm: refused, or harmless."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchpoints.content.environment import inspect
from touchpoints.content.sms import segments
from touchpoints.content.text import name_line
from touchpoints.errors import PolicyError, RenderError, UsageError

REFUSED = [
    "{{''.__class__.__mro__}}",
    "{{''|attr('__cla'~'ss__')}}",
    "{{[c]|map(attribute='__init__.__globals__')|list}}",
    "{{'{0.__class__}'.format(c)}}",
    "{{'{c.__init__}'.format_map({'c':c})}}",
    "{{cycler.__init__.__globals__}}",
    "{{lipsum.__globals__}}",
    "{{customer._secret}}",
    "{{customer['_secret']}}",
    "{{customer[fact.kind]}}",
    "{{c.delete()}}",
    "{{9**(9**9)}}",
    "{% if false %}{{9**(9**9)}}{% endif %}",
    "{% if false %}{{'A'*10**9}}{% endif %}",
    "{{'A'*1000000000}}",
    "{{1000000000*'A'}}",
    "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
    "{{'a'|center(10**9)}}",
    "{{'a'|center(1000000000)}}",
    "{{'%0999999999d'|format(1)}}",
    "{{'%0999999999d' % 1}}",
    "{% set n = namespace(s='aa') %}{% for i in [1,2] %}{% set n.s = n.s~n.s %}{% endfor %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "{{ customer.name" + "|upper" * 20000 + " }}",
    "{{ customer.name" + "|e" * 20000 + " }}",
    "{{ " + "9" * 100_000 + " }}",
    "{{ " + "9" * 50_000 + " }}",
    "{{ 0x" + "f" * 50_000 + " }}",
    "{{ 1e999 }}",
    "{{ 1" + "+1" * 20_000 + " }}",
    "{{ [" + "1," * 20_000 + "] }}",
    "{% if 1 %}" * 3000 + "{% endif %}" * 3000,
    "{% include '../../etc/passwd' %}",
    "{% include 'a/../../etc/passwd.j2' %}",
    "{% extends '/etc/passwd' %}",
    "{% include name_var %}",
    "{% include ['a.j2', 'b.j2'] %}",
    "{% include 'base.html\x00' %}",
    "{% include 'base.html\\x00' %}",
    "{% import 'a.j2' as a %}",
    "{% from 'a.j2' import b %}",
    "{{ customer.name|safe }}",
    "{% autoescape false %}{{ customer.name }}{% endautoescape %}",
    "{% filter upper %}a{% endfilter %}",
    "{% set x %}a{% endset %}",
    "{{customer}}",
    "{% debug %}",
    "{% do 1 %}",
    "{{ self }}",
    "{{ self.body() }}",
    "{{ loop.__class__ }}",
    "{% for a in x recursive %}{{ loop(a) }}{% endfor %}",
    "{% for a in x %}{% for b in a %}{% for c in b %}{% endfor %}{% endfor %}{% endfor %}",
    "{{ {'a': 1} }}",
    "{{ [[1, 2], [3]] }}",
    "{{ customer.name|replace('a', 'aaaaaaaaa') }}",
    "{{ customer.name|xmlattr }}",
    "{{ customer.name is filter }}",
    "{{ customer.name|join(*x) }}",
    "{{ '\\ud800' }}",
    "{{ 'a\\x00' }}",
    "a\x00b",
    "x" * 70_000,
    "{{ unclosed",
    "{{ unclosed " * 5_000,
    "{{ 1 }}" * 9_000,
    "<a " * 20_000 + "{{ x }}",
    "{% if %}",
    "{{ customer.name|date(1, 2, 3) }}",
]


@pytest.mark.parametrize("payload", REFUSED, ids=lambda payload: payload[:40])
def test_a_hostile_template_is_refused_with_line_and_reason_in_little_memory(payload: str) -> None:
    tracemalloc.start()
    complaints = inspect("first line\n" + payload, "note/email.en.html.j2", 5)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    errors = [complaint for complaint in complaints if complaint.severity == "error"]
    assert errors
    assert all(complaint.line >= 5 and complaint.what for complaint in errors)
    assert peak < 50_000_000


def test_a_hostile_template_is_refused_in_50_milliseconds() -> None:
    def fastest(payload: str) -> float:
        spans = []
        for _ in range(3):
            started = time.perf_counter()
            inspect(payload, "note/sms.en.j2")
            spans.append(time.perf_counter() - started)
        return min(spans)

    slow = {payload[:40]: span for payload in REFUSED if (span := fastest(payload)) > 0.05}
    assert not slow


NORMAL = [
    "Dear {{ customer.given_name|default('customer') }},",
    "{{ fact.amount|money(fact.currency) }} on {{ fact.date|date('long') }}",
    "{% if line %}{{ line.phone }} ({{ line.hours }}){% endif %}",
    "{% if customer.status in ['active', 'new'] and not x %}a{% elif x %}b{% else %}c{% endif %}",
    "{% for item in fact['items'] %}{{ loop.index }}. {{ item.name }}{% endfor %}",
    "{% set due = fact.amount - fact.paid %}{{ due|number(2) }}",
    "card ending {{ fact.card[-4:] }}, {{ fact.places[0] }}",
    "{{ 'a' if fact.amount > 100 else 'b' }} {{ customer.name ~ '!' }}",
    "{% include '_shared/footer.j2' %}{% block a %}{{ super() }}{% endblock %}",
    "{# a remark #}{% raw %}{{ as it is }}{% endraw %}",
    "{{ customer.等级 }} {{ (fact.amount * 2)|round(2) }} {{ -1 }} {{ fact.amount % 2 }}",
]


@pytest.mark.parametrize("body", NORMAL)
def test_a_usual_template_passes(body: str) -> None:
    assert inspect(body, "note/sms.en.j2") == ()


def test_a_complaint_points_at_line_and_column() -> None:
    (complaint,) = inspect("Hello\n  {{ customer.delete() }}", "t.j2", first_line=4)
    assert (complaint.line, complaint.column) == (5, 15)
    assert "call" in complaint.what


def test_a_misspelt_filter_is_told_the_nearest_one() -> None:
    (complaint,) = inspect("{{ fact.amount|mony('EUR') }}", "t.j2")
    assert "'mony'" in complaint.what
    assert "'money'" in complaint.remedy


class TestData:
    """Harm that comes in through forms."""

    @pytest.mark.parametrize(
        "name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}"]
    )
    def test_markup_in_a_value_is_escaped_and_rendered_once(self, desk, name: str) -> None:
        html = desk.html(
            '<p title="{{ customer.note }}">{{ customer.note }}</p>', customer={"note": name}
        )
        assert "<script" not in html
        assert "<img" not in html
        assert "49" not in html
        assert desk.text("{{ customer.note }}", customer={"note": name}) == name

    @pytest.mark.parametrize(
        "name",
        [
            "Ann\r\nBcc: x@y",
            "Ann\u2028Bcc: x@y",
            "Ann\u2029\x85Bcc: x@y",
            "Ann\x00\nBcc: x@y",
            "=?utf-8?q?=0d=0aBcc:?= x@y",
        ],
    )
    def test_no_value_makes_a_new_header(self, desk, name: str) -> None:
        subject = desk.subject(
            "Dear {{ customer.name }} {{ customer.note }}", customer={"name": name, "note": name}
        )
        assert len(subject.splitlines()) == 1
        assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in subject)
        assert "=?" not in subject

    @pytest.mark.parametrize(
        ("name", "written"),
        [
            ("http://evil.tld/x", "friend"),
            ("Ann www.evil.tld", "Ann"),
            ("Ann evil.tld", "Ann evil. tld"),
            ("J.R. Smith", "J.R. Smith"),
            ("【银行】王小明", "银行王小明"),
            ("🎉" * 200, "🎉" * 60),
            ("Ann\u202egnp.exe", "Anngnp. exe"),
            ("\u202e\u200f", "friend"),
            ("  ", "friend"),
            ("e" + "\u0301" * 500, "e" + "\u0301" * 8),
            ("a\u200d\u200d\u200d\u200db", "a\u200db"),
            ("محمد", "محمد"),
            ("👩‍👩‍👧", "👩‍👩‍👧"),
            ("हिन्दी", "हिन्दी"),
        ],
    )
    def test_a_name_is_made_harmless_and_stays_a_name(self, desk, name: str, written: str) -> None:
        assert (
            desk.text("{{ customer.name|default('friend') }}", customer={"name": name}) == written
        )

    @given(st.text("aZ09 éß中", max_size=70) | st.text("aZ09 ", max_size=70))
    def test_a_usual_name_is_made_as_one_that_has_to_be_looked_into(self, name: str) -> None:
        # The mark of direction goes, and makes the name one that is not passed at a glance.
        assert name_line(name) == name_line(name + "\u200e")

    def test_a_control_or_direction_character_in_any_value_goes(self, desk) -> None:
        fact = {"note": "a\u202eb\x00c\ud800d", "list": ["x\u2066y"]}
        assert desk.text("{{ fact.note }} {{ fact.list[0] }}", fact=fact) == "ab cd xy"

    def test_a_text_message_has_a_limit(self, desk) -> None:
        desk.write("note/sms.j2", "{{ fact.note }}")
        with pytest.raises(RenderError, match="1,600"):
            desk.renderer.render("note", "sms", "en", {"fact": {"note": "x" * 1601}})

    def test_an_object_is_not_plain_data(self, desk) -> None:
        with pytest.raises(RenderError, match="plain data"):
            desk.text("{{ fact.thing }}", fact={"thing": object()})

    def test_a_method_of_a_value_cannot_be_named(self, desk) -> None:
        with pytest.raises(RenderError, match="no 'upper'"):
            desk.text("{{ customer.name.upper }}", customer={"name": "Ann"})
        with pytest.raises(RenderError, match="no 'value'"):
            desk.text("{{ customer.value }}", customer={"name": "Ann"})


class TestHtml:
    """Where a value may stand in HTML."""

    @pytest.mark.parametrize(
        "body",
        [
            "<a href={{ fact.url }}>x</a>",
            "<a href = {{ fact.url }}>x</a>",
            "<p {{ fact.url }}>x</p>",
            '<p onclick="f({{ fact.url }})">x</p>',
            '<p style="color: {{ fact.url }}">x</p>',
            "<style>p { color: {{ fact.url }} }</style>",
            "<script>x</script>",
            "<iframe></iframe>",
            '<a href="javascript:alert(1)">x</a>',
            '<a href="{% if fact.url %}x">{% endif %}',
            '<a {% if fact.url %}href{% endif %}="{{ fact.url }}">x</a>',
            '<a href={% if fact.url %}"{{ fact.url }}"{% endif %}>x</a>',
            "<p",
            "{% include 'footer.j2' %}",
        ],
    )
    def test_a_value_outside_text_and_quotes_is_refused(self, desk, body: str) -> None:
        with pytest.raises(UsageError):
            desk.html(body, fact={"url": "x", "list": []})

    @pytest.mark.parametrize(
        "url",
        [
            "javascript:alert(1)",
            " JaVaScRiPt:x",
            "java\nscript:x",
            "data:text/html,x",
            "vbscript:x",
        ],
    )
    def test_a_link_from_data_is_a_warning_and_inert(self, desk, url: str) -> None:
        body = '<a href="{{ fact.url }}">x</a>'
        (warning,) = inspect(body, "note/email.html.j2")
        assert warning.severity == "warning"
        assert desk.html(body, fact={"url": url}) == '<a href="#">x</a>'
        body = '<a href="{% if fact.url %}{{ fact.url }}{% endif %}">x</a>'
        assert desk.html(body, fact={"url": url}) == '<a href="#">x</a>'

    @pytest.mark.parametrize(
        "url", ["https://a.example/b?c=1", "/b", "mailto:a@b.example", "b#c:d"]
    )
    def test_a_usual_link_from_data_works(self, desk, url: str) -> None:
        assert (
            desk.html('<a href="{{ fact.url }}">x</a>', fact={"url": url})
            == f'<a href="{url}">x</a>'
        )

    @pytest.mark.parametrize(
        "body",
        [
            '<a href="https://a.example/?id={{ fact.url|urlencode }}">x</a>',
            "<p{% if fact.url %} class='a'{% endif %}>{{ fact.url }}</p>",
            '<input {% if fact.url %}disabled{% endif %} value="{{ fact.url }}">',
            "<!-- a remark: > --><p>{{ fact.url }}</p>",
            "<style>@media print { p { color: red } }</style><p>{{ fact.url }}</p>",
            "1 < 2 {{ fact.url }}",
        ],
    )
    def test_usual_html_passes_without_a_word(self, body: str) -> None:
        assert inspect(body, "note/email.html.j2") == ()


class TestLimits:
    """What a template that was let in may still not do."""

    def test_turns_are_counted_over_all_loops(self, desk) -> None:
        body = "{% for a in fact.list %}{% for b in fact.list %}{% endfor %}{% endfor %}x"
        assert desk.text(body, fact={"list": [1] * 40}) == "x"
        with pytest.raises(RenderError, match="2,000"):
            desk.text(body, fact={"list": [1] * 50})

    def test_a_file_that_includes_itself_is_told(self, desk) -> None:
        desk.write("_shared/again.j2", "x{% include '_shared/again.j2' %}")
        with pytest.raises((UsageError, RenderError)):
            desk.text("{% include '_shared/again.j2' %}")

    def test_files_that_include_each_other_many_times_are_stopped(self, desk) -> None:
        for number in range(12):
            body = f"{{% include '_shared/f{number + 1}.j2' %}}" * 10
            desk.write(f"_shared/f{number}.j2", body)
        desk.write("_shared/f12.j2", "x")
        with pytest.raises(RenderError, match="includes"):
            desk.text("{% include '_shared/f0.j2' %}")

    @pytest.mark.parametrize(
        "body",
        [
            "{% set a = fact.note %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}",
            "{% set a = fact.note %}" + "{% set a = a + a %}" * 40 + "{{ a }}",
            "{% set a = fact.number %}" + "{% set a = a * a %}" * 40 + "{{ a }}",
            "{{ fact.list|join(fact.note) }}",
            "{{ fact.note * 3 }}",
            "{{ fact.note % 3 }}",
            "{{ fact.list + fact.list }}",
            "{{ fact.list }}",
            "{{ fact.list ~ 'x' }}",
            "{{ none }}",
            "{{ true }}",
            "{{ fact.number / 0 }}",
            "{{ fact.huge|number }}",
            "{{ fact.huge|int }}",
            "{{ fact.number|round(99999999) }}",
            "{% for c in fact.note %}{{ c }}{% endfor %}",
        ],
    )
    def test_growth_and_wrong_types_end_in_a_clean_error(self, desk, body: str) -> None:
        fact = {"note": "x" * 500, "number": 12345, "list": ["a"] * 100, "huge": 10**5000}
        with pytest.raises(RenderError, match=r"push\.j2:1: "):
            desk.text(body, fact=fact)

    def test_an_output_beyond_256_kb_is_stopped(self, desk) -> None:
        body = "{% for a in fact.list %}{{ fact.note }}{% endfor %}"
        with pytest.raises(RenderError, match="longer than"):
            desk.text(body, fact={"list": [1] * 300, "note": "x" * 1000})

    def test_a_link_out_of_the_templates_folder_is_not_followed(self, desk) -> None:
        outside = desk.write("../secret.j2", "secret")
        (desk.root / "_shared").mkdir(parents=True)
        (desk.root / "_shared/link.j2").symlink_to(outside)
        with pytest.raises(UsageError, match="no file"):
            desk.text("{% include '_shared/link.j2' %}")

    def test_an_included_file_passes_the_same_wall(self, desk) -> None:
        desk.write("_shared/bad.j2", "{{ ''.__class__ }}")
        with pytest.raises(PolicyError, match="__class__"):
            desk.text("{% include '_shared/bad.j2' %}")


def test_the_brackets_of_a_signature_make_a_message_ucs_2() -> None:
    assert segments("【银行】").encoding == "UCS-2"
