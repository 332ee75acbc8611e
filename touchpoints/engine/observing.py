"""Who is told of attempts while they happen."""

from __future__ import annotations

from typing import Protocol

from touchpoints.core.message import Outcome


class Observer(Protocol):
    """Whoever wants to know of each attempt, such as the daemon's metrics."""

    def attempted(self, channel: str, outcome: Outcome, seconds: float) -> None:
        """A channel has answered after so many seconds."""
        ...


class Unobserved:
    """Nobody wants to know."""

    def attempted(self, channel: str, outcome: Outcome, seconds: float) -> None:
        """Forget it."""
