"""`touchpoints db`: make, upgrade or check the database."""

from __future__ import annotations

import click

from touchpoints.cli.context import Context
from touchpoints.errors import StoreError
from touchpoints.store.soundness import faults


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
    """Check that the database is whole, and that every row belongs to something.

    \b
    Example:
      touchpoints db check
    """
    with context.database.reading() as connection:
        wrong = faults(connection)
    if wrong:
        what = "file" if context.database.file else "database"
        raise StoreError(
            f"{context.database.place}: {'; '.join(wrong)}; restore the {what} from a backup"
        )
    click.echo(f"{context.database.place}: whole, schema {context.database.schema()}")
