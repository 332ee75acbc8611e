"""Names and addresses stand in no log and no error, whatever goes wrong."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.gateway import Gateway, Reply
from tests.mailbox import Mailbox
from tests.office import POLICY, TEMPLATES, TOUCHPOINTS, Office, child_environment
from touchpoints.clock import SystemClock

CANARIES = ("canary", "zhenzhu", "珍珠", "55512", "platinum", "loanword")
"""Of the name, the mailbox, the phone, an attribute and a loan, in small letters."""

PERSON = {
    "id": "C1",
    "name": "Zhenzhu Canary",
    "given_name": "珍珠",
    "email": "zhenzhu.canary@example.org",
    "phone": "+8613800555123",
    "tier": "platinum",
}


class Talker(Mailbox):
    """A mail server that refuses, and says whom."""

    answer = "421 {address} is not taken by this server, {address} shall wait"

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        return self.answer.format(address=address)


@pytest.fixture
def talker() -> Iterator[Talker]:
    server = Talker()
    yield server
    server.close()


def opened(folder: Path, transport: str, **texts: str) -> Office:
    """A workspace whose person has a reminder that is due at any hour of today."""
    mail = POLICY.replace("transport: file, path: outbox, from", f"{transport}, from")
    office = Office(
        folder,
        mail.replace('{open: "0d 09:00", close: "0d 20:00"}', '{open: "-3d", close: "3d"}'),
        {**TEMPLATES, **texts},
    )
    office.take("customers", PERSON)
    due = (SystemClock().now() + timedelta(3)).date().isoformat()
    office.owes("C1", "L1", due, note="loanword")
    return office


def clean(said: str) -> str:
    """What was said, once it is sure that it names nobody."""
    assert said.strip()
    assert [canary for canary in CANARIES if canary in said.lower()] == [], said
    return said


@pytest.mark.parametrize("answer", ["421", "450", "530", "550"])
def test_a_server_that_refuses_by_name_is_quoted_without_the_name(
    tmp_path: Path, talker: Talker, answer: str
) -> None:
    talker.answer = answer + Talker.answer[3:]
    office = opened(tmp_path, f'transport: smtp, url: "{talker.url}"')
    done = office.type("run", "--once")
    assert "planned 1" in clean(done.stdout + done.stderr), done
    assert office.table("attempt"), "nothing was tried"
    clean(office.ask("status").out)


def test_a_server_that_is_not_there_is_told_without_the_customer(
    tmp_path: Path, talker: Talker
) -> None:
    office = opened(tmp_path, f'transport: smtp, url: "{talker.url}"')
    talker.close()
    done = office.type("run", "--once")
    assert done.returncode == 3
    clean(done.stdout + done.stderr)


def test_a_text_that_cannot_be_rendered_is_told_without_its_values(tmp_path: Path) -> None:
    office = opened(
        tmp_path,
        "transport: file, path: outbox",
        **{
            "reminder/email.j2": "---\nsubject: Due\n---\n{{ customer.tier|money('CNY') }}\n",
            "reminder/sms.j2": "{{ customer.tier|money('CNY') }}\n",
        },
    )
    done = office.type("run", "--once")
    clean(done.stdout + done.stderr)
    (message,) = (row for row in office.table("message") if row["touchpoint"] == "reminder")
    assert message["reason"] == "render_error"
    clean(str(message["detail"]))


def watched(office: Office, form: str, until: str) -> str:
    """All that a daemon says until something is in its log: the log, its pages, and the status."""
    log = office.folder / "daemon.log"
    with log.open("wb") as stream:
        daemon = subprocess.Popen(
            [*TOUCHPOINTS, "run", "--listen", "0", "--log-format", form],
            cwd=office.folder,
            env=child_environment(),
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    pages = ""
    try:
        for _ in range(200):
            if until in log.read_text("utf-8"):
                break
            time.sleep(0.1)
        found = re.search(r"http://127[.0-9]+:\d+", log.read_text("utf-8"))
        assert found is not None
        for path in ("/healthz", "/metrics"):
            with urllib.request.urlopen(found[0] + path, timeout=20) as answer:
                pages += answer.read().decode("utf-8")
    finally:
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(timeout=20) == 0
    said = log.read_text("utf-8")
    assert until in said
    assert "touchpoints_messages" in pages
    return said + pages + office.ask("status").out + office.ask("status", "--json").out


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_daemon_names_nobody_whom_its_mail_server_names(
    tmp_path: Path, talker: Talker, form: str
) -> None:
    office = opened(tmp_path, f'transport: smtp, url: "{talker.url}"')
    assert "421" in clean(watched(office, form, "shall wait"))
    assert office.table("attempt")


@pytest.mark.parametrize("status", [200, 401, 422, 429, 500])
def test_a_daemon_names_nobody_whom_its_gateway_names(tmp_path: Path, status: int) -> None:
    echo = '{"id": "zhenzhu-canary-13800555123", "error": "no +8613800555123 (Zhenzhu Canary)"}'
    gateway = Gateway(Reply(status, echo.encode(), {"x-id": "zhenzhu.canary@example.org"}))
    try:
        office = opened(tmp_path, "transport: file, path: outbox")
        policy = (office.folder / "touchpoints.yaml").read_text("utf-8")
        options = (
            f"transport: http, url: {gateway.url()}, json: {{to: '{{{{ message.address }}}}'}}"
        )
        office.rule(
            policy.replace(
                "sms: {transport: file, path: outbox}",
                f"sms: {{{options}, provider_id: id, error: error}}",
            ).replace("channels: [email, sms]", "channels: [sms]")
        )
        clean(watched(office, "json", '"event": "delivered"'))
        assert gateway.received
    finally:
        gateway.stop()


def test_a_daemon_names_nobody_whose_text_cannot_be_rendered(tmp_path: Path) -> None:
    broken = "{{ customer.tier|money('CNY') }}\n"
    texts = {"reminder/email.j2": f"---\nsubject: Due\n---\n{broken}", "reminder/sms.j2": broken}
    office = opened(tmp_path, "transport: file, path: outbox", **texts)
    clean(watched(office, "json", '"event": "delivered"'))
    assert {row["reason"] for row in office.table("message")} == {"render_error"}


@pytest.mark.sqlite
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_daemon_whose_database_refuses_a_row_names_nobody(tmp_path: Path, form: str) -> None:
    office = opened(tmp_path, "transport: file, path: outbox")
    with office.database.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE UPDATE ON message WHEN NEW.state = 'claimed'"
            " BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )
    assert "refused" in clean(watched(office, form, "refused"))


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_rows_that_are_rejected_or_remarked_on_are_told_by_line_and_id(
    tmp_path: Path, form: tuple[str, ...]
) -> None:
    office = opened(tmp_path, "transport: file, path: outbox")
    wrong = {
        "birthday": "canary",
        "status": "platinum " * 30,
        "email": "zhenzhu.canary at example",
        "phone": "55512-canary",
        "timezone": "Zhenzhu/Canary",
        "locale": "canary-platinum",
        "country": "Canary",
    }
    rows = [
        PERSON | {"id": f"D{place}", name: text} for place, (name, text) in enumerate(wrong.items())
    ]
    file = office.write("people.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    done = office.type("import", "customers", str(file), *form)
    assert done.returncode == 3
    clean(done.stdout + done.stderr)


def test_a_file_that_cannot_be_read_is_told_without_what_it_holds(tmp_path: Path) -> None:
    office = opened(tmp_path, "transport: file, path: outbox")
    file = office.folder / "people.csv"
    file.write_bytes(b"id,name\nC9,Zhenzhu \xff Canary\n")
    done = office.type("import", "customers", str(file), "--encoding", "utf-8")
    clean(done.stdout + done.stderr)


def test_forgetting_says_only_the_id(tmp_path: Path) -> None:
    office = opened(tmp_path, "transport: file, path: outbox")
    for words in ((), ("--yes",), ("--yes",)):
        done = office.type("customer", "forget", "C1", *words)
        clean(done.stdout + done.stderr)
    file = office.write("again.jsonl", json.dumps(PERSON) + "\n")
    done = office.type("import", "customers", str(file))
    assert done.returncode == 3
    assert "erased on request" in clean(done.stdout + done.stderr)
