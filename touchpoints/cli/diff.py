"""`touchpoints diff`: two policies on the same data, and who gains, loses or moves a message."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from touchpoints.cli.context import Context
from touchpoints.cli.diffpage import page
from touchpoints.cli.difftable import print_tables
from touchpoints.cli.diffwords import DiffWords, place
from touchpoints.cli.options import Instant, format_option, out_option
from touchpoints.cli.output import console, opened, write_json_lines
from touchpoints.cli.simulating import progress_of
from touchpoints.engine.checking import refuse_broken_texts
from touchpoints.engine.comparing import compare
from touchpoints.engine.fates import side_of
from touchpoints.engine.simulating import Span


@click.command()
@click.argument("other", metavar="OTHER_WORKSPACE", type=click.Path(path_type=Path))
@click.option("--from", "start", type=Instant(), required=True, help="The first instant (ISO).")
@click.option("--until", type=Instant(), required=True, help="The instant at which it ends (ISO).")
@format_option(
    "table",
    "jsonl",
    "html",
    purpose="For people, one line for each message that changes, or a page that stands alone.",
)
@out_option
@click.pass_obj
def diff(
    context: Context, other: Path, start: datetime, until: datetime, form: str, out: Path | None
) -> None:
    """Compare two policies on the same data: who gains, loses or moves a message, and the cost.

    "Here" is the workspace (-w), whose data are used; "there" is OTHER_WORKSPACE, of which only the
    policy and the templates are. Both are simulated over copies; nothing is sent or changed.

    A JSON line is a message that changes: customer, touchpoint, occurrence, change (gained goes out
    only there, lost only here, moved at another time or by another channel), then channel_here,
    send_at_here, reason_here, channel_there, send_at_there, reason_there. A reason says why it does
    not go out: a code of the plan, "planned" for after the end, null where it is no candidate.

    \b
    Example:
      touchpoints diff ../stricter --from 2027-01-01T00:00:00Z --until 2028-01-01T00:00:00Z
      touchpoints diff ../stricter --from 2027-01-01T00:00:00Z --until 2028-01-01T00:00:00Z \\
        --format html --out stricter.html
    """
    span = Span(start, until)
    workspaces = {"here": context.workspace, "there": Context(other).workspace}
    for workspace in workspaces.values():
        refuse_broken_texts(workspace)
    sides = []
    for name, workspace in workspaces.items():
        with progress_of(span, f"simulating the policy {name}") as progress:
            sides.append(side_of(context.database, workspace, span, progress))
    comparison = compare(*sides)
    zone = context.workspace.policy.timezone
    words = DiffWords(comparison, span, zone, (place(context.root), place(other)))
    with opened(out) as stream:
        if form == "table":
            print_tables(console(stream), words)
        elif form == "jsonl":
            write_json_lines(stream, (each.as_line() for each in comparison.changes))
        else:
            stream.write(page(words))
