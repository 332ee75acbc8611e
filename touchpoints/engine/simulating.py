"""Simulating: the daemon's loop on a virtual clock over a copy of the data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from touchpoints.clock import FixedClock
from touchpoints.engine.ticking import Loop, null_channels, run_virtually
from touchpoints.errors import UsageError
from touchpoints.gates import all_gates
from touchpoints.store import breaker, pausing
from touchpoints.store.database import Database
from touchpoints.workspace import Limits, Workspace

Progress = Callable[[datetime], None]


@dataclass(frozen=True, slots=True)
class Span:
    """What is simulated: from an instant until another. Raises UsageError where that is nothing."""

    start: datetime
    until: datetime

    def __post_init__(self) -> None:
        if self.until <= self.start:
            raise UsageError("--until must come after --from")

    @property
    def seconds(self) -> tuple[int, int]:
        """Both ends in seconds."""
        return int(self.start.timestamp()), int(self.until.timestamp())


def simulated(database: Database, workspace: Workspace, span: Span, progress: Progress) -> Database:
    """A copy of the data as this workspace's policy leaves it; nothing is sent or changed.

    Rates hold; a pause of everything, ceilings and resting channels do not.
    """
    copy, clock = database.copy(), FixedClock(span.start)
    with copy.writing() as connection:
        pausing.resume_all(connection)
        breaker.forget(connection)
    # An operator's brake is for what happens, not for what would.
    workspace = replace(workspace, limits=Limits())
    loop = Loop.over(copy, workspace, null_channels(workspace), all_gates(), clock)
    loop.start()
    run_virtually(loop, clock, span.until, progress)
    return copy
