"""What the process has counted since it started: attempts, how long they took, and failures."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from typing import Literal

from touchpoints.core.message import Outcome
from touchpoints.monitoring.health import Health

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper ends of the histogram's buckets in seconds: a file takes 1 ms, a gateway its `timeout`."""

Failure = Literal["database", "program"]


@dataclass
class Durations:
    """How long the attempts on one channel took: counts by bucket, the last one without an end."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one attempt."""
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds


@dataclass(frozen=True)
class Counted:
    """All figures at one moment."""

    attempts: dict[tuple[str, str], int]
    durations: dict[str, Durations]
    troubles: dict[str, int]
    failures: dict[str, int]
    planned: dict[str, int]


class Tallies:
    """Counts what it is told, from any thread; every attempt is also a sign of life."""

    def __init__(self, health: Health, channels: tuple[str, ...] = ()) -> None:
        self.health, self._turn = health, Lock()
        # What can happen is there with 0, so that its first time is a change like any other.
        self._attempts = Counter({(name, str(each)): 0 for name in channels for each in Outcome})
        self._durations = {name: Durations() for name in channels}
        self._troubles = Counter(dict.fromkeys(channels, 0))
        self._failures: Counter[str] = Counter({"database": 0, "program": 0})
        self._planned: Counter[str] = Counter({"send": 0, "withhold": 0})

    def attempted(self, channel: str, outcome: Outcome, seconds: float) -> None:
        """A channel has answered after so many seconds."""
        with self._turn:
            self._attempts[channel, str(outcome)] += 1
            self._durations.setdefault(channel, Durations()).add(seconds)
        self.health.beat()

    def troubled(self, channel: str) -> None:
        """A channel could not be reached, and rests for this round."""
        with self._turn:
            self._troubles[channel] += 1

    def failed(self, what: Failure) -> None:
        """A tick has failed: by the database, or by a mistake in the program."""
        with self._turn:
            self._failures[what] += 1

    def planned(self, sends: int, withheld: int) -> None:
        """A plan has decided."""
        with self._turn:
            self._planned.update({"send": sends, "withhold": withheld})

    def counted(self) -> Counted:
        """The figures of now, which do not change any more."""
        with self._turn:
            return Counted(
                dict(self._attempts),
                {
                    name: Durations(list(each.buckets), each.total)
                    for name, each in self._durations.items()
                },
                dict(self._troubles),
                dict(self._failures),
                dict(self._planned),
            )
