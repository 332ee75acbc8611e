"""`touchpoints pause` and `resume`: stop a touchpoint at once, also what is already planned."""

from __future__ import annotations

import click

from touchpoints.cli.context import Context
from touchpoints.cli.operator import signed
from touchpoints.cli.preview import known_touchpoint
from touchpoints.clock import SystemClock
from touchpoints.store import pausing


@click.command()
@click.argument("touchpoint")
@click.pass_obj
def pause(context: Context, touchpoint: str) -> None:
    """Stop a touchpoint at once; what is planned or claimed stays here.

    \b
    Example:
      touchpoints pause birthday-greeting
    """
    known_touchpoint(touchpoint, context.workspace.policy.touchpoints)
    context.database.prepare()
    with context.database.writing() as connection:
        now = int(SystemClock().now().timestamp())
        cancelled = pausing.pause(connection, touchpoint, signed(now))
    click.echo(f"{touchpoint} is paused; {cancelled:,} planned messages cancelled")


@click.command()
@click.argument("touchpoint")
@click.pass_obj
def resume(context: Context, touchpoint: str) -> None:
    """Let a paused touchpoint go on; the next plan brings back what is still in its window.

    \b
    Example:
      touchpoints resume birthday-greeting
    """
    known_touchpoint(touchpoint, context.workspace.policy.touchpoints)
    context.database.prepare()
    with context.database.writing() as connection:
        was_paused = pausing.resume(connection, touchpoint)
    click.echo(f"{touchpoint} goes on" if was_paused else f"{touchpoint} was not paused")
