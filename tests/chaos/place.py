"""Where a chapter takes place: a folder with the workspace, the provider's files and the clock."""

from __future__ import annotations

import gc
import random
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, make_url

from tests.chaos.clerk import Clerk
from tests.chaos.clock import WorldClock
from tests.chaos.designs import policy, templates
from tests.chaos.provider import CHANNELS, CLOCK, LEDGER, Provider
from tests.chaos.world import START, World
from touchpoints.core.gate import Gate
from touchpoints.core.message import Channel
from touchpoints.engine.ticking import Loop, open_channels
from touchpoints.gates import all_gates
from touchpoints.store.database import Database
from touchpoints.workspace import Workspace, load


@dataclass
class Place:
    """Everything that one chapter happens in."""

    folder: Path
    clock: WorldClock
    world: World
    provider: Provider
    workspace: Workspace
    channels: Mapping[str, Channel]
    gates: Sequence[Gate]
    clerk: Clerk

    @classmethod
    def made(cls, folder: Path, seed: str, kinds: Sequence[str], url: str | None) -> Place:
        """A new world with its people imported, and a provider program that listens."""
        folder.mkdir(parents=True)
        channels = [CHANNELS[kind] for kind in kinds]
        clock = WorldClock.made(folder / CLOCK, START)
        world = World.made(random.Random(f"{seed} world"), channels)
        provider = Provider(folder, seed, channels)
        for name, text in templates(channels).items():
            file = folder / "templates" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        rules = policy(_fresh(url, folder.name), provider.ports, channels)
        (folder / "touchpoints.yaml").write_text(rules, "utf-8")
        workspace = load(folder, {})
        opened, clerk = open_channels(workspace), Clerk(workspace, world)
        place = cls(folder, clock, world, provider, workspace, opened, all_gates(), clerk)
        clerk.found()
        place.warm_up()
        return place

    def warm_up(self) -> None:
        """Plan once here, so that every worker inherits what a process computes only once.

        Lives of a tenth of a second would be spent on it otherwise: channels read certificates,
        templates are parsed. They have no connection open yet.
        """
        with closing(self.database()) as database:
            database.prepare()
            loop = Loop.over(database, self.workspace, self.channels, self.gates, self.clock)
            loop.plan()
        gc.collect()
        gc.freeze()  # else each worker's first collection copies the pages of all these objects

    def database(self) -> Database:
        """A connection of one's own; close it before a worker is forked."""
        return Database(self.workspace.database)

    @property
    def ledger(self) -> Path:
        """The provider's ledger."""
        return self.folder / LEDGER


def _fresh(url: str | None, name: str) -> str:
    """The URL of a database with nothing in it: a file, or a new one on a server."""
    if url is None:
        return "sqlite:///touchpoints.db?timeout=2"
    database = f"chaos_{name.replace('-', '_')}"
    named = make_url(url).set(drivername="postgresql+psycopg")
    server = create_engine(named, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {database}")
    server.dispose()
    found = named.set(drivername="postgresql", database=database)
    return found.render_as_string(hide_password=False)
