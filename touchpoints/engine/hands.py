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

Work = Callable[[Sequence[str]], Sequence[Sequence[Complaint]]]
"""What is found in each of the named templates, in their order. It changes nothing."""

LEAST = 20
"""Templates that one more process is started for: they take 0.3 s, a process 0.03 s."""


def processors() -> int:
    """How many processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def shared_out(work: Work, names: Sequence[str], hands: int) -> list[Complaint]:
    """What `work` finds in all of them, in their order, by at most so many processes.

    Others than this one are copies of it, which only Linux makes safely, and only of a process with
    one thread. A share whose process fails is done here, where its error is told.
    """
    alone = sys.platform != "linux" or threading.active_count() > 1
    hands = 1 if alone else max(1, min(hands, len(names) // LEAST))
    shares = [names[hand::hands] for hand in range(hands)]
    others = [_begun(work, share) for share in shares[1:]]
    done = [work(shares[0])]
    for share, (process, pipe) in zip(shares[1:], others, strict=True):
        done.append(_received(pipe) or work(share))
        process.join()
    found = {
        name: each
        for share, of_it in zip(shares, done, strict=True)
        for name, each in zip(share, of_it, strict=True)
    }
    return [complaint for name in names for complaint in found[name]]


def _begun(work: Work, share: Sequence[str]) -> tuple[BaseProcess, Connection]:
    """A process that does a share, and where its findings will come from."""
    copies = get_context("fork")
    ours, theirs = copies.Pipe(duplex=False)
    process = copies.Process(target=_do, args=(work, share, theirs), daemon=True)
    with warnings.catch_warnings():
        # Python 3.12 warns of numpy's idle threads, which numpy's own library makes safe to leave.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    theirs.close()
    return process, ours


def _do(work: Work, share: Sequence[str], pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # an interrupted check ends without a trace
    try:
        found = work(share)
    except Exception:
        return
    pipe.send(found)


def _received(pipe: Connection) -> Sequence[Sequence[Complaint]] | None:
    """The findings of a share, or None where its process failed."""
    try:
        found: Sequence[Sequence[Complaint]] = pipe.recv()
    except (EOFError, OSError):
        return None
    finally:
        pipe.close()
    return found
