"""A group of commands, each in a module that is imported only when it is used."""

from __future__ import annotations

import importlib
from typing import Any

import click

Known = tuple[tuple[str, str, str], ...]
"""Every command of a group: its name, where it is, and what it does in one line."""


class LazyGroup(click.Group):
    """A group that knows the names and purposes of its commands without importing them."""

    def __init__(self, *arguments: Any, known: Known, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.known = known

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the list."""
        return [name for name, _, _ in self.known]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command, or None where there is no such name."""
        for name, place, _ in self.known:
            if name == cmd_name:
                module, _, attribute = place.partition(":")
                command: click.Command = getattr(importlib.import_module(module), attribute)
                return command
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, purpose) for name, _, purpose in self.known])
