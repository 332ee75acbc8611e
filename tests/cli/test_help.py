"""Help: quick, complete, and with an example for every command."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from tests.office import child_environment
from touchpoints.cli import COMMANDS, cli


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


def test_help_is_quick_since_it_loads_no_database_and_no_numbers() -> None:
    code = (
        "import sys\n"
        "from touchpoints.cli import cli\n"
        "cli.main(['--help'], standalone_mode=False)\n"
        "heavy = {'sqlalchemy', 'sqlmodel', 'numpy', 'pydantic', 'jinja2', 'rich', 'apscheduler'}\n"
        "sys.exit(' '.join(sorted(heavy & set(sys.modules))) or 0)\n"
    )
    helped = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (helped.returncode, helped.stderr) == (0, "")
    assert "preview" in helped.stdout


def test_an_unknown_command_is_refused() -> None:
    with pytest.raises(click.UsageError, match="No such command 'preveiw'"):
        cli.main(["preveiw"], standalone_mode=False)
