"""What a round of delivering did."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Delivered:
    """What one round of delivering did, and what went wrong, in words without addresses.

    `resent` counts attempts at messages of which nobody knew whether they had gone out.
    """

    accepted: int = 0
    withheld: int = 0
    waiting: int = 0
    rejected: int = 0
    held: int = 0
    resent: int = 0
    troubles: dict[str, str] = field(default_factory=dict)

    def add(self, other: Delivered) -> None:
        """Count another round to this one."""
        self.accepted += other.accepted
        self.withheld += other.withheld
        self.waiting += other.waiting
        self.rejected += other.rejected
        self.held += other.held
        self.resent += other.resent
        self.troubles.update(other.troubles)
