"""`touchpoints explain`: why one customer gets what, when and how, and why not the rest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click
from rich.console import Console
from rich.markup import escape

from touchpoints.cli.context import Context
from touchpoints.cli.options import as_of_option, days_option, format_option
from touchpoints.cli.output import console, opened, write_json_lines
from touchpoints.core.calendar import zone_clock
from touchpoints.core.explain import Explanation, Finding
from touchpoints.core.explain import explain as explain_plan
from touchpoints.engine.brief import Brief
from touchpoints.engine.planning import preview
from touchpoints.gates import all_gates
from touchpoints.store.counting import gone_out


@click.command()
@click.argument("customer")
@as_of_option
@days_option
@format_option("text", "json")
@click.pass_obj
def explain(context: Context, customer: str, as_of: datetime, days: int | None, form: str) -> None:
    """Say for one customer what goes out and what not: every gate in order, with its numbers.

    \b
    Example:
      touchpoints explain C17 --days 7
      touchpoints explain C17 --as-of 2026-11-24T06:00:00Z --format json
    """
    workspace = context.workspace
    context.known_customer(customer)
    brief = Brief.of(workspace, as_of, days, (customer,))
    explanations = explain_plan(preview(context.database, brief, all_gates()))
    with opened(None) as stream:
        if form == "json":
            write_json_lines(stream, (each.as_line() for each in explanations))
            return
        screen = console(stream)
        print_words(screen, customer, list(explanations))
        with context.database.reading() as connection:
            before = gone_out(connection, customer)
        if before:
            where = f"touchpoints outbox list --customer {escape(customer)}"
            screen.print(f"{before:,} went out before: {where}", soft_wrap=True)


def print_words(screen: Console, customer: str, explanations: list[Explanation]) -> None:
    """The explanations in words: first what goes out, in order of time, then what does not."""
    going = sorted(
        (each for each in explanations if each.decision.verdict == "send"),
        key=lambda each: each.decision.send_at or 0,
    )
    staying = [each for each in explanations if each.decision.verdict == "withhold"]
    noun = "candidate" if len(explanations) == 1 else "candidates"
    counted = f"{len(explanations)} {noun}, {len(going)} go out, {len(staying)} do not"
    screen.print(f"[bold]{escape(customer)}[/bold]: {counted}\n", soft_wrap=True)
    for each in going + staying:
        for line in _lines(each):
            screen.print(line, soft_wrap=True)
        screen.print()


def _lines(each: Explanation) -> Iterator[str]:
    decision, clock = each.decision, zone_clock(each.decision.zone)
    name = f"[bold]{decision.touchpoint}[/bold] {escape(decision.occurrence)}"
    if decision.send_at is not None:
        when = f"{clock.minute(decision.send_at)} by {decision.channel}"
        yield f"[green]send[/green]      {name}: {when}, worth {decision.score:g}"
        if each.waits_for is not None:
            why = f"{each.waits_for.gate}, {each.waits_for.detail}"
            yield f"          not sooner because of {escape(why)}"
    else:
        yield f"[yellow]withhold[/yellow]  {name}: [yellow]{decision.reason}[/yellow]"
        if decision.detail:
            yield f"          {escape(decision.detail)}"
        if decision.next_allowed is not None:
            yield f"          could go at {clock.minute(decision.next_allowed)} at the earliest"
    yield f"          window {clock.minute(each.opens)} to {clock.minute(each.closes)}"
    for channel in dict.fromkeys(finding.channel for finding in each.findings):
        said = _said([finding for finding in each.findings if finding.channel == channel])
        for place, words in enumerate(said):
            yield f"          {channel if place == 0 else '':<7} {words}"


def _said(findings: list[Finding]) -> Iterator[str]:
    """The gates that simply let it pass on one line, then each one that has something to say."""
    silent = [finding.gate for finding in findings if finding.passed and not finding.detail]
    if silent:
        yield f"[green]✓[/green] {', '.join(silent)}"
    for finding in findings:
        if finding.detail or not finding.passed:
            sign = "[green]✓[/green]" if finding.passed else "[red]✗[/red]"
            yield f"{sign} {finding.gate}: {escape(finding.detail)}"
