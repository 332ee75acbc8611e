"""`touchpoints check`: everything that is wrong, at once, at its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.office import POLICY, Office
from touchpoints.cli import cli
from touchpoints.workspace import load


def checked(office: Office, *words: str) -> Result:
    result = CliRunner().invoke(cli, ["-w", str(office.folder), "check", *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def complaints(office: Office) -> list[dict[str, object]]:
    """The complaints as programs read them, without remarks."""
    found = json.loads(checked(office, "--format", "json").stdout)
    return [each for each in found if each["severity"] != "remark"]


def place(office: Office, complaint: dict[str, object]) -> str:
    """The text of the file from the place that a complaint names."""
    text = Path(str(complaint["file"])).read_text("utf-8").split("\n")
    return text[int(str(complaint["line"])) - 1][int(str(complaint["column"])) - 1 :]


def test_a_policy_and_texts_that_are_right_are_said_to_be(office: Office) -> None:
    office.rule(POLICY.replace("{annual: birthday}", "{annual: birthday, leap_day: skip}"))
    result = checked(office)
    assert result.exit_code == 0
    assert result.stdout == "touchpoints.yaml and 2 templates: nothing to complain about\n"


def test_a_birthday_moment_that_does_not_name_leap_days_is_told_the_default(office: Office) -> None:
    result = checked(office)
    assert result.exit_code == 0
    line = next(line for line in result.stdout.splitlines() if "leap_day" in line)
    assert "touchpoints.yaml:17:13: remark:" in line
    assert "`backward` is the default" in line
    assert result.stdout.endswith("nothing to complain about\n")


def test_all_complaints_come_at_once_from_the_policy_and_from_every_text(office: Office) -> None:
    office.rule(POLICY.replace("fact.amount > 0", "fct.amount > 0"))
    office.write("templates/greeting/sms.j2", "Dear {{ custmer.name }}!")
    office.write("templates/reminder/email.j2", "No subject.")
    result = checked(office)
    assert result.exit_code == 2
    root = office.folder.as_posix()
    lines = result.stdout.splitlines()
    assert lines[1].startswith(f"{root}/touchpoints.yaml:30:42: the audience cannot be used")
    assert any(
        line.startswith(f"{root}/templates/greeting/sms.j2:1:9: there is no 'custmer'")
        for line in lines
    )
    assert any("an e-mail needs a subject" in line for line in lines)
    assert lines[-1].startswith("touchpoints.yaml and 2 templates: 3 errors")


def test_a_broken_policy_does_not_hide_broken_texts(office: Office) -> None:
    office.rule(POLICY.replace("category: service", "category: sevrice"))
    office.write("templates/greeting/sms.j2", "Dear {{ custmer.name }}!")
    found = complaints(office)
    assert [each["code"] for each in found] == ["unknown-category", "unknown-name"]
    assert place(office, found[0]).startswith("sevrice")
    assert checked(office).exit_code == 2


@pytest.mark.parametrize(
    ("audience", "sought"),
    [
        ('"customer.statuss == 1 and"', "customer"),
        ("custmer.status == 'active'", "custmer"),
        ("\"customer.status == 'active' and custmer.id\"", "custmer"),
        ("'customer.status|shout'", "shout"),
    ],
)
def test_an_audience_is_complained_about_where_it_is_written(
    office: Office, audience: str, sought: str
) -> None:
    office.rule(POLICY.replace("\"fact.status == 'open' and fact.amount > 0\"", audience))
    (found,) = complaints(office)
    assert (found["code"], found["severity"]) == ("audience", "error")
    assert place(office, found).startswith(sought)


def test_fields_that_no_customer_has_are_a_warning_with_the_nearest_name(office: Office) -> None:
    office.rule(
        POLICY.replace("topic: birthday", 'topic: birthday\n    audience: "customer.teir == 1"')
    )
    office.write("templates/reminder/sms.j2", "{{ fact.amuont }} {{ customer.tier }}")
    assert complaints(office) == []
    office.customer(tier="gold")
    office.owes("C1", "L1", "2026-12-01")
    audience, text = complaints(office)
    assert (audience["severity"], text["severity"]) == ("warning", "warning")
    assert place(office, audience).startswith("teir")
    assert audience["remedy"] == "did you mean 'tier'?"
    assert place(office, text).startswith("amuont")
    assert "'amount'" in str(text["remedy"])
    assert checked(office).exit_code == 0


def test_attributes_of_the_data_are_known_fields(office: Office) -> None:
    office.customer(tier="gold")
    office.owes("C1", "L1", "2026-12-01", branch="Pudong")
    office.write("templates/reminder/sms.j2", "{{ fact.branch }} {{ customer.tier }}")
    assert complaints(office) == []


def test_a_locale_of_customers_without_a_text_is_a_warning(office: Office) -> None:
    office.write("templates/greeting/sms.j2", "Hello").rename(
        office.folder / "templates/greeting/sms.en.j2"
    )
    assert complaints(office) == []
    office.customer(locale="zh-CN")
    (found,) = complaints(office)
    assert (found["code"], found["severity"]) == ("no-locale", "warning")
    assert "zh-CN" in str(found["message"])


def test_a_channel_without_any_text_fails(office: Office) -> None:
    (office.folder / "templates/greeting/sms.j2").unlink()
    (found,) = complaints(office)
    assert (found["code"], found["severity"]) == ("no-template", "error")
    assert found["file"] == f"{office.folder.as_posix()}/templates/greeting"


LINE = 'lines:\n  service: {phone: "+86 400 123 4567", hours: {mon-fri: "09:00-17:00"}}\n'
WITH_LINE = POLICY.replace("touchpoints:\n", LINE + "touchpoints:\n")
REMINDED = WITH_LINE + "    line: service\n"
"""A line that nobody uses, and one that the reminder invites to call."""


def written(office: Office, policy: str, text: str) -> list[tuple[str, object, object]]:
    """Complaints about the reminder's SMS alone; the e-mail tells number and hours."""
    office.rule(policy)
    told = "{% if line %}{{ line.phone }}, {{ line.hours }}{% endif %}"
    office.write("templates/reminder/email.j2", f'---\nsubject: "Due"\n---\nDue. {told}')
    office.write("templates/reminder/sms.j2", text)
    return [
        (str(each["severity"]), each["code"], each["remedy"])
        for each in complaints(office)
        if str(each["file"]).endswith("reminder/sms.j2")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Call {{ line.phone }}.",
        "Call +86 400 123 4567.",
        "Call 400-123-4567.",
        "{% if fact.amount %}Call (400) 1234567{% endif %}",
        "{{ company.name }} {{ company.phone }}",
    ],
)
def test_an_invitation_to_call_without_the_hours_fails(office: Office, text: str) -> None:
    assert written(office, REMINDED, text) == [("error", "line-hours", "add {{ line.hours }}")]
    assert checked(office).exit_code == 2


