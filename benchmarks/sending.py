"""What one process of the product does in a workspace: send all that is due, or plan and claim it.

Each is started as a process of its own, which says when it is ready and begins when it is told to.
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from crew import wait_for_the_word
from mailing import AS_OF
from measuring import Result, measured
from sampling import sampled

if TYPE_CHECKING:
    from touchpoints.engine.ticking import Loop


def _loop(folder: Path) -> Loop:
    from touchpoints.clock import ShiftedClock
    from touchpoints.engine.ticking import Loop, open_channels
    from touchpoints.gates import all_gates
    from touchpoints.store.database import Database
    from touchpoints.workspace import load

    workspace = load(folder, {})
    database = Database(workspace.database, folder)
    channels = open_channels(workspace)
    return Loop.over(database, workspace, channels, all_gates(), ShiftedClock(AS_OF))


def deliver(folder: Path, *, sampling: bool = False) -> Result:
    """Send all that is due, as the daemon's ticks do; the shares of time where it is asked."""
    loop = _loop(folder)
    loop.start()
    wait_for_the_word()
    sent, began = 0, time.process_time()
    with measured() as spent, sampled() if sampling else nullcontext({}) as shares:
        while True:
            sent += loop.deliver().accepted
            if not loop.lag():
                break
    spent |= {"sent": sent, "cpu_seconds": round(time.process_time() - began, 3)}
    return spent | ({"shares": shares} if sampling else {})


def sample(folder: Path) -> Result:
    """The same, slower by some percent, with the shares of time."""
    return deliver(folder, sampling=True)


def plan_and_claim(folder: Path, *, sampling: bool = False) -> Result:
    """Plan and store everybody's message, then judge, word and claim all that is due.

    The shares of the claiming's time where it is asked.
    """
    from touchpoints.engine.claiming import Claims
    from touchpoints.engine.delivered import Delivered
    from touchpoints.engine.delivering import LARGEST_BATCH
    from touchpoints.engine.doubts import Doubts
    from touchpoints.store import queue

    loop = _loop(folder)
    loop.start()
    deliverer, workspace = loop.deliverer, loop.workspace
    doubts = Doubts(workspace.policy, {})
    claims = Claims(workspace, loop.gates, doubts, deliverer.worker)
    wait_for_the_word()
    with measured() as planned:
        planned["messages"] = loop.plan().sends
    claimed = 0
    with measured() as spent, sampled() if sampling else nullcontext({}) as shares:
        while True:
            now = loop.clock.now()
            with loop.database.writing() as connection:
                nos = queue.longest_waiting(connection, int(now.timestamp()), (), LARGEST_BATCH)
                due = claims.held(connection, nos)
                claimed += len(claims.claim(connection, due, now, Delivered()))
            if not due:
                break
    together = float(str(planned["seconds"])) + float(str(spent["seconds"]))
    spent |= {"messages": claimed} | ({"shares": shares} if sampling else {})
    return {
        "seconds": round(together, 2),
        "peak_mb": spent["peak_mb"],
        "plan": planned,
        "claim": spent,
    }


def sample_claims(folder: Path) -> Result:
    """The same, slower by some percent, with the shares of time."""
    return plan_and_claim(folder, sampling=True)
