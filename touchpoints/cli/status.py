"""`touchpoints status`: what waits, what went, what is held, and how far behind."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime

import click
from rich.table import Table

from touchpoints.cli.context import Context
from touchpoints.cli.options import as_of_option
from touchpoints.cli.output import console, opened
from touchpoints.core.calendar import zone_clock
from touchpoints.engine.standstill import stops_of
from touchpoints.store.counting import Standing, standing

_INSTANTS = ("next_send_at", "last_tick_at", "last_plan_at")


@click.command()
@as_of_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
@click.pass_obj
def status(context: Context, as_of: datetime, as_json: bool) -> None:
    """Say what waits, what went, what is held, the lag and the last tick.

    \b
    Example:
      touchpoints status
      touchpoints status --json
    """
    with context.database.reading() as connection:
        found = standing(connection, int(as_of.timestamp()))
        stops = stops_of(connection, context.workspace, int(as_of.timestamp()))
    if as_json:
        values = asdict(found) | {"stops": stops}
        for name in _INSTANTS:
            at = values[name]
            values[name] = None if at is None else datetime.fromtimestamp(at, UTC).isoformat()
        click.echo(json.dumps(values))
        return
    with opened(None) as stream:
        console(stream).print(_table(found, context.workspace.policy.timezone))
        for name, why in stops.items():
            console(stream).print(f"{name}: {why}", style="red")


def _table(found: Standing, zone: str) -> Table:
    clock = zone_clock(zone)

    def local(instant: int | None) -> str:
        return "never" if instant is None else clock.minute(instant)

    table = Table(show_header=False, show_edge=False, pad_edge=False, box=None)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_row("customers", f"{found.customers:,}")
    for state, count in found.states.items():
        table.add_row(state, f"{count:,}")
    table.add_row("due now", f"{found.due:,}")
    table.add_row("lag", f"{found.lag:,} s")
    table.add_row("next send", "none" if found.next_send_at is None else local(found.next_send_at))
    table.add_row("last plan", local(found.last_plan_at))
    table.add_row("last tick", local(found.last_tick_at))
    if found.paused:
        table.add_row("paused", ", ".join(found.paused))
    return table
