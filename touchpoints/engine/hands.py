"""Work on many templates, shared out among the processors of the machine."""

from __future__ import annotations

import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from touchpoints.errors import Complaint

Work = Callable[[str], Sequence[Complaint]]
"""What is found in the template of a name. It changes nothing."""

Found = dict[str, Sequence[Complaint]]
"""What was found in each template."""

LEAST = 20
"""Templates that one more process is started for: they take 0.3 s, a process 0.03 s."""


def processors() -> int:
    """How many processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def shared_out(work: Work, names: Sequence[str], hands: int) -> list[Complaint]:
    """What `work` finds in all of them, in their order, by at most so many processes.

    Each takes the next when it is done with one, because no two processors are equally busy. Others
    than this one are copies of it, which only Linux makes safely, and only of a process with one
    thread. What a process had that failed is done here, where its error is told.
    """
    alone = sys.platform != "linux" or threading.active_count() > 1
    hands = 1 if alone else max(1, min(hands, len(names) // LEAST))
    found: Found = {}
    if hands > 1:
        pile = _pile(len(names))
        try:
            others = [_begun(work, names, pile) for _ in range(1, hands)]
            found = _done(work, names, pile)
        finally:
            os.close(pile)
        for process, pipe in others:
            found |= _received(pipe)
            process.join()
    found |= {name: work(name) for name in names if name not in found}
    return [complaint for name in names for complaint in found[name]]


_WIDTH = 4
"""Bytes of a number on the pile."""


def _pile(count: int) -> int:
    """A pipe with the numbers below `count`, of which any process may take the next.

    Its buffer holds 16,000; what does not fit is done by whoever asked for all.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    numbers = (number.to_bytes(_WIDTH) for number in range(min(count, 16_000)))
    os.write(writing, b"".join(numbers))
    os.close(writing)
    return reading


def _done(work: Work, names: Sequence[str], pile: int) -> Found:
    """Take the next name and do it, until there is none."""
    found: Found = {}
    while taken := os.read(pile, _WIDTH):
        name = names[int.from_bytes(taken)]
        found[name] = work(name)
    return found


def _begun(work: Work, names: Sequence[str], pile: int) -> tuple[BaseProcess, Connection]:
    """A process that takes its part, and where its findings will come from."""
    copies = get_context("fork")
    ours, theirs = copies.Pipe(duplex=False)
    process = copies.Process(target=_do, args=(work, names, pile, theirs), daemon=True)
    with warnings.catch_warnings():
        # Python 3.12 warns of numpy's idle threads, which numpy's own library makes safe to leave.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    theirs.close()
    return process, ours


def _do(work: Work, names: Sequence[str], pile: int, pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # an interrupted check ends without a trace
    try:
        found = _done(work, names, pile)
    except Exception:
        return
    pipe.send(found)


def _received(pipe: Connection) -> Found:
    """What a process has found; nothing where it failed."""
    try:
        found: Found = pipe.recv()
    except (EOFError, OSError):
        return {}
    finally:
        pipe.close()
    return found
