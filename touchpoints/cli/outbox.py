"""`touchpoints outbox`: the messages and their states."""

from __future__ import annotations

import json
from typing import Any

import click
from rich.table import Table

from touchpoints.cli.context import Context
from touchpoints.cli.options import format_option
from touchpoints.cli.output import console, opened, write_csv, write_json_lines
from touchpoints.clock import SystemClock
from touchpoints.core.calendar import zone_clock
from touchpoints.core.message import State
from touchpoints.engine.operator import signed
from touchpoints.engine.settling import settle
from touchpoints.errors import UsageError
from touchpoints.store import counting
from touchpoints.store.dialect import Row
from touchpoints.store.resolving import Resolution

_INSTANTS = ("send_at", "close_at", "sent_at", "next_allowed", "changed_at")


@click.group()
def outbox() -> None:
    """Look at the messages and their states, and resolve what is held.

    \b
    Example:
      touchpoints outbox list --state planned
      touchpoints outbox show 42
    """


@outbox.command("list")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in State]),
    help="Only messages in this state; may be given more than once.",
)
@click.option("--customer", help="Only messages of this customer.")
@click.option("--limit", type=click.IntRange(1), default=1000, show_default=True, help="At most.")
@format_option("table", "jsonl", "csv")
@click.pass_obj
def list_(
    context: Context, states: tuple[str, ...], customer: str | None, limit: int, form: str
) -> None:
    """List messages, in the order of their time.

    \b
    Example:
      touchpoints outbox list --state held --format jsonl
    """
    if customer is not None:
        context.known_customer(customer)
    with context.database.reading() as connection:
        found = counting.messages(connection, list(states), customer, limit)
    zone = context.workspace.policy.timezone
    lines = [_named(counting.SHOWN[:-1], row[:-1], row[-1] or zone) for row in found]
    with opened(None) as stream:
        if form == "table":
            table = Table(show_edge=False, pad_edge=False)
            for name in counting.SHOWN[:-1]:
                table.add_column(name, justify="right" if name == "no" else "left")
            for line in lines:
                table.add_row(*("" if value is None else str(value) for value in line.values()))
            console(stream).print(table)
        elif form == "csv":
            write_csv(stream, counting.SHOWN[:-1], lines)
        else:
            write_json_lines(stream, lines)
    if len(found) == limit:
        click.echo(f"the first {limit:,} messages; more with --limit", err=True)


@outbox.command()
@click.argument("message", type=int)
@click.pass_obj
def show(context: Context, message: int) -> None:
    """Show one message whole, with every change and every attempt, as JSON.

    \b
    Example:
      touchpoints outbox show 42
    """
    with context.database.reading() as connection:
        row = counting.message(connection, message)
        attempts = counting.attempts(connection, message)
        changes = counting.transitions(connection, message)
    if row is None:
        raise UsageError(f"no message {message} in the outbox; see touchpoints outbox list")
    zone = row[-1] or context.workspace.policy.timezone
    story = _named(counting.STORY[:-1], row[:-1], zone)
    story["transitions"] = [
        {
            "at": _local(at, zone),
            "who": who,
            "was": was,
            "became": became,
            "reason": reason,
            "channel": channel,
            "send_at": _local(send_at, zone),
            "policy": policy,
        }
        for at, who, was, became, reason, channel, send_at, policy in changes
    ]
    story["tries"] = [
        {
            "number": number,
            "channel": channel,
            "began_at": _local(began, zone),
            "ended_at": _local(ended, zone),
            "outcome": outcome,
            "detail": detail,
            "provider_id": provider_id,
        }
        for number, channel, began, ended, outcome, detail, provider_id in attempts
    ]
    click.echo(json.dumps(story, ensure_ascii=False, indent=2))


@outbox.command()
@click.argument("message", type=int)
@click.option("--sent", "said", flag_value="sent", help="It arrived: it counts, and is closed.")
@click.option("--resend", "said", flag_value="resend", help="Send the very same bytes again.")
@click.option("--drop", "said", flag_value="drop", help="It did not arrive, and shall not.")
@click.pass_obj
def resolve(context: Context, message: int, said: str | None) -> None:
    """Say what became of a message that is held because it may have gone out.

    \b
    Example:
      touchpoints outbox list --state held
      touchpoints outbox resolve 42 --sent
    """
    if said is None:
        raise UsageError("say what became of it: --sent, --resend or --drop")
    stamp = signed(int(SystemClock().now().timestamp()))
    state = settle(context.database, message, Resolution(said), stamp)
    click.echo(f"message {message} is {state} now")


def _named(names: tuple[str, ...], row: Row, zone: str) -> dict[str, Any]:
    return {
        name: _local(value, zone) if name in _INSTANTS else value
        for name, value in zip(names, row, strict=True)
    }


def _local(instant: int | None, zone: str) -> str | None:
    return None if instant is None else zone_clock(zone).local(instant).isoformat()
