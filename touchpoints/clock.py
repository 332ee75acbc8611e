"""The only module that reads the time; everything else is handed an instant or a clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Something that tells the present instant, and can wait."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def wait_until(self, instant: datetime) -> None:
        """Return when it is that time; at once where it is already."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The machine's present instant in UTC."""
        return datetime.now(UTC)

    def wait_until(self, instant: datetime) -> None:
        """Sleep until the machine's clock shows that time."""
        _sleep(instant - self.now())


class FixedClock:
    """A clock that stands still until it is told to move; for dry runs, simulation and tests."""

    def __init__(self, instant: datetime) -> None:
        self._instant = utc(instant)

    def now(self) -> datetime:
        """The instant at which the clock stands."""
        return self._instant

    def move_to(self, instant: datetime) -> None:
        """Set the clock to `instant`."""
        self._instant = utc(instant)

    def wait_until(self, instant: datetime) -> None:
        """Set the clock to that time, unless it is later by now."""
        self.move_to(max(self.now(), instant))


class ShiftedClock:
    """A clock that starts at a chosen instant and then runs at the usual speed."""

    def __init__(self, start: datetime) -> None:
        self._start = utc(start)
        self._since = time.monotonic()

    def now(self) -> datetime:
        """The start plus the time that has passed since this clock was made."""
        return self._start + timedelta(seconds=time.monotonic() - self._since)

    def wait_until(self, instant: datetime) -> None:
        """Sleep until this clock shows that time."""
        _sleep(instant - self.now())


def _sleep(span: timedelta) -> None:
    time.sleep(max(0.0, span.total_seconds()))


def monotonic() -> float:
    """Seconds since some instant that never go back, for telling how long something takes."""
    return time.monotonic()


def utc(instant: datetime) -> datetime:
    """`instant` in UTC. Raises ValueError for a datetime without a zone."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no zone; write it with an offset or a Z")
    return instant.astimezone(UTC)
