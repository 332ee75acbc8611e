"""The same kills for every way of sending: what was lost, what went out twice, how fast it was."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mailing import AS_OF, filled, make
from measuring import Result
from sink import Sink

SEED = 7
QUIET = 120.0
"""Seconds after which a life in which nothing is taken is killed none the less."""

Live = Callable[[Path, int], None]
"""One life of a way: it sends what is left, in a folder, to a port."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way of sending: how its messages are stored, one life of it, and what it lists as held."""

    fill: Callable[[Path, Sink, int], Result]
    live: Live
    held: Callable[[Path], set[str]]


def kills(sink: Sink, folder: Path, messages: int, count: int) -> Result:
    """Each way undisturbed, and under so many kills."""
    found: Result = {"messages": messages, "seed": SEED}
    for name, way in ways().items():
        figures: Result = {}
        for case, killed in (("undisturbed", 0), ("killed", count)):
            place = folder / f"{name}-{case}"
            place.mkdir()
            figures[case] = _case(way, place, sink, (messages, killed))
        found[name] = figures
    return found


def _case(way: Way, folder: Path, sink: Sink, sizes: tuple[int, int]) -> Result:
    messages, count = sizes
    filled = way.fill(folder, sink, messages)
    before, draw = sink.size(), random.Random(SEED)
    done = 0
    for _ in range(count):
        # So that four fifths have gone out when the last kill comes.
        growth = draw.randrange(1, 8 * messages // (5 * count)) * LINE
        done += _killed(way, folder, sink, growth)
    _, status = os.waitpid(_forked(lambda: way.live(folder, sink.port)), 0)
    if status:
        raise RuntimeError(f"{way} ended with {status}")
    taken = sink.taken(before)
    times = Counter(key for key, _ in taken)
    span = taken[-1][1] - taken[0][1]
    result: Result = {"kills": done} if count else {"messages_per_second": round(len(taken) / span)}
    held = way.held(folder)
    result |= {
        "arrived": len(times),
        "lost": messages - len(times.keys() | held),
        "twice": sum(times.values()) - len(times),
        "held": len(held),
        "held_that_arrived": len(held & times.keys()),
    }
    return filled | result


LINE = len("C000001/birthday-greeting/2026 18000.123456\n")
"""The bytes of a message in the ledger: the same for every way."""


def _killed(way: Way, folder: Path, sink: Sink, growth: int) -> bool:
    """One life, killed when the ledger has grown by so much; False where it ended before."""
    worker = _forked(lambda: way.live(folder, sink.port))
    start, end = sink.size(), time.monotonic() + QUIET
    while sink.size() < start + growth and time.monotonic() < end:
        if os.waitpid(worker, os.WNOHANG)[0]:
            return False
        time.sleep(0.0005)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    return True


def _forked(work: Callable[[], None]) -> int:
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


def _apart(work: Callable[[], None]) -> None:
    """Do some work in a process of its own: nothing that it opens is there for those after it."""
    _, status = os.waitpid(_forked(work), 0)
    if status:
        raise RuntimeError("the messages could not be stored")


def _fill_ours(folder: Path, sink: Sink, messages: int) -> Result:
    make(folder, None, "smtp", sink.port)
    (folder / "count").write_text(str(messages), encoding="utf-8")
    _apart(lambda: filled(folder) and None)
    return {}


def _live_ours(folder: Path, _port: int) -> None:
    from touchpoints.clock import ShiftedClock
    from touchpoints.engine.ticking import Loop, open_channels
    from touchpoints.gates import all_gates
    from touchpoints.store.database import Database
    from touchpoints.store.ownership import owning
    from touchpoints.workspace import load

    workspace = load(folder, {})
    database, clock = Database(workspace.database, folder), ShiftedClock(AS_OF)
    with owning(database.file):
        loop = Loop.over(database, workspace, open_channels(workspace), all_gates(), clock)
        loop.start()
        loop.plan()
        loop.deliver()


def _held_by_ours(folder: Path) -> set[str]:
    """The keys of what is held, and so listed for an operator."""
    import sqlite3

    sql = (
        "SELECT c.id || '/' || m.touchpoint || '/' || m.occurrence FROM message m"
        " JOIN customer c ON c.no = m.customer_no WHERE m.state = 'held'"
    )
    connection = sqlite3.connect(folder / "touchpoints.db")
    keys = {key for (key,) in connection.execute(sql)}
    connection.close()
    return keys


def _nothing(_folder: Path) -> set[str]:
    """No other way knows what it does not know."""
    return set()


def ways() -> Mapping[str, Way]:
    """All ways that are compared, ours first."""
    from obvious import fill_jobs, fill_loop, mark_then_send, run_jobs, send_then_mark

    def jobs(over: float, options: dict[str, object]) -> Way:
        def fill(folder: Path, sink: Sink, messages: int) -> Result:
            began = time.monotonic()
            port = sink.port
            _apart(lambda: fill_jobs(folder, port, messages, over=over, options=options) and None)
            return {"seconds_to_add": round(time.monotonic() - began, 1)}

        return Way(fill, run_jobs(options), _nothing)

    def fill(folder: Path, _sink: Sink, messages: int) -> Result:
        _apart(lambda: fill_loop(folder, messages))
        return {}

    return {
        "touchpoints": Way(_fill_ours, _live_ours, _held_by_ours),
        "apscheduler": jobs(0.0, {}),
        "apscheduler_over_30_seconds": jobs(30.0, {}),
        "apscheduler_without_misfires": jobs(0.0, {"misfire_grace_time": None}),
        "send_then_mark": Way(fill, send_then_mark, _nothing),
        "mark_then_send": Way(fill, mark_then_send, _nothing),
    }
