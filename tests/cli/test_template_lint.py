"""`template check` as a linter, and `template test`: each finding by its code, at its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.content.test_content_hostile import REFUSED
from tests.office import POLICY, Office, typed
from touchpoints.cli import cli
from touchpoints.workspace.codes import CODES

SAMPLES = """\
customers:
  ann: {locale: en, name: Ann}
facts:
  instalment: {ref: L1, date: 2026-11-27, amount: 100, currency: CNY}
"""
STRICT = POLICY.replace("checks: {no-opt-out: off}", "checks: {line-unsaid: off}")


def asked(office: Office, *words: str) -> Result:
    result = CliRunner().invoke(cli, ["-w", str(office.folder), "template", *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def found(office: Office) -> list[tuple[str, str, int, int]]:
    """Code, severity, line and column of each finding."""
    told = json.loads(asked(office, "check", "--format", "json").stdout)
    return [(each["code"], each["severity"], each["line"], each["column"]) for each in told]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("sms.j2", "See\nhttp://b.example", ("link-insecure", "warning", 2, 1)),
        ("sms.j2", "See https://evil.example/x", ("link-host", "error", 1, 5)),
        ("sms.j2", "See https://www.bank.example/x", None),
        ("sms.j2", "See ftp://bank.example/x", ("link-scheme", "error", 1, 5)),
        ("sms.j2", "x" * 400 + "\n" + "y" * 150, ("too-long", "error", 1, 1)),
        ("email.html.j2", '<p>a<img src="https://bank.example/x"></p>', ("no-alt", "error", 1, 5)),
        ("email.html.j2", '<img alt="" src="https://bank.example/x">', None),
        ("email.html.j2", '<a href="javascript:alert(1)">x</a>', ("html-place", "error", 1, 10)),
        (
            "email.j2",
            "---\nsubject: x\nfrom: nobody\n---\nx",
            ("sender", "error", 3, 1),
        ),
        (
            "email.j2",
            "---\nsubject: " + "long " * 15 + "\n---\nx",
            ("subject-long", "warning", 2, 1),
        ),
        ("sms.j2", "{{ fact.ref }} {{ fact.nothing|upper }}", ("sample", "error", 1, 1)),
        ("sms.j2", "A" * 75 + " 🎂 for {{ customer.name }}", ("segments", "warning", 1, 77)),
    ],
)
def test_each_finding_has_its_code_and_place(
    office: Office, name: str, text: str, expected: tuple[str, str, int, int] | None
) -> None:
    rules = POLICY.replace("caps: []", "caps: []\nlink_hosts: [bank.example]")
    office.rule(rules.replace("sms: {transport: file", "sms: {limit: 500, transport: file"))
    office.write("templates/samples.yaml", SAMPLES)
    office.write(f"templates/reminder/{name}", text)
    told = found(office)
    assert told[:1] == ([expected] if expected else [])


def test_a_marketing_text_says_how_to_opt_out(office: Office) -> None:
    office.rule(STRICT)
    assert {each[:2] for each in found(office)} == {("no-opt-out", "error")}
    assert asked(office, "check").exit_code == 2
    office.write("templates/greeting/sms.j2", "Dear {{ customer.name }}! Reply STOP to opt out.")
    office.write("templates/_shared/stop.j2", "回复TD退订")
    mail = "---\nsubject: x\n---\nDear you! {% include '_shared/stop.j2' %}"
    office.write("templates/greeting/email.j2", mail)
    assert found(office) == []


def test_those_who_lack_a_field_are_counted(office: Office) -> None:
    office.customer("C1", given_name="Ann")
    office.customer("C2", given_name="")
    office.customer("C3", given_name="  ")
    for text in (
        "Dear {{ customer.given_name }}!",
        "Dear {{ customer|name('given') }}!",
        "{% if customer.name %}{{ customer.given_name }}{% endif %}",
    ):
        office.write("templates/greeting/sms.j2", text)
        result = asked(office, "check")
        assert "2 of 3 customers have no given_name" in result.stdout
        assert result.exit_code == 0
    for text in (
        "Dear {{ customer.given_name|default('you') }}!",
        "{% if customer.given_name %}{{ customer.given_name }}{% endif %}!",
        "{{ customer.given_name if customer.given_name is defined else 'x' }}",
        "---\nvariables: {customer.given_name: {default: you}}\n---\n{{ customer.given_name }}",
    ):
        office.write("templates/greeting/sms.j2", text)
        assert found(office) == []


def test_severities_are_set_in_the_policy_and_unknown_codes_complain(office: Office) -> None:
    office.write("templates/reminder/sms.j2", "See http://b.example")
    rules = "checks: {no-opt-out: off, link-insecure: %s}"
    for severity, code in (("error", 2), ("remark", 0), ("warning", 0)):
        office.rule(POLICY.replace("checks: {no-opt-out: off}", rules % severity))
        assert [each[1] for each in found(office)] == [severity]
        assert asked(office, "check").exit_code == code
    office.rule(POLICY.replace("checks: {no-opt-out: off}", rules % "off"))
    assert found(office) == []
    for wrong, told in (
        ("no-optout", "did you mean `no-opt-out`?"),
        ("refused", "always an error"),
    ):
        office.rule(POLICY.replace("no-opt-out: off", f"{wrong}: off"))
        result = CliRunner().invoke(cli, ["-w", str(office.folder), "check"])
        assert result.exit_code == 2
        assert told in result.stdout


def test_the_segments_and_the_price_of_every_text_message_can_be_shown(office: Office) -> None:
    policy = POLICY.replace("no-opt-out: off", "no-opt-out: off, sms-size: remark")
    office.rule(policy.replace("sms: {transport: file", "sms: {cost: 0.05, transport: file"))
    office.write("templates/samples.yaml", SAMPLES)
    assert "1 segment of GSM-7, 0.05 for each message (ann, en, " in asked(office, "check").stdout


@pytest.mark.parametrize("payload", REFUSED, ids=lambda payload: payload[:40])
def test_a_hostile_template_fails_check_at_the_command_line(office: Office, payload: str) -> None:
    office.write("templates/spare/email.html.j2", f"---\nsubject: x\n---\n{payload}")
    told = json.loads(asked(office, "check", "spare", "--format", "json").stdout)
    assert any(each["severity"] == "error" and each["message"] for each in told)


def test_a_test_stores_compares_and_shows_a_difference(office: Office) -> None:
    office.write("templates/samples.yaml", SAMPLES)
    first = asked(office, "test")
    assert first.exit_code == 2
    assert "+Dear Ann!" in first.stdout
    assert asked(office, "test", "--update").exit_code == 0
    golden = office.folder / "templates/greeting/golden/sms.txt"
    assert golden.read_text("utf-8") == "=== ann (en), sms.j2, 1 × GSM-7\n\nDear Ann!\n"
    assert asked(office, "test").stdout == "4 renderings: as stored\n"
    office.write("templates/greeting/sms.j2", "Hello {{ customer.name }}!")
    changed = asked(office, "test", "greeting")
    assert changed.exit_code == 2
    assert "-Dear Ann!\n+Hello Ann!" in changed.stdout
    (office.folder / "templates/greeting/sms.j2").unlink()
    asked(office, "test", "--update")
    assert not golden.exists()


def test_a_text_that_cannot_be_made_fails_the_test(office: Office) -> None:
    office.write("templates/samples.yaml", SAMPLES)
    office.write("templates/greeting/sms.j2", "Dear {{ customer.given_name }}!")
    result = asked(office, "test", "--update")
    assert result.exit_code == 2
    assert "greeting: sms for ann cannot be made" in result.stdout


def test_a_new_workspace_passes_check_and_test_at_once(tmp_path: Path) -> None:
    assert typed(tmp_path, "init", "bank").returncode == 0
    checked = typed(tmp_path / "bank", "template", "check")
    assert (checked.returncode, checked.stdout) == (0, "12 templates: nothing to complain about\n")
    tested = typed(tmp_path / "bank", "template", "test")
    assert (tested.returncode, tested.stdout) == (0, "104 renderings: as stored\n")


def test_why_a_text_is_chosen_is_said(office: Office) -> None:
    office.customer("C1", birthday="1990-11-24", tier="gold")
    office.write("templates/greeting/sms+gold.j2", "---\nwhen: customer.tier == 'gold'\n---\nDear!")
    words = ("greeting", "--customer", "C1", "--channel", "sms", "--as-of", "2026-11-24T09:00:00Z")
    told = asked(office, "render", *words, "--why").stdout
    assert told == (
        "templates/greeting/sms+gold.j2\n"
        "  +gold, when customer.tier == 'gold': holds (customer.tier is gold)\n"
    )
    assert asked(office, "render", *words, "--text").stdout == "Dear!\n"


def test_every_code_is_in_the_guide() -> None:
    page = (Path(__file__).parents[2] / "docs" / "templates.md").read_text("utf-8")
    assert [code for code in CODES if f"| `{code}` |" not in page] == []
