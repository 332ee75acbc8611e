"""`touchpoints run`: the daemon, or one round of it."""

from __future__ import annotations

import os
import sys
from datetime import datetime

import click

from touchpoints.cli.context import Context
from touchpoints.cli.options import Address, Instant
from touchpoints.clock import Clock, FixedClock, ShiftedClock, SystemClock
from touchpoints.core.message import Channel
from touchpoints.engine.checking import refuse_broken_texts
from touchpoints.engine.delivered import Delivered
from touchpoints.engine.ticking import Loop, open_channels
from touchpoints.errors import UsageError
from touchpoints.gates import all_gates
from touchpoints.monitoring.logs import Form, start_logging
from touchpoints.store.database import Database
from touchpoints.store.ownership import owning
from touchpoints.workspace import Listen, Workspace


@click.command()
@click.option(
    "--once", is_flag=True, help="Plan and deliver what is due once, then end (for cron)."
)
@click.option(
    "--as-of",
    type=Instant(),
    default=None,
    help="The ISO instant that stands for now; only where every transport is local.",
)
@click.option(
    "--approved",
    metavar="PLAN",
    help="Deliver only this plan, as `touchpoints plan` and `preview` name it; plan nothing new.",
)
@click.option(
    "--max-messages",
    type=click.IntRange(1),
    metavar="N",
    help="Stop sending after N messages, until it is run again (see `limits` in the policy).",
)
@click.option(
    "--listen",
    metavar="HOST:PORT",
    type=Address(),
    envvar="TOUCHPOINTS_LISTEN",
    show_envvar=True,
    help="Answer /healthz and /metrics there, instead of where the policy says.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    envvar="TOUCHPOINTS_LOG_FORMAT",
    show_envvar=True,
    show_default=True,
    help="Lines for people, or one JSON object a line for programs.",
)
@click.pass_obj
def run(
    context: Context,
    once: bool,
    as_of: datetime | None,
    approved: str | None,
    max_messages: int | None,
    listen: Listen | None,
    log_format: Form,
) -> None:
    """Plan and deliver until stopped; with --once a single round.

    \b
    Example:
      touchpoints run
      touchpoints run --once
      touchpoints run --once --as-of 2026-11-24T09:00:00+08:00
      touchpoints run --approved 0123456789abcdef
      touchpoints run --once --max-messages 100
      touchpoints run --listen 127.0.0.1:9464 --log-format json
    """
    refuse_broken_texts(context.workspace)
    workspace = context.workspace.limited(max_messages)
    channels = open_channels(workspace)
    try:
        if as_of is not None:
            _refuse_remote(channels)
        with owning(context.database.file):
            if once:
                clock = SystemClock() if as_of is None else FixedClock(as_of)
                code = run_once(_loop(context, workspace, channels, clock, approved))
            else:
                start_logging(log_format, sys.stderr, os.environ)
                running = SystemClock() if as_of is None else ShiftedClock(as_of)
                loop = _loop(context, workspace, channels, running, approved)
                code = _stay(loop, listen or workspace.listen)
    finally:
        for channel in channels.values():
            channel.close()
    sys.exit(code)


def _stay(loop: Loop, listen: Listen | None) -> int:
    """Run the daemon, answering about it where that is asked for; returns the exit code."""
    # APScheduler takes a tenth of a second to import, and HTTP as long: --once need not pay.
    from touchpoints.daemon import Daemon  # noqa: PLC0415
    from touchpoints.monitoring.health import Health  # noqa: PLC0415
    from touchpoints.monitoring.supervisor import Supervisor  # noqa: PLC0415
    from touchpoints.monitoring.tallies import Tallies  # noqa: PLC0415

    ticks = loop.workspace.ticks
    tallies = Tallies(Health(ticks), tuple(loop.workspace.channels))
    daemon = Daemon(loop, ticks, tallies, Supervisor(os.environ.get("NOTIFY_SOCKET")))
    if listen is None:
        return daemon.run()
    from touchpoints.monitoring.listener import answering  # noqa: PLC0415
    from touchpoints.monitoring.pages import Pages  # noqa: PLC0415

    # Connections of its own, so that whoever asks never waits for a tick.
    apart = Database(loop.workspace.database)
    with answering(listen, Pages(apart, loop.clock, tallies).by_path()):
        return daemon.run()


def _loop(
    context: Context,
    workspace: Workspace,
    channels: dict[str, Channel],
    clock: Clock,
    approved: str | None,
) -> Loop:
    loop = Loop.over(context.database, workspace, channels, all_gates(), clock)
    return loop if approved is None else loop.only(approved)


def run_once(loop: Loop) -> int:
    """One round: recover, plan, deliver; 3 where messages are held, wait, or must not leave."""
    held = loop.start()
    count = loop.plan()
    delivered = loop.deliver_all()
    planned = f"planned {count.sends:,}, withheld {count.withheld:,}"
    if loop.approved is not None:
        planned = f"plan {loop.approved}"
    click.echo(f"{planned}; {in_words(delivered)}")
    for name, trouble in delivered.troubles.items():
        click.echo(f"{name}: {trouble}", err=True)
    for name, why in delivered.stops.items():
        click.echo(f"{name}: {why}", err=True)
    if delivered.room_at is not None:
        click.echo("what has no room on a channel with a rate leaves at a later run", err=True)
    if delivered.waiting:
        click.echo("what waits is tried again at the next run", err=True)
    if held:
        click.echo(
            f"{held:,} held because they may have gone out;"
            " see touchpoints outbox list --state held",
            err=True,
        )
    stays = delivered.held or delivered.waiting or delivered.stops or delivered.room_at
    return 3 if held or stays or delivered.troubles else 0


def in_words(delivered: Delivered) -> str:
    """What a round of delivering did, on one line."""
    parts = [f"sent {delivered.accepted:,}"]
    for number, word in (
        (delivered.withheld, "withheld at sending"),
        (delivered.waiting, "waiting for another try"),
        (delivered.rejected, "rejected by the other side"),
        (delivered.held, "held in doubt"),
        (delivered.resent, "tried again while in doubt"),
    ):
        if number:
            parts.append(f"{number:,} {word}")
    return ", ".join(parts)


def _refuse_remote(channels: dict[str, Channel]) -> None:
    remote = [name for name, channel in channels.items() if not channel.local]
    if remote:
        raise UsageError(
            f"--as-of would send for real through {', '.join(remote)}; it is only for transports"
            " that stay here: file, console, null, or http and smtp on a loopback address"
        )
