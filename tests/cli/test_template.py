"""`touchpoints template`: the texts, and the very bytes that would leave."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.office import Office, child_environment
from touchpoints.cli import cli
from touchpoints.errors import UsageError

BIRTHDAY = "2026-11-24T09:00:00+08:00"


def typed_bytes(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "touchpoints", *words],
        cwd=folder,
        env=child_environment(),
        capture_output=True,
        timeout=120,
        check=False,
    )


def invoked(office: Office, *words: str) -> Result:
    return CliRunner().invoke(cli, ["-w", str(office.folder), "template", *words])


@pytest.fixture
def staffed(office: Office) -> Office:
    """Ann, who has her birthday on 24 November, and an instalment that is due on the 27th."""
    office.customer("C1", name="Ann 安", birthday="1990-11-24", locale="en")
    office.says("C1", "granted", "2026-01-01T09:00")
    office.owes("C1", "L1", "2026-11-27")
    return office


@pytest.mark.parametrize("touchpoint", ["greeting", "reminder"])
def test_an_email_is_rendered_byte_for_byte_as_it_was_sent(
    staffed: Office, touchpoint: str
) -> None:
    done = staffed.type("run", "--once", "--as-of", BIRTHDAY)
    assert "sent 2" in done.stdout, done.stderr
    (sent,) = (
        file for file in (staffed.folder / "outbox").glob("*.eml") if touchpoint in file.name
    )
    words = ("template", "render", touchpoint, "--customer", "C1", "--channel", "email")
    rendered = typed_bytes(staffed.folder, *words, "--as-of", BIRTHDAY)
    assert (rendered.returncode, rendered.stderr) == (0, b"")
    assert rendered.stdout == sent.read_bytes()


def test_an_sms_is_rendered_as_its_words_in_utf8_and_nothing_more(staffed: Office) -> None:
    words = ("render", "greeting", "--customer", "C1", "--channel", "sms", "--as-of", BIRTHDAY)
    assert invoked(staffed, *words).stdout_bytes == "Dear Ann 安!".encode()


def test_the_text_option_shows_subject_and_words_for_reading(staffed: Office) -> None:
    words = ("render", "greeting", "--customer", "C1", "--channel", "email", "--text")
    assert invoked(staffed, *words).stdout == "Happy birthday\n\nDear Ann 安!\n"


@pytest.mark.parametrize(
    ("as_of", "key", "occurrence"),
    [
        ("2026-11-24T21:00:00+08:00", None, "2027"),
        ("2026-11-24T19:00:00+08:00", None, "2026"),
        ("2026-11-23T00:00:00+08:00", None, "2026"),
        ("2026-11-25T00:00:00+08:00", "2026", "2026"),
    ],
)
def test_the_open_or_next_occurrence_is_rendered_unless_one_is_named(
    staffed: Office, as_of: str, key: str | None, occurrence: str
) -> None:
    staffed.write("templates/greeting/sms.j2", "{{ occurrence.key }}")
    named = ("--occurrence", key) if key else ()
    words = ("render", "greeting", "--customer", "C1", "--channel", "sms", "--as-of", as_of)
    assert invoked(staffed, *words, *named).stdout == occurrence


def test_what_consent_or_audience_hold_back_can_still_be_looked_at(staffed: Office) -> None:
    staffed.says("C1", "denied", "2026-06-01T09:00")
    staffed.owes("C1", "L1", "2026-11-27", status="paid")
    for touchpoint in ("greeting", "reminder"):
        words = ("render", touchpoint, "--customer", "C1", "--channel", "sms", "--as-of", BIRTHDAY)
        assert invoked(staffed, *words).exit_code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("greting", "--customer", "C1", "--channel", "sms"), "did you mean 'greeting'?"),
        (("greeting", "--customer", "C9", "--channel", "sms"), "no customer 'C9'"),
        (("greeting", "--customer", "C1", "--channel", "push"), "its channels are email, sms"),
        (("greeting", "--customer", "C2", "--channel", "sms"), "C2: no usable address for sms"),
        (("reminder", "--customer", "C2", "--channel", "sms"), "C2 has no occurrence of reminder"),
        (
            ("greeting", "--customer", "C1", "--channel", "sms", "--occurrence", "1999"),
            "no occurrence '1999'",
        ),
    ],
)
def test_what_cannot_be_rendered_is_refused_with_what_there_is(
    staffed: Office, words: tuple[str, ...], told: str
) -> None:
    staffed.customer("C2", birthday="1980-01-01", phone="")
    refused = invoked(staffed, "render", *words)
    assert isinstance(refused.exception, UsageError)
    assert told in str(refused.exception)
    assert refused.stdout == ""


def test_a_text_that_cannot_be_made_for_this_customer_ends_with_two(staffed: Office) -> None:
    staffed.write("templates/greeting/sms.j2", "Dear {{ customer.given_name }}!")
    done = staffed.type("template", "render", "greeting", "--customer", "C1", "--channel", "sms")
    assert (done.returncode, done.stdout) == (2, "")
    assert "C1: " in done.stderr
    assert "sms.j2:1" in done.stderr
    assert "given_name" in done.stderr


def test_the_list_has_channels_locales_and_users(staffed: Office) -> None:
    staffed.write("templates/greeting/email.zh.j2", '---\nsubject: "生日快乐"\n---\n你好')
    staffed.write("templates/greeting/email.zh.html.j2", "<p>你好</p>")
    found = invoked(staffed, "list", "--format", "jsonl").stdout.splitlines()
    assert json.loads(found[0]) == {
        "template": "greeting",
        "channel": "email",
        "locales": ["any", "zh"],
        "variants": [],
        "html": ["zh"],
        "touchpoints": ["greeting"],
    }
    table = invoked(staffed, "list").stdout
    assert "any, zh" in table
    assert "reminder" in table


def test_one_text_is_shown_as_it_is_written_and_several_under_their_names(staffed: Office) -> None:
    source = (staffed.folder / "templates/greeting/sms.j2").read_text("utf-8")
    assert invoked(staffed, "show", "greeting", "--channel", "sms").stdout == source
    both = invoked(staffed, "show", "greeting").stdout
    assert "==> templates/greeting/email.j2 <==" in both
    assert "==> templates/greeting/sms.j2 <==" in both


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "greting"), "did you mean 'greeting'?"),
        (("show", "greeting", "--locale", "fr"), "there is email.j2, sms.j2"),
        (("check", "greting"), "did you mean 'greeting'?"),
    ],
)
def test_a_template_that_is_not_there_is_told_with_what_is(
    staffed: Office, words: tuple[str, ...], told: str
) -> None:
    refused = invoked(staffed, *words)
    assert isinstance(refused.exception, UsageError)
    assert told in str(refused.exception)


def test_one_template_is_checked_alone_and_the_others_are_not(staffed: Office) -> None:
    staffed.write("templates/reminder/sms.j2", "{{ custmer.name }}")
    fine = invoked(staffed, "check", "greeting")
    assert (fine.exit_code, fine.stdout) == (0, "template greeting: nothing to complain about\n")
    wrong = invoked(staffed, "check")
    assert wrong.exit_code == 2
    assert "templates/reminder/sms.j2:1:4: there is no 'custmer'" in wrong.stdout
