"""`touchpoints explain`: why one customer gets what, when and how, and why not the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches

import click

from touchpoints.cli.context import Context
from touchpoints.cli.explainpage import ExplainPage
from touchpoints.cli.options import as_of_option, days_option, format_option
from touchpoints.cli.output import console, opened, write_json_lines
from touchpoints.core.phrase import language_of
from touchpoints.engine.brief import Brief
from touchpoints.engine.explaining import explained
from touchpoints.errors import UsageError
from touchpoints.gates import all_gates
from touchpoints.store.counting import gone_out


@click.command()
@click.argument("customer")
@as_of_option
@days_option
@click.option("--touchpoint", help="Only candidates of this touchpoint; all of them compete.")
@click.option("--locale", help="The language of the text, en or zh (default: the workspace's).")
@format_option("text", "json")
@click.pass_obj
def explain(
    context: Context,
    customer: str,
    as_of: datetime,
    days: int | None,
    touchpoint: str | None,
    locale: str | None,
    form: str,
) -> None:
    """Say for one customer what goes out and what not: every gate in order, with its numbers.

    And who took its place, when it could go, and what would have to change. JSON is in English.

    \b
    Example:
      touchpoints explain C17 --days 7
      touchpoints explain C17 --touchpoint birthday-greeting --locale zh
      touchpoints explain C17 --as-of 2026-11-24T06:00:00Z --format json
    """
    workspace = context.workspace
    designs = workspace.policy.touchpoints
    if touchpoint is not None and touchpoint not in designs:
        near = get_close_matches(touchpoint, designs, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(designs)}"
        raise UsageError(f"no touchpoint {touchpoint!r}; {hint}")
    no = context.known_customer(customer)
    context.remark_pause()
    brief = Brief.of(workspace, as_of, days, (customer,))
    story = explained(context.database, brief, all_gates(), no)
    if touchpoint is not None:
        asked = [each for each in story.explanations if each.decision.touchpoint == touchpoint]
        story = replace(story, explanations=tuple(asked))
    with opened(None) as stream:
        if form == "json":
            write_json_lines(stream, (each.as_line() for each in story.explanations))
            return
        language = language_of(locale or workspace.policy.locale)
        with context.database.reading() as connection:
            before = gone_out(connection, customer)
        page = ExplainPage.of(console(stream), language, customer, story)
        page.print(brief.as_of, before)
