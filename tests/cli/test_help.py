"""Help: quick, complete, and with an example for every command."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pytest

from tests.office import child_environment
from touchpoints.cli import COMMANDS, cli
from touchpoints.engine.starting import start_workspace


def commands(
    group: click.Group = cli, *path: str
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command and group, with the words that name it."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)


ALL = {" ".join(words): command for words, command in commands()}
PURPOSES = {name: purpose for name, _, purpose in COMMANDS}


@pytest.mark.parametrize("words", ALL)
def test_every_help_says_what_the_command_does_and_gives_an_example_of_it(words: str) -> None:
    context = click.Context(ALL[words], info_name=f"touchpoints {words}")
    text = ALL[words].get_help(context)
    assert "Example" in text
    example = text.partition("Example")[2]
    assert f"touchpoints {words.split(maxsplit=1)[0]}" in example
    first = (ALL[words].help or "").splitlines()[0]
    assert first.endswith((".", ":")), first


@pytest.mark.parametrize("words", ALL)
def test_every_option_says_what_it_is_for(words: str) -> None:
    for parameter in ALL[words].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{words} {parameter.opts}"


@pytest.mark.parametrize("name", PURPOSES)
def test_the_list_of_commands_begins_as_their_own_help_does(name: str) -> None:
    help_ = (ALL[name].help or "").replace("\n", " ")
    assert help_.split()[0] == PURPOSES[name].split()[0], (PURPOSES[name], help_)


def test_the_list_of_commands_is_complete_and_each_has_a_purpose() -> None:
    text = cli.get_help(click.Context(cli, info_name="touchpoints"))
    for name, purpose in PURPOSES.items():
        assert f"  {name} " in text
        assert purpose.endswith(".")


def loaded(code: str, heavy: set[str]) -> str:
    """Which of some modules a program has loaded when it ends."""
    told = f"import sys\n{code}\nprint('loaded', *sorted({heavy} & set(sys.modules)))\n"
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", told],
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout.rpartition("loaded")[2].strip()


def test_help_is_quick_since_it_loads_no_database_and_no_numbers() -> None:
    code = "from touchpoints.cli import cli\ncli.main(['--help'], standalone_mode=False)"
    heavy = {"sqlalchemy", "sqlmodel", "numpy", "pydantic", "jinja2", "rich", "apscheduler"}
    assert loaded(code, heavy) == ""


def test_texts_are_checked_without_the_store_before_there_are_data(tmp_path: Path) -> None:
    start_workspace(tmp_path / "bank", date(2026, 11, 24))
    asked = ["-w", str(tmp_path / "bank"), "template", "check", "birthday"]
    code = (
        "from touchpoints.cli import main\n"
        f"try:\n    main({asked})\nexcept SystemExit as stop:\n    assert not stop.code"
    )
    assert loaded(code, {"sqlalchemy", "touchpoints.store.database"}) == ""


def test_tables_on_a_file_are_made_without_the_words_of_a_server() -> None:
    code = "import touchpoints.store.tables"
    assert loaded(code, {"sqlmodel", "sqlalchemy.dialects.postgresql"}) == "sqlmodel"


def test_an_unknown_command_is_refused() -> None:
    with pytest.raises(click.UsageError, match="No such command 'preveiw'"):
        cli.main(["preveiw"], standalone_mode=False)
