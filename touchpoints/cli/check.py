"""`touchpoints check`: the policy and every text, before anyone receives anything."""

from __future__ import annotations

import os
import sys
from datetime import datetime

import click

from touchpoints.cli.checker import checker
from touchpoints.cli.complaints import format_option, tell
from touchpoints.cli.context import Context
from touchpoints.cli.options import as_of_option
from touchpoints.content.catalogue import Catalogue
from touchpoints.engine.brief import Brief
from touchpoints.engine.checking import Checker, in_order, texts_alone
from touchpoints.engine.hands import processors
from touchpoints.engine.texts import graded_as
from touchpoints.engine.unpublished import unpublished
from touchpoints.engine.vocabulary import Vocabulary
from touchpoints.errors import Complaint, PolicyError, StoreError, UsageError
from touchpoints.store.database import Database
from touchpoints.workspace import Workspace, load
from touchpoints.workspace.document import FILE_NAME


@click.command()
@format_option
@as_of_option
@click.pass_obj
def check(context: Context, form: str, as_of: datetime) -> None:
    """Check the policy, and every template on every touchpoint's channels and in every locale.

    All complaints come at once, as file:line:column. Warnings and remarks are no failure; errors
    end with exit code 2. Fields are compared with those of the imported data, where there are any.

    \b
    Example:
      touchpoints check
      touchpoints check --format github
    """
    complaints: tuple[Complaint, ...]
    try:
        workspace = load(context.root, os.environ)
    except PolicyError as error:
        complaints = in_order((*error.complaints, *texts_alone(context.root)))
    else:
        try:
            unknown = (
                each
                for one in _unknown(workspace, as_of)
                for each in graded_as(one, workspace.checks)
            )
            complaints = in_order((*checker(workspace).everything(), *unknown))
        except (StoreError, UsageError) as error:
            place = workspace.where("database")
            unusable = Complaint(FILE_NAME, *place, str(error), code="database")
            complaints = in_order(
                (unusable, *Checker(workspace, Vocabulary(), hands=processors()).everything())
            )
    count = len(Catalogue(context.root / "templates").names())
    about = f"{FILE_NAME} and {count:,} template" + ("s" if count != 1 else "")
    sys.exit(tell(complaints, form, context.root, about))


def _unknown(workspace: Workspace, as_of: datetime) -> tuple[Complaint, ...]:
    """What is needed within the horizon and nobody can know yet."""
    database = Database(workspace.database)
    try:
        with database.reading() as connection:
            return unpublished(connection, Brief.of(workspace, as_of))
    finally:
        database.close()