@pytest.mark.parametrize(
    "text",
    [
        "Call {{ line.phone }}, {{ line.hours }}.",
        "Call 400 123 4567, {{ line.hours }}.",
        "Call 400 123 4567 from 9:00 to 17:00.",
        "Call 400 123 4567, 9 am to 5 pm.",
        "请致电4001234567，周一至周五9:00-17:00。",
        "请致电4001234567，24小时服务。",
        "{{ line.phone }} ({% if fact.amount %}{{ line.hours }}{% endif %})",
    ],
)
def test_a_text_that_tells_number_and_hours_is_right(office: Office, text: str) -> None:
    assert written(office, REMINDED, text) == []


@pytest.mark.parametrize(
    "text", ["Due on 2026-12-10: 4001234 yuan.", "Order 123 400 123 4568.", "Reply 1 to pay."]
)
def test_other_digits_are_no_invitation_to_call(office: Office, text: str) -> None:
    assert written(office, WITH_LINE, text) == []


def test_a_number_in_a_text_of_a_touchpoint_without_a_line_names_the_key(office: Office) -> None:
    ((severity, code, remedy),) = written(office, WITH_LINE, "Call 400 123 4567.")
    assert (severity, code) == ("error", "line-hours")
    assert remedy == "set line: service for reminder and add {{ line.hours }}, or type the hours"


def test_a_text_that_tells_a_line_which_its_touchpoint_does_not_have_fails(office: Office) -> None:
    ((severity, code, remedy),) = written(office, WITH_LINE, "Call {{ line.phone }}.")
    assert (severity, code) == ("error", "no-line")
    assert remedy == "set line: service for reminder, or ask {% if line %} first"
    asked = "Due.{% if line %} {{ line.phone }}, {{ line.hours }}{% endif %}"
    assert written(office, WITH_LINE, asked) == []
    assert written(office, WITH_LINE, "{{ line.hours|default('soon') }}") == []


