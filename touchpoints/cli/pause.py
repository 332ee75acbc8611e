"""`touchpoints pause` and `resume`: stop a touchpoint, or everything, at once."""

from __future__ import annotations

import click

from touchpoints.cli.context import Context
from touchpoints.cli.known import known_touchpoint
from touchpoints.clock import SystemClock
from touchpoints.engine.operator import signed
from touchpoints.errors import UsageError
from touchpoints.store import pausing


@click.command()
@click.argument("touchpoint", required=False)
@click.option("--all", "everything", is_flag=True, help="Let nothing leave at all; the plan stays.")
@click.pass_obj
def pause(context: Context, touchpoint: str | None, everything: bool) -> None:
    """Stop a touchpoint at once, or everything; what is planned or claimed stays here.

    A touchpoint's plan is cancelled. With --all the plan stays as it is and goes on being made,
    nothing leaves, and what closes meanwhile is expired.

    \b
    Example:
      touchpoints pause birthday-greeting
      touchpoints pause --all
    """
    touchpoint = _one_of(touchpoint, everything)
    if touchpoint is None:
        _pause_all(context)
        return
    known_touchpoint(touchpoint, context.workspace.policy.touchpoints)
    context.database.prepare()
    with context.database.writing() as connection:
        now = int(SystemClock().now().timestamp())
        cancelled = pausing.pause(connection, touchpoint, signed(now))
    click.echo(f"{touchpoint} is paused; {cancelled:,} planned messages cancelled")


@click.command()
@click.argument("touchpoint", required=False)
@click.option("--all", "everything", is_flag=True, help="End what `pause --all` began.")
@click.pass_obj
def resume(context: Context, touchpoint: str | None, everything: bool) -> None:
    """Let a paused touchpoint go on, or everything: what is still in its window leaves.

    Touchpoints that were paused by name stay so until they are resumed by name.

    \b
    Example:
      touchpoints resume birthday-greeting
      touchpoints resume --all
    """
    touchpoint = _one_of(touchpoint, everything)
    if touchpoint is None:
        _resume_all(context)
        return
    known_touchpoint(touchpoint, context.workspace.policy.touchpoints)
    context.database.prepare()
    with context.database.writing() as connection:
        was_paused = pausing.resume(connection, touchpoint)
    click.echo(f"{touchpoint} goes on" if was_paused else f"{touchpoint} was not paused")


def _one_of(touchpoint: str | None, everything: bool) -> str | None:
    """The touchpoint, None for everything. Raises UsageError unless just one is said."""
    if (touchpoint is None) != everything:
        raise UsageError("name a touchpoint, or say --all")
    return touchpoint


def _pause_all(context: Context) -> None:
    context.database.prepare()
    with context.database.writing() as connection:
        begins = pausing.pause_all(connection, int(SystemClock().now().timestamp()))
    word = "is" if begins else "was already"
    click.echo(f"everything {word} paused; nothing leaves until touchpoints resume --all")


def _resume_all(context: Context) -> None:
    context.database.prepare()
    with context.database.writing() as connection:
        ends = pausing.resume_all(connection)
    click.echo("everything goes on" if ends else "everything was not paused")
