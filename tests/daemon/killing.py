"""Started by a test: a loop that is killed again and again, and the shell that kills it.

It imports once and forks a worker for every life, so that twenty lives take seconds; it has no
threads. Arguments: the workspace, an instant, how many kills, a seed.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from touchpoints.clock import FixedClock
from touchpoints.engine.ticking import Loop, open_channels
from touchpoints.gates import all_gates
from touchpoints.store.database import Database
from touchpoints.store.ownership import owning
from touchpoints.workspace import Workspace, load


def live(workspace: Workspace, clock: FixedClock) -> None:
    """One life of the daemon: take up what was left, plan, deliver everything."""
    database = Database(workspace.database)
    with owning(database.file):
        loop = Loop.over(database, workspace, open_channels(workspace), all_gates(), clock)
        loop.start()
        loop.plan()
        loop.deliver()


def forked(work: Callable[[], None]) -> int:
    """A process that does some work and ends; its number."""
    number = os.fork()
    if number == 0:
        try:
            work()
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return number


def wait_for(ledger: Path, growth: int, seconds: float) -> None:
    """Until the ledger has so many bytes more, but no longer than some seconds."""
    start, end = _size(ledger), time.monotonic() + seconds
    while _size(ledger) < start + growth and time.monotonic() < end:
        time.sleep(0.001)


def _size(ledger: Path) -> int:
    return ledger.stat().st_size if ledger.exists() else 0


def main(folder: str, when: str, kills: str, seed: str) -> None:
    """Kill as often as asked, half of the time at a random moment, half in mid-delivery."""
    draw = random.Random(seed)
    workspace, clock = load(Path(folder), {}), FixedClock(datetime.fromisoformat(when))
    for number in range(int(kills)):
        worker = forked(lambda: live(workspace, clock))
        if number % 2:
            time.sleep(draw.uniform(0.0, 0.15))
        else:
            wait_for(Path(folder) / "outbox/messages.jsonl", draw.randrange(1, 8000), 5.0)
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
    worker = forked(lambda: live(workspace, clock))
    _, status = os.waitpid(worker, 0)
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(*sys.argv[1:])
