"""`touchpoints run --once`: a round for cron, and everything that can stand in its way."""

from __future__ import annotations

import json
import os
import resource
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.mailbox import Mailbox
from tests.office import POLICY, TOUCHPOINTS, Office, asked, child_environment
from touchpoints.store.ownership import owning

NINE = ("--as-of", "2026-12-07T09:00:00+08:00")
ONCE = ("run", "--once", *NINE)
FILE = "transport: file, path: outbox, from"


def over_smtp(url: str) -> str:
    """The policy, with its e-mail through a server."""
    return POLICY.replace(FILE, f'transport: smtp, url: "{url}", from')


@pytest.fixture
def debtor(office: Office) -> Office:
    """A customer who is to be reminded on 7 December 2026 at nine."""
    office.owes_as_new("C1")
    return office


def test_a_preview_and_the_run_of_the_same_instant_say_the_same(debtor: Office) -> None:
    for number in range(2, 9):
        debtor.customer(f"C{number}", birthday=f"1990-12-{number + 3:02d}")
        debtor.owes(f"C{number}", "L1", f"2026-12-{number + 6:02d}", status="open")
    debtor.says("C3", "granted", "2026-01-01T00:00")
    debtor.take("customers", {"id": "C4", "status": "deceased"})
    debtor.take("customers", {"id": "C5", "email": "", "phone": ""})
    previewed = debtor.lines("preview", *NINE, "--format", "jsonl")
    assert {line["reason"] for line in previewed} == {None, "no_consent", "blocked", "no_address"}

    assert debtor.ask(*ONCE).code == 0
    listed = debtor.lines("outbox", "list", "--format", "jsonl")
    ran = {(line["customer"], line["touchpoint"], line["occurrence"]): line for line in listed}
    assert len(ran) == len(previewed)
    for line in previewed:
        found = ran[line["customer"], line["touchpoint"], line["occurrence"]]
        due = line["send_at"] == "2026-12-07T09:00:00+08:00"
        sends = "accepted" if due else "planned"
        assert found["state"] == (sends if line["verdict"] == "send" else "withheld")
        for name in ("channel", "send_at", "reason"):
            assert found[name] == line[name]


def test_a_round_says_what_it_did(debtor: Office) -> None:
    answer = debtor.ask(*ONCE)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == "planned 1, withheld 0; sent 1\n"
    (line,) = (debtor.folder / "outbox/messages.jsonl").read_text("utf-8").splitlines()
    written = json.loads(line)
    assert written["key"] == "C1/reminder/L1@-3d"
    assert (written["address"], written["subject"]) == ("c1@example.org", "Instalment L1")


def test_a_second_round_sends_nothing_twice(debtor: Office) -> None:
    debtor.ask(*ONCE)
    assert debtor.ask(*ONCE).out == "planned 0, withheld 0; sent 0\n"
    assert len((debtor.folder / "outbox/messages.jsonl").read_text("utf-8").splitlines()) == 1


