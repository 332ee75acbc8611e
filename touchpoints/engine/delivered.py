"""What a round of delivering did."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Delivered:
    """What one round of delivering did, and what went wrong, in words without addresses.

    `resent` counts attempts at messages of which nobody knew whether they had gone out. `stops`
    says what keeps messages here that are due: a pause, a ceiling, a channel that rests. Where they
    only wait for room on a channel with a rate, `room_at` is the second in which there is some.
    """

    accepted: int = 0
    withheld: int = 0
    waiting: int = 0
    rejected: int = 0
    held: int = 0
    resent: int = 0
    troubles: dict[str, str] = field(default_factory=dict)
    stops: dict[str, str] = field(default_factory=dict)
    room_at: int | None = None

    def add(self, other: Delivered) -> None:
        """Count the round after this one to it; what stops messages by then, counts."""
        self.accepted += other.accepted
        self.withheld += other.withheld
        self.waiting += other.waiting
        self.rejected += other.rejected
        self.held += other.held
        self.resent += other.resent
        self.troubles.update(other.troubles)
        self.stops, self.room_at = other.stops, other.room_at
