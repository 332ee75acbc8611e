"""Chapters side by side: each in a process of its own, which forks its workers from itself.

What was imported before is there in all of them; nothing else is, no thread and no open database.
"""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.chapter import Chapter
from tests.chaos.checking import violations
from tests.chaos.crew import Life
from tests.chaos.history import FILE, history
from tests.chaos.outcome import Outcome
from tests.chaos.place import Place

LONGEST = 300
"""Kills in one world: every look at its outbox, which grows, is to stay quick."""
SHORTEST = 50
"""Fewer kills are not worth the two days of the world in which everything closes."""
_OUTCOME = "outcome.pickle"


@dataclass(frozen=True)
class Plan:
    """One chapter that is to be: where, from which draw, how many kills, until when at most."""

    folder: Path
    seed: str
    kills: int
    until: float
    kinds: Sequence[str]
    database: str | None
    workers: int

    def live(self) -> int:
        """Live through it, and leave beside it what it came to."""
        place = Place.made(self.folder, self.seed, self.kinds, self.database)
        try:
            chapter = Chapter(place, self.seed, self.workers)
            try:
                chapter.live_through(self.kills, self.until)
                evidence = chapter.come_to_an_end()
            finally:
                chapter.leave_nobody()
        finally:
            place.provider.close()
        broken = violations(evidence)
        if broken:
            (self.folder / FILE).write_text(history(evidence, broken), "utf-8")
        outcome = Outcome.of(chapter.record, evidence, broken)
        (self.folder / _OUTCOME).write_bytes(pickle.dumps(outcome))
        return 0

    def outcome(self) -> Outcome:
        """What it came to; that it did not come to an end, where it did not."""
        written = self.folder / _OUTCOME
        if written.exists():
            found: Outcome = pickle.loads(written.read_bytes())
            return found
        return Outcome(broken={"the_chapter_comes_to_an_end": [f"{self.folder} has none"]})


def parts(kills: int, jobs: int) -> list[int]:
    """How many kills each chapter has, so that all are about the same and nobody is idle."""
    many = max(1, -(-kills // LONGEST), min(jobs, kills // SHORTEST))
    return [kills // many + (number < kills % many) for number in range(many)]


def lived(plans: Sequence[Plan], jobs: int, keep: Callable[[Outcome], bool]) -> Iterator[Outcome]:
    """Live through chapters, so many at a time, and tell of each when it is over.

    The folder of one stays where `keep` says so.
    """
    waiting, alive = list(plans), dict[int, Plan]()
    try:
        while waiting or alive:
            while waiting and len(alive) < jobs:
                plan = waiting.pop(0)
                alive[Life.begun(plan.live).pid] = plan
                waiting = [each for each in waiting if time.monotonic() < each.until]
            plan = alive.pop(os.wait()[0])
            outcome = plan.outcome()
            if keep(outcome):
                print(f"what is left of this world is in {plan.folder}", file=sys.stderr)
            else:
                shutil.rmtree(plan.folder)
            yield outcome
    finally:
        for pid in alive:
            os.kill(pid, signal.SIGTERM)
        for pid in alive:
            os.waitpid(pid, 0)
