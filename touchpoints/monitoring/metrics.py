"""The daemon's metrics: their names, what each means, and where its figures come from."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version

from touchpoints.core.message import State
from touchpoints.monitoring.exposition import Metric, Sample, by, gauge, histogram
from touchpoints.monitoring.tallies import BOUNDS, Counted
from touchpoints.store import recent
from touchpoints.store.counting import Standing, standing
from touchpoints.store.database import Database


@dataclass(frozen=True, slots=True)
class Stored:
    """The figures that the database has."""

    standing: Standing
    held_since: int | None
    withheld: dict[str, int]


def stored(database: Database, now: int) -> Stored:
    """Read the figures of the database. Raises StoreError."""
    with database.reading() as connection:
        return Stored(
            standing(connection, now),
            recent.held_since(connection),
            recent.withheld(connection, now),
        )


def about_the_database(found: Stored | None) -> Iterator[Metric]:
    """The metrics whose figures stand in the database; None: it cannot be read."""
    readable = "1 where the database could be read for this answer, 0 where not"
    yield gauge("touchpoints_database_up", readable, int(found is not None))
    if found is None:
        return
    seen = found.standing
    states = dict.fromkeys(map(str, State), 0) | seen.states
    meaning = "Messages in the outbox by their state"
    yield Metric("touchpoints_messages", "gauge", meaning, by("state", states))
    meaning = "Messages that are withheld and whose window has not closed, by reason"
    yield Metric("touchpoints_withheld_messages", "gauge", meaning, by("reason", found.withheld))
    yield gauge("touchpoints_due_messages", "Messages whose time has come and that wait", seen.due)
    yield gauge("touchpoints_lag_seconds", "How long the one that waits longest is due", seen.lag)
    meaning = "Since when the oldest message that is held has been so"
    yield gauge("touchpoints_held_since_timestamp_seconds", meaning, found.held_since)
    meaning = "When the last tick ended that delivered, also of another process"
    yield gauge("touchpoints_last_tick_timestamp_seconds", meaning, seen.last_tick_at)
    meaning = "When the last plan was made, also by another process"
    yield gauge("touchpoints_last_plan_timestamp_seconds", meaning, seen.last_plan_at)
    meaning = "Touchpoints that an operator has paused"
    yield gauge("touchpoints_paused_touchpoints", meaning, len(seen.paused))


def about_the_process(counted: Counted, healthy: bool) -> Iterator[Metric]:
    """The metrics that this process has counted since it started."""
    yield gauge("touchpoints_healthy", "1 where /healthz answers 200, 0 where 503", int(healthy))
    meaning = "Attempts to send since the start, by channel and by what came of them"
    attempts = [
        Sample(count, {"channel": channel, "outcome": outcome})
        for (channel, outcome), count in sorted(counted.attempts.items())
    ]
    yield Metric("touchpoints_attempts_total", "counter", meaning, attempts)
    meaning = "How long a channel took to answer an attempt"
    durations = [
        sample
        for channel, each in sorted(counted.durations.items())
        for sample in histogram(BOUNDS, each.buckets, each.total, {"channel": channel})
    ]
    yield Metric("touchpoints_send_duration_seconds", "histogram", meaning, durations)
    meaning = "Rounds of delivery in which a channel could not be reached"
    troubles = by("channel", counted.troubles)
    yield Metric("touchpoints_channel_troubles_total", "counter", meaning, troubles)
    meaning = "Ticks that failed, by the database or by a mistake in the program"
    yield Metric("touchpoints_failed_ticks_total", "counter", meaning, by("by", counted.failures))
    meaning = "Decisions that plans have made since the start, again and again for the same message"
    planned = by("verdict", counted.planned)
    yield Metric("touchpoints_decisions_total", "counter", meaning, planned)
    labels = {"version": version("touchpoints"), "python": platform.python_version()}
    meaning = "1; the labels say which program this is"
    yield Metric("touchpoints_build_info", "gauge", meaning, [Sample(1, labels)])
