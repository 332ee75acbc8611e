"""`touchpoints init`: what it makes works at once, and what it prints can be typed."""

from __future__ import annotations

import shlex
from datetime import date
from pathlib import Path

import pytest

from tests.office import typed
from touchpoints.engine.starting import start_workspace
from touchpoints.errors import UsageError
from touchpoints.examples.newcomers import newcomers
from touchpoints.workspace import load

MORNING = "2026-11-24T10:00:00+08:00"


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def printed_commands(output: str) -> list[list[str]]:
    """The lines after `What to type next`, as words; the first of them changes the folder."""
    lines = output.split("What to type next:\n")[1].splitlines()
    return [shlex.split(line) for line in lines]


def test_every_command_that_init_prints_works_and_a_message_goes_out(tmp_path: Path) -> None:
    made = typed(tmp_path, "init", "my bank", "--as-of", MORNING)
    assert (made.returncode, made.stderr) == (0, "")
    enter, *commands = printed_commands(made.stdout)
    assert enter == ["cd", "my bank"]
    answers = {}
    for command in commands:
        assert command[0] == "touchpoints"
        done = typed(tmp_path / "my bank", *command[1:])
        assert (done.returncode, done.stderr) == (0, ""), command
        answers[command[1]] = done.stdout
    assert "nothing to complain about" in answers["check"]
    assert "birthday-greeting" in answers["preview"]
    assert "instalment-due" in answers["preview"]
    assert "C01: 2 candidates, 2 go out" in answers["explain"]
    assert "sent 1" in answers["run"]
    outbox = tmp_path / "my bank" / "outbox"
    assert len((outbox / "messages.jsonl").read_text("utf-8").splitlines()) == 1


def test_without_a_day_the_example_dates_lie_around_today(tmp_path: Path) -> None:
    made = typed(tmp_path, "init", "bank")
    assert made.returncode == 0
    assert not any("--as-of" in command for command in printed_commands(made.stdout))
    for kind in ("customers", "facts", "consents"):
        assert typed(tmp_path / "bank", "import", kind, f"data/{kind}.csv").returncode == 0
    shown = typed(tmp_path / "bank", "preview")
    assert "What goes out" in shown.stdout


def test_a_folder_that_is_a_workspace_already_is_refused_and_not_touched(tmp_path: Path) -> None:
    (tmp_path / "touchpoints.yaml").write_text("name: mine\n", "utf-8")
    before = files_of(tmp_path)
    refused = typed(tmp_path, "init", ".")
    assert refused.returncode == 2
    assert "is a workspace already" in refused.stderr
    assert files_of(tmp_path) == before


def test_a_file_that_is_in_the_way_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "facts.csv").write_text("mine\n", "utf-8")
    before = files_of(tmp_path)
    with pytest.raises(UsageError, match=r"data/facts\.csv already"):
        start_workspace(tmp_path, date(2026, 11, 24))
    assert files_of(tmp_path) == before


def test_the_policy_needs_no_server_and_shows_how_to_name_one(tmp_path: Path) -> None:
    start_workspace(tmp_path, date(2026, 11, 24))
    workspace = load(tmp_path, {})
    assert {each.transport for each in workspace.channels.values()} == {"file"}
    assert workspace.warnings == ()
    text = (tmp_path / "touchpoints.yaml").read_text("utf-8")
    assert "# transport: smtp" in text


def test_the_commented_smtp_lines_are_right_once_they_are_put_in_place(tmp_path: Path) -> None:
    start_workspace(tmp_path, date(2026, 11, 24))
    policy = tmp_path / "touchpoints.yaml"
    lines = policy.read_text("utf-8").splitlines()
    kept = [line for line in lines if line.strip() not in {"transport: file", "path: outbox"}]
    real = [line.replace("# transport: smtp", "transport: smtp") for line in kept]
    real = [line.replace('# url: "smtps', 'url: "smtps') for line in real]
    policy.write_text("\n".join(real) + "\n", "utf-8")
    assert load(tmp_path, {"SMTP_PASSWORD": "x"}).channels["email"].transport == "smtp"


@pytest.mark.parametrize("today", [date(2028, 2, 29), date(2027, 2, 28), date(2026, 12, 31)])
def test_every_day_of_the_calendar_gives_twelve_people_of_the_past(today: date) -> None:
    people = newcomers(today)["customers"]
    born = [date.fromisoformat(person["birthday"]) for person in people]
    assert len(people) == 12
    assert all(day < today for day in born)
    assert (born[0].month, born[0].day) == (today.month, today.day)
