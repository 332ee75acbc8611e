"""One worker: the product's own loop over the real database and channels, until it is killed."""

from __future__ import annotations

import time
from itertools import count

from tests.chaos.fate import NAMED, Fate, FatefulChannel, FatefulDatabase, FatefulGate
from tests.chaos.place import Place
from touchpoints.daemon import PATIENCE
from touchpoints.engine.ticking import Loop
from touchpoints.errors import OwnedElsewhereError, StoreError
from touchpoints.store.database import Database
from touchpoints.store.ownership import owning

PAUSE = 0.02
"""Seconds between two ticks of a worker who is about to die."""
CALM = 0.06
"""The same for one that lives on meanwhile, so that it leaves the others something to do."""
REFUSED, IDLE = 4, 5
"""The exit codes of a worker who finds another owner, and of one with nothing left to do."""
IDLE_TICKS = 1


def work(place: Place, fate: Fate, *, calm: bool = False) -> int:
    """Tick until killed; the exit code says why it ends otherwise.

    One that is to die at a point of its work ends when there is no work left, unless it is calm.
    """
    workspace, clock = place.workspace, place.clock
    database = FatefulDatabase(workspace.database, fate)
    channels = {name: FatefulChannel(each, fate) for name, each in place.channels.items()}
    gates = [FatefulGate(each, fate) for each in place.gates]
    try:
        with owning(database.file):
            loop = Loop.over(database, workspace, channels, gates, clock)
            loop.start()
            failures = 0
            for tick in count():
                try:
                    loop.plan()
                    loop.deliver()
                    failures = 0
                except StoreError:
                    # As the daemon does: a lock that others hold may pass.
                    failures += 1
                    if failures >= PATIENCE:
                        raise
                if not calm and fate.point in NAMED and tick >= IDLE_TICKS:
                    break
                time.sleep(CALM if calm else PAUSE)
    except OwnedElsewhereError:
        return REFUSED
    return IDLE


def settle(place: Place, until: float, step: float) -> int:
    """Work without a kill, a step of the world after another, until an instant of it."""
    workspace, clock = place.workspace, place.clock
    database = Database(workspace.database)
    with owning(database.file):
        loop = Loop.over(database, workspace, place.channels, place.gates, clock)
        loop.start()
        while clock.seconds() < until:
            loop.plan()
            loop.deliver()
            clock.advance(step)
        loop.plan()
        loop.deliver()
    return 0
