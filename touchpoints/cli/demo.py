"""`touchpoints demo`: the whole path on generated customers, in seconds."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console

from touchpoints.cli.demopages import Pages
from touchpoints.clock import FixedClock
from touchpoints.core.calendar import zone_clock
from touchpoints.core.plan import Plan
from touchpoints.engine.brief import Brief
from touchpoints.engine.demonstrating import (
    BEGIN,
    DATABASE,
    END,
    FORESIGHT,
    HEROINE,
    Furnished,
    claim,
    furnish,
)
from touchpoints.engine.importing import ImportRequest, import_file
from touchpoints.engine.planning import preview
from touchpoints.engine.records.summary import ImportSummary
from touchpoints.engine.tallying import tally
from touchpoints.engine.ticking import Loop, open_channels, run_virtually
from touchpoints.examples.bank import SEED
from touchpoints.gates import all_gates
from touchpoints.store.database import Database
from touchpoints.store.ownership import owning
from touchpoints.workspace import Workspace, load


@click.command()
@click.argument(
    "folder",
    metavar="[DIR]",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("touchpoints-demo"),
)
@click.option("--seed", type=int, default=SEED, help="Other customers; the same seed, the same.")
def demo(folder: Path, seed: int) -> None:
    """Show the whole path on 1,000 generated customers: import, preview, explain, send, report.

    Everything happens in the folder DIR (default: touchpoints-demo) and on a fixed day of a virtual
    clock; nothing leaves this machine. A folder that an earlier demo made is replaced.

    \b
    Example:
      touchpoints demo
      touchpoints demo my-demo --seed 7
    """
    claim(folder)
    with owning(folder / DATABASE):
        _show(folder, seed, Pages(sys.stdout, folder))


def _show(folder: Path, seed: int, pages: Pages) -> None:
    furnished = furnish(folder, seed)
    workspace = load(folder, {})
    pages.bank(furnished.bank, workspace)
    database = Database(workspace.database)
    try:
        pages.imported(_import(database, workspace, furnished))
        week = _preview(database, workspace, None)
        pages.previewed(week)
        pages.explained(_preview(database, workspace, (HEROINE,)), furnished.bank)
        pages.foreseen(_preview(database, workspace, (FORESIGHT,)))
        pages.in_their_time(list(week.decisions()), furnished.bank, workspace.policy.timezone)
        with Console(stderr=True).status("sending, on a virtual clock …"):
            _run(database, workspace)
        with database.reading() as connection:
            everybody, hers = tally(connection), tally(connection, HEROINE)
        pages.sent(everybody, workspace)
        pages.reported(everybody, hers)
        pages.next_steps(workspace)
    finally:
        database.close()


def _import(
    database: Database, workspace: Workspace, furnished: Furnished
) -> dict[str, ImportSummary]:
    today = zone_clock(workspace.policy.timezone).local(int(BEGIN.timestamp())).date()
    return {
        kind: import_file(ImportRequest(kind, file, today), database, workspace.policy)
        for kind, file in furnished.files.items()
    }


def _preview(database: Database, workspace: Workspace, customers: tuple[str, ...] | None) -> Plan:
    return preview(database, Brief.of(workspace, BEGIN, customers=customers), all_gates())


def _run(database: Database, workspace: Workspace) -> None:
    """The daemon's loop, from midnight to midnight."""
    clock, channels = FixedClock(BEGIN), open_channels(workspace)
    try:
        loop = Loop.over(database, workspace, channels, all_gates(), clock)
        loop.start()
        run_virtually(loop, clock, END, _unseen)
    finally:
        for channel in channels.values():
            channel.close()


def _unseen(_now: datetime) -> None:
    """One day has no progress to show."""
