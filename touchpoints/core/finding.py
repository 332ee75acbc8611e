"""What one gate, cap or gap says of a candidate, and the messages that it met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from touchpoints.core.calendar import ZoneClock


@dataclass(frozen=True, slots=True)
class Rival:
    """A message that counts before a candidate: planned, or gone out and then of unknown worth."""

    touchpoint: str
    at: int
    occurrence: str | None = None
    score: float | None = None
    sent: bool = False

    def as_line(self, clock: ZoneClock) -> dict[str, Any]:
        """The message as plain values for JSON."""
        return {
            "touchpoint": self.touchpoint,
            "occurrence": self.occurrence,
            "at": clock.local(self.at).isoformat(),
            "score": None if self.score is None else round(self.score, 6),
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """What one gate, cap or gap says on one channel; `met` are the messages that it counted."""

    gate: str
    channel: str
    passed: bool
    detail: str
    met: tuple[Rival, ...] = ()

    def as_line(self) -> dict[str, Any]:
        """The finding as plain values for JSON."""
        return {
            "gate": self.gate,
            "channel": self.channel,
            "passed": self.passed,
            "detail": self.detail,
        }
