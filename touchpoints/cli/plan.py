"""`touchpoints plan`: the plan, stored in the outbox."""

from __future__ import annotations

from datetime import datetime

import click

from touchpoints.cli.context import Context
from touchpoints.cli.options import as_of_option
from touchpoints.engine.brief import Brief
from touchpoints.engine.storing import store_plan
from touchpoints.gates import all_gates
from touchpoints.store.ownership import owning


@click.command()
@as_of_option
@click.pass_obj
def plan(context: Context, as_of: datetime) -> None:
    """Make the plan and store it in the outbox; nothing is sent.

    \b
    Example:
      touchpoints plan
      touchpoints outbox list --state planned
      touchpoints run --once --approved 0123456789abcdef   # the plan that this prints
    """
    brief = Brief.of(context.workspace, as_of)
    with owning(context.database.file):
        context.database.prepare()
        count = store_plan(context.database, brief, all_gates(), anew=True)
    click.echo(
        f"{count.sends:,} to send, {count.withheld:,} withheld"
        f" ({count.new:,} new, {count.changed:,} changed, {count.vanished:,} vanished)"
    )
    click.echo(f"plan {count.fingerprint}")
    context.remark(brief)
