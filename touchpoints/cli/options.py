"""Options that several commands share, read the same way everywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from touchpoints.clock import SystemClock, utc

Command = TypeVar("Command", bound=Callable[..., Any])


YEARS = range(1900, 2200)
"""The years that calendars, zones and holidays are made for."""


class Instant(click.ParamType[datetime]):
    """An ISO instant with its zone, such as `2026-11-24T09:00:00+08:00` or `…Z`."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The instant in UTC; fails with the form that is expected."""
        if isinstance(value, datetime):
            return utc(value)
        try:
            instant = utc(datetime.fromisoformat(value))
        except (ValueError, OverflowError):
            self.fail(
                f"{value!r} is not an instant; write it with its zone,"
                " such as 2026-11-24T09:00:00Z or 2026-11-24T09:00:00+08:00",
                param,
                ctx,
            )
        if instant.year not in YEARS:
            self.fail(f"{value!r} is not within {YEARS[0]} and {YEARS[-1]}", param, ctx)
        return instant


class Address(click.ParamType[Any]):
    """Where to listen, such as `127.0.0.1:9464`."""

    name = "address"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The address and the port; fails with the form that is expected."""
        # The workspace takes 0.1 s to import, which most commands pay only when they read it.
        from touchpoints.workspace import Listen  # noqa: PLC0415

        try:
            return value if isinstance(value, Listen) else Listen.parse(str(value))
        except ValueError as error:
            self.fail(f"{value!r} is no address to listen on; {error}", param, ctx)


def as_of_option(command: Command) -> Command:
    """`--as-of T`: the instant that stands for now."""
    return click.option(
        "--as-of",
        type=Instant(),
        default=None,
        callback=lambda _ctx, _param, value: value or SystemClock().now(),
        help="The ISO instant that stands for now (default: the clock).",
    )(command)


def days_option(command: Command) -> Command:
    """`--days N`: how far ahead."""
    return click.option(
        "--days",
        type=click.IntRange(1, 366),
        default=None,
        help="How many days ahead (default: the policy's horizon).",
    )(command)


def format_option(
    *forms: str, purpose: str = "For people, or one line for each decision."
) -> Callable[[Command], Command]:
    """`--format`: the first form is for people and the default, the others are for programs."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(forms),
        default=forms[0],
        show_default=True,
        help=purpose,
    )


def out_option(command: Command) -> Command:
    """`--out FILE`: where the result goes instead of standard output."""
    return click.option(
        "--out",
        type=click.Path(path_type=Path, dir_okay=False),
        default=None,
        help="Write the result to this file instead of standard output.",
    )(command)
