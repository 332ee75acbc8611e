"""`touchpoints init`: a workspace that works at once."""

from __future__ import annotations

import shlex
from datetime import datetime
from pathlib import Path

import click

from touchpoints.cli.options import Instant
from touchpoints.clock import SystemClock
from touchpoints.core.calendar import zone_clock
from touchpoints.engine.starting import STARTER_ZONE, start_workspace
from touchpoints.workspace import use_packaged_zones

RENDER = "touchpoints template render birthday-greeting --customer C03 --channel sms --text"


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--as-of",
    type=Instant(),
    default=None,
    help="The ISO instant around which the example dates lie (default: the clock).",
)
def init(folder: Path, as_of: datetime | None) -> None:
    """Make a workspace in DIR: a commented policy, texts in two languages, example customers.

    Nothing is imported and nothing is sent; what is printed last does both, into files.

    \b
    Example:
      touchpoints init my-company
    """
    use_packaged_zones()
    now = as_of or SystemClock().now()
    local = zone_clock(STARTER_ZONE).local(int(now.timestamp()))
    files = start_workspace(folder, local.date())
    kinds = [file.stem for file in files if file.suffix == ".csv"]
    texts = {file.parent.name for file in files if file.suffix == ".j2"} - {"_shared"}
    option = "" if as_of is None else f" --as-of {local.isoformat()}"
    click.echo(f"Made {folder}:")
    click.echo(f"  {files[0].name}   who gets what, when, how, and how often")
    click.echo(
        f"  templates/         {len(texts)} templates, by SMS and e-mail, in English and Chinese"
    )
    click.echo(f"  data/              example customers, and what is due around {local:%Y-%m-%d}")
    click.echo(
        "\nTo change a greeting, edit templates/birthday/sms.en.j2, or open: touchpoints studio"
    )
    click.echo("\nWhat to type next:")
    for command in (
        f"cd {shlex.quote(str(folder))}",
        "touchpoints check",
        *(f"touchpoints import {kind} data/{kind}.csv" for kind in kinds),
        f"touchpoints preview{option}",
        f"touchpoints explain C01{option}",
        f"{RENDER}{option}",
        f"touchpoints run --once{option}",
    ):
        click.echo(f"  {command}")
