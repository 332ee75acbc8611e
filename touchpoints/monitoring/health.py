"""Whether the daemon is well: its ticks happen in time, and its scheduler lives."""

from __future__ import annotations

from collections.abc import Callable

from touchpoints.clock import monotonic
from touchpoints.workspace import Ticks

TICKS = 3
SHORTEST = 60
"""It is late after so many ticks without a success, or so many seconds where that is less."""


class Health:
    """Hears of every tick that went well and every message that was tried; says what is wrong.

    A round that sends for an hour is one tick, so each attempt counts as a sign of life too.
    """

    def __init__(self, ticks: Ticks, elapsed: Callable[[], float] = monotonic) -> None:
        self.patience = max(TICKS * max(ticks.plan, ticks.deliver), SHORTEST)
        self._elapsed = elapsed
        self._last = elapsed()
        self._end: str | None = None

    def beat(self) -> None:
        """Something has gone well just now."""
        self._last = self._elapsed()

    def end(self, reason: str) -> None:
        """Nothing will go well any more."""
        self._end = reason

    @property
    def silence(self) -> float:
        """For how many seconds nothing has gone well; it begins with the start."""
        return max(0.0, self._elapsed() - self._last)

    def ailment(self) -> str | None:
        """What is wrong, None where nothing is."""
        if self._end is not None:
            return self._end
        if self.silence > self.patience:
            return f"no tick has succeeded for {self.silence:.0f} s; {self.patience} s is too long"
        return None
