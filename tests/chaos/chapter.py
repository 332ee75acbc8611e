"""One world under so many kills: what happens in it, who dies where, and what is left."""

from __future__ import annotations

import math
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial

from tests.chaos import outbox
from tests.chaos.course import Course
from tests.chaos.crew import POLL, Life
from tests.chaos.evidence import Evidence
from tests.chaos.fate import NAMED, Fate, Point
from tests.chaos.ledger import LedgerReader
from tests.chaos.place import Place
from tests.chaos.watch import Watch
from tests.chaos.worker import IDLE, REFUSED, settle, work
from touchpoints.errors import StoreError

LONGEST_LIFE = 1.5
"""Seconds after which a worker is killed that has not come to its point."""
DAY = 86_400
AT_ONCE = 0.5
"""How often the next worker begins where the last one was killed, before any time has passed."""
LEASE = 900
"""Seconds of the world that pass while a worker stands still: longer than any lease."""
_SHARES: dict[Point, float] = {
    Point.BEFORE_COMMIT: 3,
    Point.AFTER_COMMIT: 3,
    Point.AFTER_READING: 1,
    Point.JUDGING: 1,
    Point.BEFORE_SEND: 2,
    Point.MID_SEND: 3,
    Point.AFTER_SEND: 3,
    Point.RANDOM: 3,
    Point.GROWTH: 2,
    Point.STOPPED: 1,
    Point.RISING: 0.8,
    Point.COLD: 0.4,
}
"""How often each is drawn; one in twenty is a new interpreter, the others are forked."""
_TURNS = {
    Point.BEFORE_COMMIT: 24,
    Point.AFTER_COMMIT: 24,
    Point.AFTER_READING: 3,
    Point.JUDGING: 17,
}
"""How often at most a worker may come to its point before it dies there; mostly, less often."""
_OF_COMPANIONS = sorted({*NAMED, Point.RANDOM})
LONGER = 4
"""How much later a companion comes to its point: it is there for others to race with."""
RISE = 1.0
"""Seconds within which a new interpreter has begun to work."""


@dataclass
class Record:
    """What a chapter counts: kills by point, seconds from a start to the first send, refusals."""

    kills: Counter[str] = field(default_factory=Counter)
    restarts: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    refused: int = 0
    idle: int = 0


