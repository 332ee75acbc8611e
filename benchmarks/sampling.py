"""Where the time goes: every millisecond, which part of the program the stack stands in.

A profiler that counts calls makes small functions look large, and a thread that samples sees
mostly the calls that let it run. A timer's signal does neither; a sample weighs as long as it took
to come, since a call into the operating system holds it up.
"""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from measuring import Result

INTERVAL = 0.001

PARTS = {
    ("sqlalchemy/engine/default.py", "do_commit"): "commits",
    ("touchpoints/channels/smtp.py", "send"): "handing over by SMTP",
    ("touchpoints/channels/mime.py", "compose"): "building MIME",
    ("touchpoints/content/render.py", "write"): "rendering text and HTML",
    ("touchpoints/engine/wording.py", "message"): "reading what is said",
    ("touchpoints/engine/planning.py", "planned"): "judging once more",
    ("touchpoints/engine/claiming.py", "claim"): "claiming",
    ("touchpoints/engine/delivering.py", "_due"): "finding what is due",
    ("touchpoints/engine/delivering.py", "_begin"): "writing intents",
    ("touchpoints/engine/delivering.py", "_record"): "writing answers",
    ("touchpoints/engine/delivering.py", "_send"): "opening transactions",
}
"""The innermost of these functions on the stack says which part it is."""


@contextmanager
def sampled() -> Iterator[Result]:
    """Fills in the share of time that each part took, the largest first."""
    weights: Counter[str] = Counter()
    last = time.perf_counter()

    def sample(_number: int, frame: FrameType | None) -> None:
        nonlocal last
        now = time.perf_counter()
        weights[_part(frame)] += round((now - last) * 1e6)
        last = now

    shares: Result = {}
    before = signal.signal(signal.SIGALRM, sample)
    signal.setitimer(signal.ITIMER_REAL, INTERVAL, INTERVAL)
    try:
        yield shares
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    whole = sum(weights.values())
    shares |= {part: round(weight / whole, 3) for part, weight in weights.most_common()}


def _part(frame: FrameType | None) -> str:
    while frame is not None:
        code = frame.f_code
        for (file, function), part in PARTS.items():
            if code.co_name == function and code.co_filename.endswith(file):
                return part
        frame = frame.f_back
    return "other"
