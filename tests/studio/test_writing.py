"""Texts in the studio: previews of what is not saved, findings, saving, and what cannot be had."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.studio.conftest import HOME, Visit

SMS = "birthday/sms.en.j2"
MAIL = "birthday/email.en.html.j2"
ANN = {"kind": "sample", "name": "ann"}

HOSTILE = [
    "{{ ''.__class__.__mro__ }}",
    "{{ ''|attr('__cla'~'ss__') }}",
    "{{ [customer]|map(attribute='__init__.__globals__')|list }}",
    "{{ '{0.__class__}'.format(customer) }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ lipsum.__globals__ }}",
    "{{ customer._secret }}",
    "{{ customer.delete() }}",
    "{{ 9**(9**9) }}",
    "{% if false %}{{ 'A'*10**9 }}{% endif %}",
    "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
    "{{ 'a'|center(10**9) }}",
    "{{ '%0999999999d'|format(1) }}",
    "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "{{ 'a'" + "|upper" * 9000 + " }}",
    "{{ " + "9" * 60000 + " }}",
    "{% include '../../etc/passwd' %}",
    "{% extends '/etc/passwd' %}",
    "{% include customer.name %}",
    "{% include 'base.html\x00' %}",
    "{{ customer.name|safe }}",
    "{% autoescape false %}{{ customer.name }}{% endautoescape %}",
    "{{ customer }}",
    "{% debug %}",
    "{{ custmer.name }}",
]
"""The lines of hostile-inputs.md that are texts."""


def asked(visit: Visit, path: str, **body: Any) -> Any:
    """What a script of ours gets for an answer."""
    answer = visit.browser.post(path, json=body, headers=visit.ours)
    assert answer.status_code == 200, answer.text
    return answer.json()


def preview(visit: Visit, file: str, text: str, **more: str) -> Any:
    """What somebody would get by an unsaved text."""
    return asked(visit, "/templates/preview", file=file, text=text, **(ANN | more))


def test_an_unsaved_text_is_shown_and_not_saved(visit: Visit, bank: Path) -> None:
    before = (bank / "templates" / SMS).read_bytes()
    told = preview(visit, SMS, "Hi {{ customer.given_name }} €" + "x" * 160)
    assert told["text"].startswith("Hi Ann €xx")
    assert (told["size"]["count"], told["size"]["encoding"]) == (2, "GSM-7")
    assert "".join(told["size"]["pieces"]) == told["text"]
    assert told["price"] == pytest.approx(2 * 0.05)
    assert (bank / "templates" / SMS).read_bytes() == before


def test_a_mail_is_shown_in_a_frame_of_its_own(visit: Visit, bank: Path) -> None:
    text = (bank / "templates" / MAIL).read_text("utf-8")
    told = preview(visit, MAIL, text.replace("Happy birthday!", "Joy!"))
    framed = visit.browser.get(f"/templates/mail/{told['mail']}")
    assert "Joy!" in framed.text
    policy = framed.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox;" in policy
    assert visit.browser.get("/templates/mail/nothing").status_code == 404


@pytest.mark.parametrize("file", [SMS, MAIL])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_refused_in_words(visit: Visit, file: str, text: str) -> None:
    told = preview(visit, file, text)
    assert set(told) == {"problem"}
    assert "Traceback" not in told["problem"]
    found = asked(visit, "/templates/check", file=file, text=text)["findings"]
    assert any(each["severity"] == "error" for each in found)


def test_an_unknown_name_is_told_with_the_nearest(visit: Visit) -> None:
    assert "customer" in preview(visit, SMS, "{{ custmer.name }}")["problem"]


@pytest.mark.parametrize(
    ("twist", "absent"),
    [
        ("markup", "<script>"),
        ("header", "\r"),
        ("code", "{{ 49 }}"),
        ("rtl", "\u202e"),
        ("marks", "\u0301" * 20),
        ("link", "http://evil.example"),
    ],
)
def test_what_forms_bring_stays_harmless(visit: Visit, bank: Path, twist: str, absent: str) -> None:
    text = (bank / "templates" / MAIL).read_text("utf-8")
    told = preview(visit, MAIL, text, twist=twist)
    framed = visit.browser.get(f"/templates/mail/{told['mail']}").text
    assert absent not in framed.partition("<body")[2]
    assert "\n" not in told["subject"]
    assert "\r" not in told["subject"]


def test_a_link_in_a_name_is_none_in_a_text_message(visit: Visit) -> None:
    told = preview(visit, SMS, "Hi {{ customer.given_name }}", twist="link")
    assert "http://evil.example" not in told["text"]
    assert "【" not in told["text"]


def test_whoever_has_no_name_gets_the_default_or_an_error(visit: Visit) -> None:
    told = preview(visit, SMS, "Hi {{ customer.given_name|default('you') }}", twist="nothing")
    assert told["text"] == "Hi you"
    assert (
        "given_name" in preview(visit, SMS, "{{ customer.given_name }}", twist="nothing")["problem"]
    )


def test_a_locale_that_is_asked_for_is_spoken(visit: Visit) -> None:
    told = preview(visit, SMS, "{{ occurrence.date|date('long') }}", locale="en-US")
    assert (told["locale"], told["text"]) == ("en-US", "November 24, 2026")


def test_a_variant_is_shown_by_its_own_samples(visit: Visit, bank: Path) -> None:
    file = "overdue/sms.en+second.j2"
    text = (bank / "templates" / file).read_text("utf-8")
    told = preview(visit, file, text)
    assert (told["file"], told["rule"]) == ("sms.en+second.j2", "occurrence.offset >= 10")
    usual = (bank / "templates/overdue/sms.en.j2").read_text("utf-8")
    assert preview(visit, "overdue/sms.en.j2", usual)["rule"] is None


def test_a_shared_file_is_shown_in_a_text_that_uses_it(visit: Visit, bank: Path) -> None:
    file = "_shared/stop.en.html.j2"
    told = preview(visit, file, "<p>Say STOP, friend</p>")
    assert "Say STOP, friend" in visit.browser.get(f"/templates/mail/{told['mail']}").text


def test_findings_are_those_of_check(visit: Visit) -> None:
    found = asked(visit, "/templates/check", file=SMS, text="Hi,\n{{ custmer.name }}")["findings"]
    (unknown,) = (each for each in found if each["code"] == "unknown-name")
    assert (unknown["file"], unknown["line"]) == (f"templates/{SMS}", 2)


def save(visit: Visit, file: str, text: str, version: str | None) -> Any:
    """Save a text over the version that was opened."""
    body = {"file": file, "text": text, "version": version}
    return visit.browser.post("/templates/save", json=body, headers=visit.ours)


def opened(visit: Visit, file: str) -> str:
    """The version of a file that its page has."""
    page = visit.browser.get(f"/templates/edit/{file}").text
    return page.partition('data-version="')[2].partition('"')[0]


def test_saving_writes_the_file_and_says_its_version(visit: Visit, bank: Path) -> None:
    first = opened(visit, SMS)
    second = save(visit, SMS, "New\n", first).json()["version"]
    assert (bank / "templates" / SMS).read_bytes() == b"New\n"
    assert opened(visit, SMS) == second
    assert list((bank / "templates/birthday").glob(".*")) == []


def test_a_file_that_changed_is_left_alone_and_shown(visit: Visit, bank: Path) -> None:
    first = opened(visit, SMS)
    (bank / "templates" / SMS).write_text("Theirs", "utf-8")
    answer = save(visit, SMS, "Mine", first)
    assert answer.status_code == 409
    assert answer.json()["text"] == "Theirs"
    assert (bank / "templates" / SMS).read_text("utf-8") == "Theirs"
    assert save(visit, SMS, "Mine", answer.json()["version"]).status_code == 200


def test_a_file_that_is_gone_is_a_conflict_too(visit: Visit, bank: Path) -> None:
    first = opened(visit, SMS)
    (bank / "templates" / SMS).unlink()
    answer = save(visit, SMS, "Mine", first)
    assert (answer.status_code, answer.json()) == (409, {"version": None, "text": None})
    assert save(visit, SMS, "Mine", None).status_code == 200


def test_line_ends_and_the_mode_of_a_file_stay(visit: Visit, bank: Path) -> None:
    file = bank / "templates" / SMS
    file.write_bytes(b"One\r\nTwo\r\n")
    file.chmod(0o640)
    save(visit, SMS, "One\nThree\n", opened(visit, SMS))
    assert file.read_bytes() == b"One\r\nThree\r\n"
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    "name",
    [
        "../touchpoints.yaml",
        "birthday/../../touchpoints.yaml",
        "birthday/sms.en.j2/../../x.j2",
        "/etc/passwd",
        "samples.yaml",
        "birthday/golden/sms.txt",
        "birthday/.sms.en.j2",
        ".git/config",
        "birthday/sms.en.j2\x00",
        "birthday/sms.en.py",
        "birthday\\sms.en.j2",
        "_shared/../birthday/sms.en.j2",
        "",
    ],
)
def test_no_other_file_is_read_or_written(visit: Visit, bank: Path, name: str) -> None:
    before = (bank / "touchpoints.yaml").read_bytes()
    for version in (None, "0" * 64):
        assert save(visit, name, "x", version).status_code == 422
    assert (bank / "touchpoints.yaml").read_bytes() == before
    body = {"file": name, "text": "x", **ANN}
    answer = visit.browser.post("/templates/preview", json=body, headers=visit.ours)
    assert answer.status_code == 422
    quoted = quote(name, safe="") or "x"
    for path in (f"/templates/edit/{quoted}", f"/templates/edit/birthday/{quoted}"):
        assert visit.browser.get(path).status_code in {404, 422}


def test_a_link_that_leads_out_of_the_folder_is_not_followed(visit: Visit, bank: Path) -> None:
    outside = bank / "touchpoints.yaml"
    (bank / "templates/birthday/push.en.j2").symlink_to(outside)
    (bank / "templates/elsewhere").symlink_to(bank / "data", target_is_directory=True)
    assert visit.browser.get("/templates/edit/birthday/push.en.j2").status_code == 422
    assert save(visit, "birthday/push.en.j2", "x", None).status_code == 422
    assert save(visit, "elsewhere/sms.en.j2", "x", None).status_code == 422
    assert outside.read_text("utf-8") != "x"


def test_half_a_character_and_too_much_text_are_refused(visit: Visit) -> None:
    version = opened(visit, SMS)
    assert save(visit, SMS, "x" * 65_537, version).status_code == 422
    body = json.dumps({"file": SMS, "text": "\ud800", "version": version})
    headers = visit.ours | {"Content-Type": "application/json"}
    answer = visit.browser.post("/templates/save", content=body.encode(), headers=headers)
    assert answer.status_code in {400, 422}


def test_a_new_text_begins_with_the_words_of_another_language(visit: Visit, bank: Path) -> None:
    form = {"template": "birthday", "channel": "sms", "locale": "de"}
    form |= {"csrf": visit.studio.access.csrf}
    answer = visit.browser.post("/templates/new", data=form, headers={"Origin": HOME})
    assert answer.url.path == "/templates/edit/birthday/sms.de.j2"
    english = (bank / "templates" / SMS).read_bytes()
    assert (bank / "templates/birthday/sms.de.j2").read_bytes() == english
    again = visit.browser.post("/templates/new", data=form, headers={"Origin": HOME})
    assert again.status_code == 422


def test_a_new_mail_begins_with_the_layout(visit: Visit, bank: Path) -> None:
    form = {"template": "fresh", "channel": "email", "locale": "en", "html": "1"}
    form |= {"csrf": visit.studio.access.csrf}
    visit.browser.post("/templates/new", data=form, headers={"Origin": HOME})
    text = (bank / "templates/fresh/email.en.html.j2").read_text("utf-8")
    assert "{% extends '_shared/email.html.j2' %}" in text


def git(folder: Path, *arguments: str) -> None:
    """One command of git, by somebody."""
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@harbour.example")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def test_the_history_of_a_text_is_that_of_git(visit: Visit, bank: Path) -> None:
    path = f"/templates/history/{SMS}"
    assert visit.browser.get(path).json() == {"commits": []}
    git(bank, "init", "-q")
    git(bank, "add", "templates")
    git(bank, "commit", "-q", "-m", "First <b>words</b>")
    (bank / "templates" / SMS).write_text("Later", "utf-8")
    git(bank, "commit", "-q", "-a", "-m", "Later words")
    later, first = visit.browser.get(path).json()["commits"]
    assert (later["subject"], later["author"]) == ("Later words", "Ann")
    assert visit.browser.get(f"{path}?commit={later['name']}").json() == {"text": "Later"}
    assert "birthday" in visit.browser.get(f"{path}?commit={first['name']}").json()["text"]
    for wrong in ("HEAD", "--help", "0" * 40, f"{first['name']}^"):
        answer = visit.browser.get(path, params={"commit": wrong})
        assert answer.status_code == 422


def test_a_repository_runs_nothing_when_it_is_read(visit: Visit, bank: Path) -> None:
    git(bank, "init", "-q")
    git(bank, "add", "templates")
    git(bank, "commit", "-q", "-m", "First")
    trap, sprung = bank / "trap.sh", bank / "sprung"
    trap.write_text(f"#!/bin/sh\ntouch {sprung}\n", "utf-8")
    trap.chmod(0o755)
    keys = ("core.fsmonitor", "core.pager", "diff.external", "gpg.program", "core.sshCommand")
    for key in keys:
        git(bank, "config", key, str(trap))
    git(bank, "config", "log.showSignature", "true")
    (commit,) = visit.browser.get(f"/templates/history/{SMS}").json()["commits"]
    visit.browser.get(f"/templates/history/{SMS}?commit={commit['name']}")
    assert not sprung.exists()


def test_a_page_escapes_what_a_file_says(visit: Visit, bank: Path) -> None:
    evil = "</textarea></script><script>alert(1)</script>"
    (bank / "templates" / SMS).write_text(evil, "utf-8")
    page = visit.browser.get(f"/templates/edit/{SMS}").text
    assert "<script>alert" not in page
    assert "&lt;/textarea&gt;" in page