class Chapter:
    """A world in which workers are killed, one after another, until it may come to its end.

    Where the store allows several `workers`, all but one are companions that live on meanwhile.
    """

    def __init__(self, place: Place, seed: str, workers: int = 1) -> None:
        self._place, self._draw = place, random.Random(f"{seed} chapter")
        self._companions: list[tuple[Point, Life]] = []
        self._most, self._at_rest = workers - 1, True
        self._reader = LedgerReader(place.ledger)
        self._watch = Watch(LedgerReader(place.ledger))
        self._course = Course(place, self._draw)
        self.record = Record()

    def live_through(self, kills: int, until: float = math.inf) -> None:
        """Kill so many workers, while the machine's clock is before `until`.

        Who finds nothing to do and ends by itself does not count.
        """
        while self.record.kills.total() < kills and time.monotonic() < until:
            if self._at_rest or self._draw.random() > AT_ONCE:
                self._course.pass_time()
            self._be_accompanied()
            point = self._draw.choices(list(_SHARES), list(_SHARES.values()))[0]
            self._one_life(point)
            with closing(self._place.database()) as database:
                self._watch.look(database, f"kill {self.record.kills.total()} {point}")

    def come_to_an_end(self) -> Evidence:
        """Heal everything, let two days pass in which everything closes, and gather evidence."""
        place = self._place
        self.leave_nobody()
        place.provider.heal()
        end = place.clock.seconds() + 2.1 * DAY
        step = 3300.0
        code = Life.begun(partial(settle, place, end, step)).end()
        assert code == 0, "the last worker failed"
        with closing(place.database()) as database:
            self._watch.look(database, "the end")
            return Evidence(
                world=place.world,
                ledger=self._watch.ledger,
                messages=outbox.messages(database),
                attempts=outbox.attempts(database),
                end=end,
                seen=frozenset(self._watch.seen),
                remarks=self._watch.remarks,
                steps=outbox.steps(database),
                damages=outbox.damages(database),
            )

    def leave_nobody(self) -> None:
        """Kill every companion."""
        for point, life in self._companions:
            by_itself = life.over()
            life.kill()
            self.record.kills[point if by_itself else Point.RANDOM] += 1
        self._companions.clear()

    def _be_accompanied(self) -> None:
        """As many companions as there may be; they die at points of their own, or anywhere."""
        dead = [each for each in self._companions if each[1].over()]
        self._companions = [each for each in self._companions if each not in dead]
        if self._companions and self._draw.random() < 0.3:
            _, life = self._companions.pop(self._draw.randrange(len(self._companions)))
            life.kill()
            dead.append((Point.RANDOM, life))
        for point, life in dead:
            self._count(life, point)
        while len(self._companions) < self._most:
            point = self._draw.choice(_OF_COMPANIONS)
            self._companions.append((point, self._begun(point, calm=True)))

    def _one_life(self, point: Point) -> None:
        if point in {Point.COLD, Point.RISING}:
            self._anew(point)
            return
        due, size = self._due(), self._reader.size()
        life = self._begun(point)
        try:
            self._lead(life, point, size)
        finally:
            by_itself = life.over()
            life.kill()
        self._count(life, point if by_itself or point not in NAMED else Point.RANDOM)
        if due and life.first_sign is not None:
            self.record.restarts.append(life.first_sign)

    def _lead(self, life: Life, point: Point, size: int) -> None:
        """Accompany a life up to its point; the ledger had so many bytes at its beginning."""
        if point in NAMED:
            if life.outlives(*self._moment(size)):
                self._course.somebody_speaks()
            life.outlives(LONGEST_LIFE)
        elif point == Point.RANDOM:
            life.outlives(*self._moment(size))
            self._course.somebody_speaks()
            life.outlives(self._draw.uniform(0.0, 0.2))
        else:
            growth = self._draw.randrange(1, 4000)
            life.outlives(LONGEST_LIFE / 5, lambda: self._reader.size() >= size + growth)
            if point == Point.STOPPED:
                self._stand_still(life)

    def _moment(self, size: int) -> tuple[float, Callable[[], bool]]:
        """When somebody speaks: at any instant, or as soon as a batch is on its way."""
        if self._draw.random() < 0.5:
            return self._draw.uniform(0.0, 0.15), lambda: False
        return 0.4, lambda: self._reader.size() > size

    def _count(self, life: Life, point: Point) -> None:
        """Count at which point it died."""
        self._at_rest = life.status == IDLE
        if self._at_rest:
            self.record.idle += 1
            return
        assert life.status == -signal.SIGKILL, f"a worker ended with {life.status}"
        self.record.kills[point] += 1

    def _begun(self, point: Point, *, calm: bool = False) -> Life:
        most = _TURNS.get(point, 8) * (LONGER if calm else 1)
        turn = 1 + int(most * self._draw.random() ** 2)
        fate = Fate(point, turn, self._draw.uniform(0.0, 0.02))
        size = self._reader.size()
        return Life.begun(
            partial(work, self._place, fate, calm=calm),
            lambda: self._reader.size() > size,
        )

    def _stand_still(self, life: Life) -> None:
        """The world goes on without it; whoever wants to take over does what the store allows."""
        if life.over():
            return
        life.stop()
        self._place.clock.advance(LEASE)
        other = self._begun(Point.STOPPED)
        other.outlives(0.15)
        # Whoever stands still in the middle of a transaction holds the lock of an SQLite file.
        with suppress(StoreError):
            self._course.somebody_speaks()
        other.kill()
        if other.status == REFUSED:
            self.record.refused += 1
        else:
            self.record.kills[Point.RANDOM] += 1
        life.go_on()
        life.outlives(self._draw.uniform(0.0, 0.2))

    def _anew(self, point: Point) -> None:
        """The program as an operator starts it, killed once something was taken, or before."""
        due, size, now = self._due(), self._reader.size(), self._place.clock.now().isoformat()
        began = time.monotonic()
        command = [sys.executable, "-m", "touchpoints", "-w", str(self._place.folder), "run"]
        program = subprocess.Popen([*command, "--as-of", now], stderr=subprocess.PIPE)
        longest = self._draw.uniform(0.0, RISE) if point == Point.RISING else 3 * RISE
        while self._reader.size() == size and time.monotonic() < began + longest:
            assert program.poll() is None, "`touchpoints run` has ended by itself"
            time.sleep(POLL)
        if due and self._reader.size() > size:
            self.record.cold.append(time.monotonic() - began)
        program.kill()
        program.communicate()
        self.record.kills[point] += 1

    def _due(self) -> int:
        """How many messages wait to go out; whoever has companions is not alone in sending them."""
        if self._most:
            return 0
        with closing(self._place.database()) as database:
            return outbox.due(database, self._place.clock.seconds())
