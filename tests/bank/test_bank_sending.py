"""One busy day of a real bank, sent through a real SMTP server and compared byte by byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tests.mailbox import Mailbox
from tests.office import asked, typed
from tests.years.checker import read_lines
from touchpoints.engine.rendering import Wanted, render
from touchpoints.store.database import Database
from touchpoints.workspace import load

TEN = "1997-03-03T10:00:00+01:00"
"""Monday; everything that is due today may go out at ten."""

Branch = Callable[[str], Path]


def test_a_day_arrives_whole_once_and_as_rendered(branch: Branch, mailbox: Mailbox) -> None:
    folder = branch(f'transport: smtp, url: "{mailbox.url}"')
    previewed = asked(folder, "preview", "--as-of", TEN, "--format", "jsonl")
    lines = [json.loads(line) for line in previewed.out.splitlines()]
    today = [line for line in lines if line["send_at"] == TEN]
    assert len(today) > 25

    ran = asked(folder, "run", "--once", "--as-of", TEN)
    assert ran.code == 0, ran
    assert f"sent {len(today)}" in ran.out
    received = mailbox.by_key()
    by_mail = {
        "/".join((line["customer"], line["touchpoint"], line["occurrence"])): line
        for line in today
        if line["channel"] == "email"
    }
    assert set(received) == set(by_mail)

    workspace, database = load(folder, {}), Database(f"sqlite:///{folder}/touchpoints.db")
    for key, line in by_mail.items():
        design = workspace.policy.touchpoints[line["touchpoint"]]
        wanted = Wanted(design, line["customer"], "email", line["occurrence"])
        rendered = render(database, workspace, wanted, datetime.fromisoformat(TEN))
        assert (rendered.key, rendered.content) == (key, received[key])

    again = asked(folder, "run", "--once", "--as-of", TEN.replace("10:00", "10:15"))
    assert "sent 0" in again.out
    assert len(mailbox.contents) == len(by_mail)


def test_the_command_prints_the_very_bytes_that_arrived(branch: Branch, mailbox: Mailbox) -> None:
    folder = branch(f'transport: smtp, url: "{mailbox.url}"')
    assert typed(folder, "run", "--once", "--as-of", TEN).returncode == 0
    received = mailbox.by_key()
    for touchpoint in ("birthday-greeting", "instalment-due"):
        key, content = next(item for item in received.items() if f"/{touchpoint}/" in item[0])
        customer, _, occurrence = key.split("/")
        words = ("--channel", "email", "--occurrence", occurrence, "--as-of", TEN)
        printed = typed(
            folder, "template", "render", touchpoint, "--customer", customer, *words, text=False
        )
        assert (printed.returncode, printed.stdout) == (0, content)


def test_text_messages_are_written_beside_their_index(branch: Branch) -> None:
    folder = branch("transport: file, path: outbox")
    ran = asked(folder, "run", "--once", "--as-of", TEN)
    assert ran.code == 0, ran
    index = read_lines(folder / "outbox/messages.jsonl")
    listed = asked(folder, "outbox", "list", "--state", "accepted", "--format", "jsonl")
    accepted = {
        f"{line['customer']}/{line['touchpoint']}/{line['occurrence']}"
        for line in map(json.loads, listed.out.splitlines())
    }
    assert len(index) == len(accepted)
    assert {line["key"] for line in index} == accepted
    assert {line["channel"] for line in index} == {"email", "sms"}
