"""`touchpoints customer`: the whole story of one person."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from touchpoints.cli.context import Context
from touchpoints.cli.customerpage import CustomerPage
from touchpoints.cli.options import as_of_option, format_option, out_option
from touchpoints.cli.output import console, opened
from touchpoints.engine.brief import Brief
from touchpoints.engine.disclosing import as_json, disclosed
from touchpoints.engine.portrait import portrait
from touchpoints.store.person import everything


@click.group()
def customer() -> None:
    """Tell the whole story of one person, or hand out all that is stored about them.

    \b
    Example:
      touchpoints customer show C17
      touchpoints customer export C17 --out C17.json
    """


@customer.command()
@click.argument("id_", metavar="ID")
@as_of_option
@format_option("text", "json", purpose="For people, or one JSON object.")
@click.pass_obj
def show(context: Context, id_: str, as_of: datetime, form: str) -> None:
    """Show what is known of one person, what they consent to, what was sent and what is planned.

    \b
    Example:
      touchpoints customer show C17
      touchpoints customer show C17 --format json
    """
    no = context.known_customer(id_)
    with context.database.reading() as connection:
        story = portrait(connection, Brief.of(context.workspace, as_of), no)
    with opened(None) as stream:
        if form == "json":
            stream.write(as_json(story.as_values()) + "\n")
        else:
            CustomerPage.on(console(stream), story).print()


@customer.command()
@click.argument("id_", metavar="ID")
@out_option
@click.pass_obj
def export(context: Context, id_: str, out: Path | None) -> None:
    """Export everything that is stored about one person as JSON, to answer a request for access.

    \b
    Example:
      touchpoints customer export C17 --out C17.json
    """
    no = context.known_customer(id_)
    with context.database.reading() as connection:
        found = everything(connection, no)
    told = disclosed(found, context.workspace.policy.timezone)
    with opened(out) as stream:
        stream.write(as_json(told) + "\n")
