"""Migrations, run by Alembic inside a transaction of ours."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(connection: Connection, found: str | None, wanted: str) -> None:
    """Lead a database from one revision (None: an empty one) to another.

    What it has is said by whoever asks, because a database from before Alembic has no word of it.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    if found is not None:
        command.stamp(config, found, purge=True)
    command.upgrade(config, wanted)