def test_a_server_that_is_down_is_named_and_what_waits_goes_out_by_the_next_run(
    offices: Callable[[str], Office], mailbox: Mailbox
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    office = offices(over_smtp(f"smtp://127.0.0.1:{port}"))
    office.owes_as_new("C1")
    answer = office.ask(*ONCE)
    assert answer.code == 3
    assert "1 waiting for another try" in answer.out
    assert f"127.0.0.1:{port}" in answer.err
    assert "tried again at the next run" in answer.err
    office.rule(over_smtp(mailbox.url))
    assert office.ask("run", "--once", "--as-of", "2026-12-07T09:15:00+08:00").code == 0
    assert mailbox.recipients == ["c1@example.org"]


def test_what_cannot_be_rendered_is_said_and_keeps_nobody_else(debtor: Office) -> None:
    debtor.customer("C2")
    debtor.owes("C2", "L1", "2026-12-10", currency="")
    answer = debtor.ask(*ONCE)
    assert "sent 1, 1 withheld at sending" in answer.out
    assert "fact has no 'currency'" in answer.err
    assert debtor.states()["C2/reminder/L1@-3d"] == "withheld: render_error"


@pytest.mark.parametrize("words", [("run", "--once"), ("run",)])
def test_another_now_is_refused_where_a_message_would_really_leave(
    debtor: Office, words: tuple[str, ...]
) -> None:
    debtor.rule(over_smtp("smtp://mail.harbour.example:25"))
    answer = debtor.ask(*words, *NINE)
    assert (answer.code, answer.out) == (2, "")
    assert "--as-of would send for real through email" in answer.err
    assert "smtp on a loopback address" in answer.err
    assert debtor.states() == {}


def test_an_instant_without_a_zone_is_refused(debtor: Office) -> None:
    answer = debtor.ask("run", "--once", "--as-of", "2026-12-07T09:00:00")
    assert answer.code == 2
    assert "write it with its zone" in answer.err


def test_what_was_being_sent_in_a_crash_is_held_said_and_ends_with_3(office: Office) -> None:
    office.customer(birthday="1990-12-07")
    office.says("C1", "granted", "2026-01-01T00:00")
    office.plan("2026-12-07T09:00")
    _sql(office, "UPDATE message SET state = 'claimed'")
    _sql(office, "UPDATE message SET state = 'sending'")
    answer = office.ask(*ONCE)
    assert answer.code == 3
    assert "1 held because they may have gone out" in answer.err
    assert office.states() == {"C1/greeting/2026": "held"}


@pytest.mark.parametrize("command", ["run", "plan"])
@pytest.mark.sqlite
def test_a_workspace_that_has_an_owner_ends_it_with_4(debtor: Office, command: str) -> None:
    with owning(debtor.folder / "touchpoints.db"):
        answer = debtor.ask(command)
    assert answer.code == 4
    assert "another daemon owns touchpoints.db: stop it first" in answer.err
    assert debtor.states() == {}


@pytest.mark.sqlite
def test_a_database_that_is_locked_is_said_and_nothing_is_half_done(debtor: Office) -> None:
    debtor.rule(
        POLICY.replace("locale: en", "locale: en\ndatabase: sqlite:///touchpoints.db?timeout=0.2")
    )
    holder = sqlite3.connect(debtor.folder / "touchpoints.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        for words in (ONCE, ("plan", *NINE), ("pause", "reminder")):
            answer = debtor.ask(*words)
            assert (answer.code, answer.out) == (1, "")
            assert "another program is writing to it; try again when it has finished" in answer.err
        assert debtor.ask("preview", *NINE).code == 0
    finally:
        holder.rollback()
        holder.close()
    assert debtor.states() == {}
    assert debtor.ask(*ONCE).code == 0


@pytest.mark.parametrize(
    "words", [ONCE, ("plan",), ("preview",), ("status",), ("db", "upgrade"), ("outbox", "list")]
)
@pytest.mark.sqlite
def test_a_database_of_a_newer_program_is_left_alone(
    debtor: Office, words: tuple[str, ...]
) -> None:
    _sql(debtor, "UPDATE meta SET value = '7' WHERE name = 'schema'")
    answer = debtor.ask(*words)
    assert (answer.code, answer.out) == (2, "")
    assert "schema 7, this program knows up to 4; install a newer touchpoints" in answer.err
    assert not (debtor.folder / "outbox").exists()


@pytest.mark.parametrize("words", [ONCE, ("preview",), ("status",), ("db", "check")])
def test_a_file_that_is_no_database_is_left_alone(debtor: Office, words: tuple[str, ...]) -> None:
    debtor.rule(POLICY.replace("locale: en", "locale: en\ndatabase: sqlite:///notes.txt"))
    file = debtor.write("notes.txt", "Buy milk.\n" * 200)
    answer = debtor.ask(*words)
    assert (answer.code, answer.out) == (1, "")
    assert "this file is something else; name another in `database:`" in answer.err
    assert file.read_text("utf-8") == "Buy milk.\n" * 200


@pytest.mark.parametrize("words", [ONCE, ("plan",), ("db", "upgrade"), ("pause", "reminder")])
def test_a_missing_folder_of_the_database_is_said(debtor: Office, words: tuple[str, ...]) -> None:
    debtor.rule(POLICY.replace("locale: en", "locale: en\ndatabase: sqlite:///no/where.db"))
    answer = debtor.ask(*words)
    assert (answer.code, answer.out) == (1, "")
    assert "no such folder for the database" in answer.err


@pytest.mark.parametrize("words", [("run", "--once"), ("preview",), ("status",), ("plan",)])
def test_a_folder_without_a_workspace_says_how_to_make_one(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    answer = asked(tmp_path, *words)
    assert (answer.code, answer.out) == (2, "")
    assert "run `touchpoints init DIR` to make a workspace, or name one with -w DIR" in answer.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_written_to_is_said(debtor: Office) -> None:
    folder = debtor.folder / "closed"
    shutil.copytree(debtor.folder / "templates", folder / "templates")
    (folder / "touchpoints.yaml").write_text(POLICY, "utf-8")
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    folder.chmod(0o500)
    try:
        answer = asked(folder, *ONCE)
    finally:
        folder.chmod(0o700)
    assert answer.code == 1
    assert "may be written to" in answer.err


@pytest.mark.sqlite
def test_a_disk_that_fills_up_is_said_and_the_next_run_goes_on(debtor: Office) -> None:
    """What was just being sent when the disk was full is held, as the policy says here."""
    debtor.rule(POLICY.replace("    priority: 90\n", "    priority: 90\n    on_doubt: hold\n"))
    ids = [f"K{number:04d}" for number in range(150)]
    debtor.take("customers", *({"id": id_, "email": f"{id_}@example.org"} for id_ in ids))
    fact = {"kind": "instalment", "ref": "L1", "date": "2026-12-10", "status": "open"}
    debtor.take(
        "facts", *({"customer": id_, "amount": "1", "currency": "CNY"} | fact for id_ in ids)
    )
    debtor.database.close()
    size = (debtor.folder / "touchpoints.db").stat().st_size
    filled = subprocess.run(
        [*TOUCHPOINTS, *ONCE],
        cwd=debtor.folder,
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_FSIZE, (size + 30_000, size + 30_000)
        ),
    )
    assert filled.returncode == 1
    assert "touchpoints.db" in filled.stderr
    assert "Traceback" not in filled.stderr
    held = debtor.ask(*ONCE).code == 3
    index = (debtor.folder / "outbox/messages.jsonl").read_text("utf-8").splitlines()
    assert len(index) == len({json.loads(line)["key"] for line in index}) == 151
    assert sorted(debtor.states().values()).count("accepted") == 151 - held


def test_a_file_channel_on_a_full_disk_waits(debtor: Office) -> None:
    debtor.write("outbox", "a file where the folder should be")
    answer = debtor.ask(*ONCE)
    assert answer.code == 3
    assert "email: cannot write to" in answer.err
    (debtor.folder / "outbox").unlink()
    assert debtor.ask("run", "--once", "--as-of", "2026-12-07T09:15:00+08:00").code == 0


@pytest.mark.sqlite
def test_errors_become_one_clear_message_and_an_exit_code(debtor: Office) -> None:
    wrong = debtor.type("preview", "--touchpoint", "remindr")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr == (
        "touchpoints: no touchpoint 'remindr' in the policy; did you mean 'reminder'?\n"
    )
    with owning(debtor.folder / "touchpoints.db"):
        owned = debtor.type("run", "--once")
    assert owned.returncode == 4
    assert owned.stderr.startswith("touchpoints: another daemon owns")


def _sql(office: Office, statement: str) -> None:
    with office.database.writing() as connection:
        connection.exec_driver_sql(statement)
