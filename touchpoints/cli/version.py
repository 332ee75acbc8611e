"""`touchpoints version`: the versions that matter for a decision."""

from __future__ import annotations

import platform
import sqlite3
from importlib.metadata import version as version_of

import click


@click.command()
def version() -> None:
    """Print the version of touchpoints, of Python, of SQLite and of the zone data.

    \b
    Example:
      touchpoints version
    """
    click.echo(f"touchpoints {version_of('touchpoints')}")
    click.echo(f"python {platform.python_version()}")
    click.echo(f"sqlite {sqlite3.sqlite_version}")
    click.echo(f"tzdata {version_of('tzdata')}")
    click.echo(f"holidays {version_of('holidays')}")
