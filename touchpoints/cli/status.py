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
from touchpoints.monitoring.redacting import redacted
from touchpoints.store import recent
from touchpoints.store.counting import Standing, standing

_INSTANTS = ("next_send_at", "held_since", "last_tick_at", "last_plan_at")


@click.command()
@as_of_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
@click.pass_obj
def status(context: Context, as_of: datetime, as_json: bool) -> None:
    """Say what waits, what went of late, what is held or was refused, the lag and the last tick.

    \b
    Example:
      touchpoints status
      touchpoints status --json
    """
    now = int(as_of.timestamp())
    with context.database.reading() as connection:
        found = standing(connection, now)
        lately = recent.gone_lately(connection, now)
        held_since = recent.held_since(connection)
        refusals = recent.last_refusals(connection)
        stops = stops_of(connection, context.workspace, now)
    if as_json:
        values = asdict(found) | {"held": found.states.get("held", 0), "held_since": held_since}
        values["stops"] = stops
        for name in _INSTANTS:
            values[name] = _iso(values[name])
        values["gone_out"] = lately
        values["last_refusals"] = {
            name: {
                "at": _iso(each.at),
                "outcome": each.outcome,
                "detail": redacted(each.detail, each.address),
            }
            for name, each in refusals.items()
        }
        click.echo(json.dumps(values, ensure_ascii=False))
        return
    table = _table(found, context.workspace.policy.timezone)
    _add_recent(table, (lately, held_since, refusals), context.workspace.policy.timezone)
    with opened(None) as stream:
        console(stream).print(table)
        for name, why in stops.items():
            console(stream).print(f"{name}: {why}", style="red")


def _iso(instant: int | None) -> str | None:
    return None if instant is None else datetime.fromtimestamp(instant, UTC).isoformat()


def _add_recent(
    table: Table,
    found: tuple[dict[str, dict[str, int]], int | None, dict[str, recent.Refusal]],
    zone: str,
) -> None:
    (lately, held_since, refusals), clock = found, zone_clock(zone)
    if held_since is not None:
        table.add_row("held since", clock.minute(held_since))
    for channel, counts in lately.items():
        spans = ", ".join(f"{counts[span]:,} in the last {span}" for span in recent.SPANS)
        table.add_row(f"gone by {channel}", spans)
    for channel, each in refusals.items():
        text = redacted(each.detail, each.address)
        table.add_row(f"last refusal {channel}", f"{clock.minute(each.at)} {each.outcome}: {text}")


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
