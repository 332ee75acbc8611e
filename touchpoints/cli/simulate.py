"""`touchpoints simulate`: the daemon's loop on a virtual clock, over a copy of the data."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click

from touchpoints.cli.context import Context
from touchpoints.cli.options import Instant, format_option, out_option
from touchpoints.cli.output import console, opened, write_csv, write_json_lines
from touchpoints.cli.plantable import PlanTable
from touchpoints.cli.simulating import progress_of
from touchpoints.core.calendar import zone_clock
from touchpoints.core.decision import COLUMNS
from touchpoints.engine.simulating import Span, simulated
from touchpoints.engine.story import decisions_between

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
    span, workspace = Span(start, until), context.workspace
    with progress_of(span, "simulating") as progress:
        copy = simulated(context.database, workspace, span, progress)
    with copy.reading() as connection, opened(out) as stream:
        decisions = decisions_between(connection, workspace, *span.seconds)
        if form == "table":
            table = PlanTable(list(workspace.policy.channels), by_month=until - start > MANY_DAYS)
            table.add(decisions)
            first, last = (zone_clock(workspace.policy.timezone).minute(at) for at in span.seconds)
            table.print(console(stream), f"Simulation of {workspace.name}, {first} to {last}")
        elif form == "csv":
            write_csv(stream, COLUMNS, (each.as_line() for each in decisions))
        else:
            write_json_lines(stream, (each.as_line() for each in decisions))
