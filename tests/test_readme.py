"""The README tells the truth: its commands run, its policy loads, its output is what is printed."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.office import child_environment
from touchpoints.cli import COMMANDS
from touchpoints.errors import PolicyError
from touchpoints.workspace import load

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MORNING = "2026-11-24T09:00:00+08:00"


def blocks(language: str) -> list[str]:
    """The README's code blocks in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def run(arguments: list[str], folder: Path) -> str:
    """What a command prints; it must end well."""
    command = [sys.executable, "-m", "touchpoints", *arguments]
    environment = child_environment(COLUMNS="100")
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace that the README's first steps make, on a fixed day."""
    folder = tmp_path_factory.mktemp("readme")
    run(["init", "mybank", "--as-of", "2026-11-24T00:00:00+08:00"], folder)
    for kind in ("customers", "facts", "consents"):
        run(["import", kind, f"data/{kind}.csv"], folder / "mybank")
    return folder / "mybank"


def test_the_two_commands_are_those_that_ci_runs() -> None:
    lines = [block.strip() for block in blocks("sh") if ".venv/bin/pip" in block]
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    assert all("\n" not in line and line in script for line in lines)


def test_the_first_steps_can_be_typed_as_they_stand(tmp_path: Path) -> None:
    steps = next(block for block in blocks("sh") if "touchpoints init" in block)
    folder = tmp_path
    for line in steps.splitlines():
        words = shlex.split(line, comments=True)
        if words[0] == "cd":
            folder /= words[1]
        else:
            run(words[1:], folder)
    assert (folder / "touchpoints.db").exists()


def test_a_greeting_is_changed_and_seen_as_it_says(tmp_path: Path) -> None:
    run(["init", "mybank"], tmp_path)
    folder = tmp_path / "mybank"
    for kind in ("customers", "facts", "consents"):
        run(["import", kind, f"data/{kind}.csv"], folder)
    assert "Emma Brown" in (folder / "data/customers.csv").read_text("utf-8")
    file = folder / "templates/birthday/sms.en.j2"
    file.write_text(file.read_text("utf-8").replace("Happy birthday", "Many happy returns"))
    told = {}
    for line in README.split("## Change a greeting")[1].split("```")[1].splitlines()[1:]:
        words = shlex.split(line, comments=True)[1:]
        told[words[1], words[-1]] = run(words, folder)
    assert told["render", "--text"].startswith("Many happy returns, Emma!")
    assert told["render", "--why"].startswith("templates/birthday/sms.en.j2\n")
    assert "nothing to complain about" in told["check", "birthday"]
    assert "stored templates/birthday/golden/sms.txt" in told["test", "--update"]


def test_every_command_is_documented() -> None:
    table = README.split("## Commands")[1].split("##")[0]
    missing = [name for name, _, _ in COMMANDS if not re.search(rf"`[^`]*\b{name}\b", table)]
    assert missing == []


def test_the_policy_in_ten_lines_is_complete(tmp_path: Path) -> None:
    policy = blocks("yaml")[0]
    assert len(policy.splitlines()) <= 10
    (tmp_path / "touchpoints.yaml").write_text(policy, encoding="utf-8")
    assert load(tmp_path, {}).policy.touchpoints["birthday"].channels == ("email",)


def test_the_complaint_is_what_a_misspelt_key_gets(tmp_path: Path) -> None:
    policy = blocks("yaml")[0].replace("annual:", "annul:")
    (tmp_path / "touchpoints.yaml").write_text(policy, encoding="utf-8")
    with pytest.raises(PolicyError) as told:
        load(tmp_path, {})
    shown = README.split("at once:\n\n```\n")[1].split("\n```")[0]
    assert shown in str(told.value)


def test_the_preview_is_what_is_printed(bank: Path) -> None:
    printed = run(["preview", "--as-of", MORNING], bank)
    assert without_blank_ends(printed) in README


def test_the_explanation_is_what_is_printed(bank: Path) -> None:
    printed = run(["explain", "C02", "--as-of", MORNING], bank)
    assert without_blank_ends(printed) in README


def without_blank_ends(text: str) -> str:
    """A printed text without blanks at the ends of its lines."""
    return "\n".join(line.rstrip() for line in text.rstrip().splitlines())
