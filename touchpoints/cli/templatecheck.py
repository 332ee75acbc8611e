"""`touchpoints template check`: whether the texts are right."""

from __future__ import annotations

import sys

import click

from touchpoints.cli.checker import checker
from touchpoints.cli.complaints import format_option, tell
from touchpoints.cli.context import Context
from touchpoints.cli.known import known_template
from touchpoints.content.catalogue import Catalogue


@click.command()
@click.argument("name", required=False)
@format_option
@click.pass_obj
def check(context: Context, name: str | None, form: str) -> None:
    """Check all templates, or one, on the channels and in the locales that they are used in.

    \b
    Example:
      touchpoints template check
      touchpoints template check birthday --format json
    """
    workspace = context.workspace
    if name is not None:
        known_template(name, workspace.templates)
    count = len(Catalogue(workspace.templates).names())
    about = f"template {name}" if name else f"{count:,} template" + ("s" if count != 1 else "")
    sys.exit(tell(checker(workspace).templates(name), form, context.root, about))
