"""`touchpoints template render`: the very bytes of one message."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from touchpoints.cli.context import Context
from touchpoints.cli.known import known_touchpoint
from touchpoints.cli.options import as_of_option
from touchpoints.content.variant import Choice
from touchpoints.core.message import Message
from touchpoints.engine.rendering import Wanted, choose
from touchpoints.engine.rendering import render as render_message
from touchpoints.errors import UsageError


@click.command()
@click.argument("touchpoint")
@click.option("--customer", required=True, help="The customer's id.")
@click.option("--channel", required=True, help="One of the touchpoint's channels.")
@click.option("--occurrence", metavar="KEY", help="Its key (default: what is open or comes next).")
@as_of_option
@click.option("--text", is_flag=True, help="The words for reading, instead of the bytes.")
@click.option("--why", is_flag=True, help="Which file it is written from, and by which rule.")
@click.pass_obj
def render(
    context: Context,
    touchpoint: str,
    customer: str,
    channel: str,
    occurrence: str | None,
    as_of: datetime,
    text: bool,
    why: bool,
) -> None:
    """Print the very bytes that would leave for one customer at --as-of; nothing is sent.

    It does not matter whether the message went out already, or whether anything holds it back.

    \b
    Example:
      touchpoints template render birthday-greeting --customer C01 --channel email > letter.eml
      touchpoints template render instalment-due --customer C02 --channel sms --text
      touchpoints template render instalment-due --customer C02 --channel sms --why
    """
    workspace = context.workspace
    known_touchpoint(touchpoint, workspace.policy.touchpoints)
    design = workspace.policy.touchpoints[touchpoint]
    if channel not in design.channels:
        there = ", ".join(design.channels)
        raise UsageError(f"{touchpoint} does not go by {channel!r}; its channels are {there}")
    wanted = Wanted(design, customer, channel, occurrence)
    if why:
        click.echo(_reasons(choose(context.database, workspace, wanted, as_of), context.root))
        return
    message = render_message(context.database, workspace, wanted, as_of)
    if text:
        click.echo(_readable(message))
    else:
        click.echo(message.content, nl=False)


def _reasons(choice: Choice, root: Path) -> str:
    """The file that a text is written from, and what each variant's rule said."""
    file = choice.source.file
    shown = file.relative_to(root.absolute()) if file.is_relative_to(root.absolute()) else file
    lines = [shown.as_posix()]
    for asked in choice.asked:
        values = ", ".join(f"{name} is {value!s}" for name, value in asked.values.items())
        verdict = "holds" if asked.holds else "does not hold"
        lines.append(f"  +{asked.variant}, when {asked.when}: {verdict} ({values})")
    if not choice.asked:
        lines.append("  for everybody: this text has no variants")
    return "\n".join(lines)


def _readable(message: Message) -> str:
    subject = f"{message.subject}\n\n" if message.subject else ""
    return subject + message.body
