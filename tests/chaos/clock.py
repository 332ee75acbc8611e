"""The time of the world: one clock for workers, provider and harness, which can be moved.

It runs at the usual speed and is kept in a small file that every process maps, so that moving it
moves it for all of them at once, also for one that is in the middle of something.
"""

from __future__ import annotations

import mmap
import struct
import time
from datetime import UTC, datetime
from pathlib import Path

_SHIFT = struct.Struct("d")


class WorldClock:
    """Tells the world's instant; a `touchpoints.clock.Clock` for the product's loop."""

    def __init__(self, file: Path) -> None:
        with file.open("r+b") as opened:
            self._shared = mmap.mmap(opened.fileno(), _SHIFT.size)

    @classmethod
    def made(cls, file: Path, start: datetime) -> WorldClock:
        """A new clock that stands at `start` now."""
        file.write_bytes(_SHIFT.pack(start.timestamp() - time.monotonic()))
        return cls(file)

    def seconds(self) -> float:
        """The world's instant in seconds since the epoch."""
        return float(_SHIFT.unpack(self._shared)[0]) + time.monotonic()

    def now(self) -> datetime:
        """The world's instant."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def advance(self, seconds: float) -> None:
        """Move the world on, or back where `seconds` is negative."""
        shift = float(_SHIFT.unpack(self._shared)[0])
        _SHIFT.pack_into(self._shared, 0, shift + seconds)
