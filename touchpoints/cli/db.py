"""`touchpoints db`: make, upgrade or check the database."""

from __future__ import annotations

import click

from touchpoints.cli.context import Context
from touchpoints.errors import StoreError
from touchpoints.store.database import rows


@click.group()
def db() -> None:
    """Make, upgrade or check the database.

    \b
    Example:
      touchpoints db upgrade
      touchpoints db check
    """


@db.command()
@click.pass_obj
def upgrade(context: Context) -> None:
    """Make the tables, or bring them to this program's schema.

    \b
    Example:
      touchpoints db upgrade
    """
    context.database.prepare()
    click.echo(f"{context.database.place}: schema {context.database.schema()}")


@db.command()
@click.pass_obj
def check(context: Context) -> None:
    """Check that the file is whole, and that every row belongs to something.

    \b
    Example:
      touchpoints db check
    """
    with context.database.reading() as connection:
        found = [str(row[0]) for row in rows(connection, "PRAGMA integrity_check")]
        orphans = rows(connection, "PRAGMA foreign_key_check")
    if found != ["ok"] or orphans:
        raise StoreError(
            f"{context.database.place}: {'; '.join(found)}, {len(orphans)} rows without an owner;"
            " restore the file from a backup"
        )
    click.echo(f"{context.database.place}: whole, schema {context.database.schema()}")
