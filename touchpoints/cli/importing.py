"""`touchpoints import`: customers, facts, events and wishes from files."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from touchpoints.cli.context import Context
from touchpoints.cli.output import console
from touchpoints.clock import SystemClock
from touchpoints.core.calendar import zone_clock
from touchpoints.engine.importing import ImportRequest, import_file
from touchpoints.engine.records.completeness import Whole
from touchpoints.engine.records.findings import EXAMPLES, Example, Tally
from touchpoints.engine.records.intake import Progress as Report
from touchpoints.engine.records.record import shown
from touchpoints.engine.records.summary import ImportSummary
from touchpoints.errors import UsageError

REASONS = 20


@click.command("import")
@click.argument("kind")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map", "maps", metavar="COLUMN=SOURCE", multiple=True, help="Our column is SOURCE there."
)
@click.option(
    "--set", "sets", metavar="COLUMN=VALUE", multiple=True, help="Every row has this value."
)
@click.option("--date-format", metavar="FORM", help="How dates are written, such as %m/%d/%Y.")
@click.option("--encoding", help="The file's encoding (default: utf-8).")
@click.option(
    "--full", metavar="KIND", help="The file has all facts of this kind; others are closed."
)
@click.option("--dry-run", is_flag=True, help="Do it all, say what comes of it, store nothing.")
@click.option("--json", "as_json", is_flag=True, help="The summary as one JSON object.")
@click.pass_obj
def import_(
    context: Context,
    kind: str,
    file: Path,
    maps: tuple[str, ...],
    sets: tuple[str, ...],
    date_format: str | None,
    encoding: str | None,
    full: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Read a file of customers, facts, events, consents, preferences or history.

    CSV of any dialect, or JSON Lines. A file that is read twice changes nothing the second time.
    Columns that the file does not have stay as they are stored; blank ones are emptied. With
    --full KIND, stored facts of this kind that the file does not have are closed: nothing more is
    sent about them until a later file has them again.

    Rejected rows are written to FILE.rejected.csv with line and reason, all others are stored.
    There a ' stands before what a spreadsheet would take for a formula, phone numbers with their +
    among them; it is taken off again when that file is corrected and imported.

    \b
    Example:
      touchpoints import customers customers.csv
      touchpoints import facts loans.csv --set kind=instalment --map ref=LoanNo --dry-run
      touchpoints import facts open-loans.csv --full instalment
      touchpoints import customers shop.csv --map id=CustomerKey --map birthday=BirthDate \\
        --date-format %m/%d/%Y
    """
    workspace = context.workspace
    zone, now = zone_clock(workspace.policy.timezone), int(SystemClock().now().timestamp())
    request = ImportRequest(
        kind=kind,
        file=file,
        today=zone.local(now).date(),
        maps=pairs("--map", maps),
        sets=pairs("--set", sets),
        date_format=date_format,
        encoding=encoding,
        email_channels=frozenset(
            name for name, channel in workspace.channels.items() if channel.kind == "email"
        ),
        dry_run=dry_run,
        whole=None if full is None else Whole(full, now),
    )
    with progress_of(file) as report:
        summary = import_file(request, context.database, workspace.policy, report)
    if as_json:
        click.echo(json.dumps(as_values(summary, request)))
    else:
        click.echo(in_words(summary, request))
    remark(summary)
    if summary.rejections:
        sys.exit(3)


def pairs(option: str, texts: tuple[str, ...]) -> dict[str, str]:
    """The values of an option `A=B` that is given any number of times. Raises UsageError."""
    found: dict[str, str] = {}
    for text in texts:
        name, sign, value = (part.strip() for part in text.partition("="))
        if not name or not sign or (option == "--map" and not value):
            other = "SOURCE" if option == "--map" else "VALUE"
            raise UsageError(f"{option} {shown(text)}: expected COLUMN={other}")
        if name in found:
            raise UsageError(f"{option} names column {name!r} twice; leave one of them out")
        found[name] = value
    return found


@contextmanager
def progress_of(file: Path) -> Iterator[Report]:
    """A bar on standard error while a file is read; nothing where that is no terminal."""
    if not sys.stderr.isatty() or not file.is_file():
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    bar = Progress(*columns, TimeRemainingColumn(), console=console(sys.stderr), transient=True)
    with bar:
        task = bar.add_task("reading", total=file.stat().st_size)
        yield lambda done: bar.update(task, completed=done)


def in_words(summary: ImportSummary, request: ImportRequest) -> str:
    """What became of a file, on one line."""
    counts = (
        f"{summary.kind}: {summary.read:,} read, {summary.new:,} new, {summary.changed:,} changed,"
        f" {summary.unchanged:,} unchanged, {summary.rejections:,} rejected,"
        f" {summary.warnings:,} warnings"
    )
    if summary.closed is not None:
        counts += f", {summary.closed:,} closed"
    if request.dry_run:
        return f"dry run, nothing was stored; {counts}"
    return (
        counts
        if summary.new or summary.changed or summary.closed
        else f"{counts}; nothing has changed"
    )


def as_values(summary: ImportSummary, request: ImportRequest) -> dict[str, object]:
    """What became of a file, with every reason and the first rows that it is about."""
    return {
        "kind": summary.kind,
        "file": str(request.file),
        "dry_run": request.dry_run,
        "read": summary.read,
        "new": summary.new,
        "changed": summary.changed,
        "unchanged": summary.unchanged,
        "rejected": summary.rejections,
        "warnings": summary.warnings,
        "closed": summary.closed,
        "rejects_file": None if summary.rejects_file is None else str(summary.rejects_file),
        "rejected_because": [asdict(tally) for tally in summary.rejected],
        "warned_because": [asdict(tally) for tally in summary.warned],
    }


def remark(summary: ImportSummary) -> None:
    """The reasons on standard error: counts, line numbers and ids, no names and no addresses."""
    for word, tallies in (("rejected", summary.rejected), ("warning", summary.warned)):
        for tally in tallies[:REASONS]:
            click.echo(f"{word}: {tally.reason} ({_rows(tally)})", err=True)
        if len(tallies) > REASONS:
            click.echo(f"{word}: {len(tallies) - REASONS} more reasons; see --json", err=True)
    if summary.unreadable:
        rows = (
            "1 rejected row" if summary.unreadable == 1 else f"{summary.unreadable:,} rejected rows"
        )
        click.echo(
            f"nothing was closed: nobody can say which fact {rows} stands for; correct the file and"
            " import it again",
            err=True,
        )
    if summary.rejects_file is not None:
        click.echo(f"the rejected rows are in {summary.rejects_file}", err=True)


def _rows(tally: Tally) -> str:
    count = "1 row" if tally.count == 1 else f"{tally.count:,} rows"
    return f"{count}: {', '.join(map(_row, tally.first))}{' …' if tally.count > EXAMPLES else ''}"


def _row(example: Example) -> str:
    return f"line {example.line}" + (f" {shown(example.id)}" if example.id else "")
