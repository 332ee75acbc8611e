"""`touchpoints customer`: the whole story of one person, and its end."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from touchpoints.cli.context import Context
from touchpoints.cli.customerpage import CustomerPage
from touchpoints.cli.options import as_of_option, format_option, out_option
from touchpoints.cli.output import console, opened
from touchpoints.clock import SystemClock
from touchpoints.engine.brief import Brief
from touchpoints.engine.disclosing import as_json, disclosed
from touchpoints.engine.portrait import portrait
from touchpoints.errors import UsageError
from touchpoints.store.database import Database
from touchpoints.store.erasing import counted, erase
from touchpoints.store.marks import Erased, marks_made
from touchpoints.store.person import everything

_NOUNS = {
    "fact": ("fact", "facts"),
    "event": ("event", "events"),
    "consent": ("consent", "consents"),
    "preference": ("set of wishes", "sets of wishes"),
    "history": ("message of another sender", "messages of other senders"),
    "message": ("message", "messages"),
}


@click.group()
def customer() -> None:
    """Tell the story of one person, hand out all that is stored, or erase it.

    \b
    Example:
      touchpoints customer show C17
      touchpoints customer forget C17 --yes
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


@customer.command()
@click.argument("id_", metavar="ID")
@click.option("--yes", is_flag=True, help="Erase; without it you are told what would be erased.")
@click.pass_obj
def forget(context: Context, id_: str, yes: bool) -> None:
    """Forget one person for good: what is stored goes, counts stay, no import brings them back.

    \b
    Example:
      touchpoints customer forget C17
      touchpoints customer forget C17 --yes
    """
    database = context.database
    with database.reading() as connection:
        before = Erased.of(connection, database.key_file).when(id_)
    if before is not None:
        click.echo(f"{id_} was erased before")
        _empty_log(database, id_)
        return
    no = context.known_customer(id_)
    with database.reading() as connection:
        found = counted(connection, no)
    told = ", ".join(f"{found[table]:,} {_noun(table, found[table])}" for table in _NOUNS)
    if not yes:
        click.echo(f"{id_}: name, addresses and attributes, {told}")
        raise UsageError("nothing was erased; say --yes to erase all of it for good")
    marks, now = marks_made(database.key_file), int(SystemClock().now().timestamp())
    with database.writing() as connection:
        erase(connection, no, marks, now)
    click.echo(f"{id_} is erased: {told}; of its messages only counts are left")
    click.echo(
        "what is not in the database is yours to delete: files that channels wrote, mailboxes,"
        " import files and backups",
        err=True,
    )
    _empty_log(database, id_)


def _noun(table: str, count: int) -> str:
    one, many = _NOUNS[table]
    return one if count == 1 else many


def _empty_log(database: Database, id_: str) -> None:
    """Leave no byte behind in the file beside the database; exits with 3 where that must wait."""
    if database.empty_log():
        return
    click.echo(
        f"another program reads {database.place}, so its log still has old bytes; stop it and"
        f" say again: touchpoints customer forget {id_} --yes",
        err=True,
    )
    sys.exit(3)
