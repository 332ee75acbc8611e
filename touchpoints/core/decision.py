"""One line of the plan: send (channel, time) or withhold (reason)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from touchpoints.core.calendar import zone_clock
from touchpoints.core.phrase import Phrase

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

TEXT_COLUMNS = ("file", "rule")
"""The keys that come behind them where the template of a message has variants."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which of several texts a message takes: the file, and the rule that chose it.

    `rule` is None where the text is that for everybody else; `values` is what the rules that were
    asked have found, by the names of the fields.
    """

    file: str
    rule: str | None
    values: tuple[tuple[str, object], ...] = ()

    @property
    def words(self) -> Phrase:
        """Which text it is, and why."""
        values = tuple(
            Phrase("field_blank", name=name)
            if value is None
            else Phrase("field", name=name, value=str(value))
            for name, value in self.values
        )
        if self.rule is None:
            return Phrase("chosen_otherwise", file=self.file, values=values)
        return Phrase("chosen", file=self.file, rule=self.rule, values=values)


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the plan: send (channel, time) or withhold (reason). Instants are seconds.

    `merged_into` names the message (TOUCHPOINT/OCCURRENCE) of which it becomes a section; `chosen`
    is the text that it takes, where its template has variants.
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
    chosen: Chosen | None = None

    def as_line(self) -> dict[str, Any]:
        """The decision as the contract's JSON line, with local times."""
        clock = zone_clock(self.zone)

        def local(instant: int | None) -> str | None:
            return None if instant is None else clock.local(instant).isoformat()

        line = {
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
        }
        if self.merged_into is not None:
            line["merged_into"] = self.merged_into
        if self.chosen is not None:
            line |= {"file": self.chosen.file, "rule": self.chosen.rule}
        return line
