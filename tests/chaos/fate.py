"""Where a worker dies: at a named point of its work, reached by wrapping what it works with."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from touchpoints.core.columns import Bools
from touchpoints.core.gate import Case, Gate
from touchpoints.core.message import Channel, Message, Receipt
from touchpoints.store.database import Database


class Point(StrEnum):
    """A place at which a worker is killed, or stopped."""

    BEFORE_COMMIT = "before a commit"
    AFTER_COMMIT = "after a commit"
    AFTER_READING = "after reading, before writing"
    JUDGING = "while judging"
    BEFORE_SEND = "after the intent, before a byte"
    MID_SEND = "while sending"
    AFTER_SEND = "after it was taken, before our record"
    RANDOM = "at a random instant"
    GROWTH = "when so much had been taken"
    STOPPED = "stopped for longer than a lease, then on"
    RISING = "a whole new `touchpoints run`, while it starts"
    COLD = "a whole new `touchpoints run`, at its first send"


NAMED = frozenset(
    {
        Point.BEFORE_COMMIT,
        Point.AFTER_COMMIT,
        Point.AFTER_READING,
        Point.JUDGING,
        Point.BEFORE_SEND,
        Point.MID_SEND,
        Point.AFTER_SEND,
    }
)
"""Where a worker kills itself; the harness sees to the others."""


@dataclass
class Fate:
    """A worker dies when it comes to a point for the n-th time; `delay` is how far in it is."""

    point: Point
    turn: int
    delay: float = 0.0

    def meets(self, point: Point) -> None:
        """It has come to a point."""
        if self._comes(point):
            os.kill(os.getpid(), signal.SIGKILL)

    def meets_midway(self, point: Point) -> None:
        """It begins something that takes a while, and may not live to its end."""
        if self._comes(point):
            timer = threading.Timer(self.delay, os.kill, (os.getpid(), signal.SIGKILL))
            timer.daemon = True
            timer.start()

    def _comes(self, point: Point) -> bool:
        if point == self.point:
            self.turn -= 1
        return point == self.point and self.turn == 0


class FatefulDatabase(Database):
    """The database of a worker who may die beside each transaction."""

    def __init__(self, url: str, fate: Fate) -> None:
        super().__init__(url)
        self._fate = fate

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """As it is; the worker may die after it."""
        with super().reading() as connection:
            yield connection
        self._fate.meets(Point.AFTER_READING)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """As it is; the worker may die right before the commit, and right after it."""
        with super().writing() as connection:
            yield connection
            self._fate.meets(Point.BEFORE_COMMIT)
        self._fate.meets(Point.AFTER_COMMIT)


class FatefulChannel:
    """A channel whose worker may die before, while and after it sends."""

    def __init__(self, channel: Channel, fate: Fate) -> None:
        self._channel, self._fate = channel, fate
        self.name, self.kind, self.local = channel.name, channel.kind, channel.local
        self.key_life = int(getattr(channel, "key_life", 0))

    def send(self, message: Message) -> Receipt:
        """Send it, if the worker lives so long."""
        self._fate.meets(Point.BEFORE_SEND)
        self._fate.meets_midway(Point.MID_SEND)
        receipt = self._channel.send(message)
        self._fate.meets(Point.AFTER_SEND)
        return receipt

    def close(self) -> None:
        """As it is."""
        self._channel.close()


class FatefulGate:
    """A gate at which a worker may die, in the middle of a plan or of a claim."""

    def __init__(self, gate: Gate, fate: Fate) -> None:
        self._gate, self._fate = gate, fate
        self.code = gate.code

    def refuses(self, case: Case) -> Bools:
        """As it is."""
        self._fate.meets(Point.JUDGING)
        return self._gate.refuses(case)

    def detail(self, case: Case, route: int) -> str:
        """As it is."""
        return self._gate.detail(case, route)
