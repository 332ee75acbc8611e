"""One line of the plan: send (channel, time) or withhold (reason)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from touchpoints.core.calendar import zone_clock

Verdict = Literal["send", "withhold"]


COLUMNS = (
    "customer",
    "touchpoint",
    "occurrence",
    "verdict",
    "channel",
    "send_at",
    "category",
    "topic",
    "score",
    "reason",
    "detail",
    "next_allowed",
)
"""The keys of a decision's line, in order; that of a section has `merged_into` besides."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the plan: send (channel, time) or withhold (reason). Instants are seconds.

    `merged_into` names the message (TOUCHPOINT/OCCURRENCE) of which it becomes a section.
    """

    customer: str
    touchpoint: str
    occurrence: str
    verdict: Verdict
    channel: str | None
    send_at: int | None
    category: str
    topic: str | None
    score: float
    reason: str | None
    detail: str | None
    next_allowed: int | None
    zone: str
    merged_into: str | None = None

    def as_line(self) -> dict[str, Any]:
        """The decision as the contract's JSON line, with local times."""
        clock = zone_clock(self.zone)

        def local(instant: int | None) -> str | None:
            return None if instant is None else clock.local(instant).isoformat()

        return {
            "customer": self.customer,
            "touchpoint": self.touchpoint,
            "occurrence": self.occurrence,
            "verdict": self.verdict,
            "channel": self.channel,
            "send_at": local(self.send_at),
            "category": self.category,
            "topic": self.topic,
            "score": round(self.score, 6),
            "reason": self.reason,
            "detail": self.detail,
            "next_allowed": local(self.next_allowed),
        } | ({} if self.merged_into is None else {"merged_into": self.merged_into})
