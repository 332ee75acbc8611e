"""`touchpoints simulate`: the daemon's loop on a virtual clock, over a copy of the data."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from touchpoints.cli.context import Context
from touchpoints.cli.options import Instant, format_option, out_option
from touchpoints.cli.output import console, opened, write_csv, write_json_lines
from touchpoints.cli.plantable import PlanTable
from touchpoints.clock import FixedClock
from touchpoints.core.calendar import zone_clock
from touchpoints.core.decision import COLUMNS
from touchpoints.engine.story import decisions_between
from touchpoints.engine.ticking import Loop, null_channels, run_virtually
from touchpoints.errors import UsageError
from touchpoints.gates import all_gates

MANY_DAYS = timedelta(days=62)
"""Longer simulations are told by month."""


@click.command()
@click.option("--from", "start", type=Instant(), required=True, help="The first instant (ISO).")
@click.option("--until", type=Instant(), required=True, help="The instant at which it ends (ISO).")
@format_option("table", "jsonl", "csv")
@out_option
@click.pass_obj
def simulate(
    context: Context, start: datetime, until: datetime, form: str, out: Path | None
) -> None:
    """Run the daemon's loop on a virtual clock; nothing is sent, and the data stay as they are.

    \b
    Example:
      touchpoints simulate --from 2027-01-01T00:00:00Z --until 2028-01-01T00:00:00Z
      touchpoints simulate --from 2027-01-01T00:00:00Z --until 2027-02-01T00:00:00Z --format jsonl
    """
    if until <= start:
        raise UsageError("--until must come after --from")
    workspace, copy, clock = context.workspace, context.database.copy(), FixedClock(start)
    loop = Loop.over(copy, workspace, null_channels(workspace), all_gates(), clock)
    loop.start()
    with _progress() as progress:
        task = progress.add_task("simulating", total=(until - start).total_seconds())
        run_virtually(
            loop,
            clock,
            until,
            lambda now: progress.update(task, completed=(now - start).total_seconds()),
        )
    span = (int(start.timestamp()), int(until.timestamp()))
    with copy.reading() as connection, opened(out) as stream:
        decisions = decisions_between(connection, workspace, *span)
        if form == "table":
            table = PlanTable(list(workspace.policy.channels), by_month=until - start > MANY_DAYS)
            table.add(decisions)
            first, last = (zone_clock(workspace.policy.timezone).minute(at) for at in span)
            table.print(console(stream), f"Simulation of {workspace.name}, {first} to {last}")
        elif form == "csv":
            write_csv(stream, COLUMNS, (each.as_line() for each in decisions))
        else:
            write_json_lines(stream, (each.as_line() for each in decisions))


def _progress() -> Progress:
    """A bar on standard error, only where that is a terminal."""
    screen = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    )