def test_a_branch_for_touchpoints_without_a_line_is_read_for_those_alone(office: Office) -> None:
    text = "{% if line %}{{ line.phone }} {{ line.hours }}{% else %}400 123 4567{% endif %}"
    assert written(office, REMINDED, text) == []
    ((_, code, _),) = written(office, WITH_LINE, text)
    assert code == "line-hours"


def test_a_line_that_the_text_does_not_tell_is_a_warning(office: Office) -> None:
    office.rule(REMINDED)
    first, second = complaints(office)
    assert (first["severity"], first["code"]) == ("warning", "line-unsaid")
    assert str(second["file"]).endswith("reminder/sms.j2")
    assert first["message"] == (
        "line: service is set for reminder, and the text does not say how to reach it"
    )
    assert checked(office).exit_code == 0


def test_the_html_part_is_read_for_itself_and_tells_the_line_for_both(office: Office) -> None:
    office.rule(REMINDED)
    told = "{{ line.phone }}, {{ line.hours }}"
    office.write("templates/reminder/sms.j2", told)
    office.write("templates/reminder/email.html.j2", f"<p>{told}</p>")
    assert complaints(office) == []
    office.write("templates/reminder/email.html.j2", "<p>{{ line.phone }}</p>")
    office.write("templates/reminder/email.j2", f'---\nsubject: "Due"\n---\n{told}')
    (found,) = complaints(office)
    assert found["code"] == "line-hours"
    assert str(found["file"]).endswith("email.html.j2")


def test_hours_in_a_shared_file_count_for_the_text_that_includes_it(office: Office) -> None:
    office.write("templates/_shared/line.j2", "{{ line.hours }}")
    text = "Call {{ line.phone }}, {% include '_shared/line.j2' %}"
    assert written(office, REMINDED, text) == []
    office.write("templates/_shared/line.j2", "Call 400 123 4567")
    office.write("templates/reminder/sms.j2", "{% include '_shared/line.j2' %}")
    (found,) = complaints(office)
    assert str(found["file"]).endswith("_shared/line.j2")
    assert place(office, found).startswith("400 123 4567")


def test_a_template_that_no_touchpoint_uses_is_checked_too(office: Office) -> None:
    office.write("templates/spare/sms.j2", "{{ 9**9 }}")
    (found,) = complaints(office)
    assert str(found["file"]).endswith("templates/spare/sms.j2")


def test_a_database_that_this_version_cannot_open_is_a_complaint_among_others(
    office: Office,
) -> None:
    policy = POLICY.replace("horizon: 7d", "database: postgresql://crm@db/crm\nhorizon: 7d")
    office.rule(policy)
    office.write("templates/greeting/sms.j2", "")
    found = complaints(office)
    assert {"database", "empty"} <= {each["code"] for each in found}
    assert place(office, found[0]).startswith("postgresql")


def test_annotations_for_github_have_their_place_and_no_line_breaks(office: Office) -> None:
    office.write("templates/greeting/sms.j2", "Dear {{ custmer.name }}!")
    result = checked(office, "--format", "github")
    assert result.exit_code == 2
    wrong = next(line for line in result.stdout.splitlines() if line.startswith("::error"))
    file = (office.folder / "templates/greeting/sms.j2").as_posix()
    assert wrong.startswith(f"::error file={file},line=1,col=9::there is no 'custmer'")
    assert any(line.startswith("::notice file=") for line in result.stdout.splitlines())


def test_no_workspace_is_said_with_what_to_type(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["-w", str(tmp_path), "check"])
    assert result.exit_code == 2
    assert "touchpoints init DIR" in result.stdout


def test_checking_writes_nothing(office: Office) -> None:
    before = {file: file.stat().st_mtime_ns for file in office.folder.rglob("*.j2")}
    assert load(office.folder, {}).warnings == ()
    checked(office)
    assert {file: file.stat().st_mtime_ns for file in office.folder.rglob("*.j2")} == before


def test_a_name_that_no_message_has_is_told_at_its_place_in_the_body(office: Office) -> None:
    body = """\
  sms:
    transport: http
    url: https://gateway.example/send
    json:
      messages:
        - {to: "{{ message.adress }}", text: "{{ customer.name }}"}
"""
    office.rule(POLICY.replace("  sms: {transport: file, path: outbox}\n", body))
    first, second = complaints(office)
    assert (first["message"], first["remedy"]) == (
        "a message has no 'adress'",
        "did you mean 'address'?",
    )
    assert place(office, first).startswith('adress }}", text')
    assert (second["message"], second["code"]) == ("there is no 'customer' here", "unknown-name")
    assert place(office, second).startswith("customer.name")
