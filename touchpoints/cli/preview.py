"""`touchpoints preview`: the plan as it would be stored, with nothing written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import click

from touchpoints.cli.context import Context
from touchpoints.cli.known import known_touchpoint
from touchpoints.cli.options import as_of_option, days_option, format_option, out_option
from touchpoints.cli.output import console, opened, write_csv, write_json_lines
from touchpoints.cli.plantable import PlanTable
from touchpoints.core.calendar import zone_clock
from touchpoints.core.decision import COLUMNS, TEXT_COLUMNS, Decision
from touchpoints.engine.brief import Brief
from touchpoints.engine.choosing import varied, with_texts
from touchpoints.engine.planning import preview as make_preview
from touchpoints.gates import all_gates


@click.command()
@as_of_option
@days_option
@click.option("--customer", help="Only the lines of this customer.")
@click.option("--touchpoint", help="Only the lines of this touchpoint.")
@format_option("table", "jsonl", "csv")
@out_option
@click.pass_obj
def preview(
    context: Context,
    as_of: datetime,
    days: int | None,
    customer: str | None,
    touchpoint: str | None,
    form: str,
    out: Path | None,
) -> None:
    """Show the plan; nothing is written.

    \b
    Example:
      touchpoints preview --days 7
      touchpoints preview --as-of 2026-11-24T06:00:00Z --format jsonl --out plan.jsonl
    """
    workspace = context.workspace
    if touchpoint is not None:
        known_touchpoint(touchpoint, workspace.policy.touchpoints)
    if customer is not None:
        context.known_customer(customer)
    brief = Brief.of(workspace, as_of, days, (customer,) if customer is not None else None)
    plan = make_preview(context.database, brief, all_gates())
    decisions = _only(with_texts(context.database, brief, plan), customer, touchpoint)
    with opened(out) as stream:
        if form == "table":
            table = PlanTable(list(workspace.policy.channels))
            table.add(decisions)
            clock = zone_clock(workspace.policy.timezone)
            span = f"{clock.minute(brief.as_of)} to {clock.minute(brief.until)}"
            whole = customer is None and touchpoint is None
            name = f"Plan {plan.fingerprint()}" if whole else "Plan"
            table.print(console(stream), f"{name} for {workspace.name}, {span}")
        elif form == "csv":
            columns = COLUMNS + (TEXT_COLUMNS if varied(workspace) else ())
            write_csv(stream, columns, (each.as_line() for each in decisions))
        else:
            write_json_lines(stream, (each.as_line() for each in decisions))
    context.remark(brief)


def _only(
    decisions: Iterable[Decision], customer: str | None, touchpoint: str | None
) -> Iterator[Decision]:
    """The lines asked for; a plan for one customer has those who share an address with them too."""
    return (
        each
        for each in decisions
        if customer in {None, each.customer} and touchpoint in {None, each.touchpoint}
    )
