"""What a run comes to: figures over all its chapters, and what was broken."""

from __future__ import annotations

import json
import statistics
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.chaos.chapter import Record
from tests.chaos.evidence import Evidence
from tests.chaos.invariants import WENT


@dataclass
class Outcome:
    """The figures, added up."""

    kills: Counter[str] = field(default_factory=Counter)
    figures: Counter[str] = field(default_factory=Counter)
    restarts: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    broken: dict[str, list[str]] = field(default_factory=dict)
    seconds: float = 0.0

    chapters: int = 0

    @classmethod
    def of(cls, record: Record, evidence: Evidence, broken: Mapping[str, list[str]]) -> Outcome:
        """What one chapter came to."""
        figures = _figures(evidence)
        figures["second owners refused"] = record.refused
        return cls(record.kills, figures, record.restarts, record.cold, dict(broken), chapters=1)

    def add(self, other: Outcome) -> None:
        """Count another one in."""
        self.kills.update(other.kills)
        self.restarts += other.restarts
        self.cold += other.cold
        self.figures.update(other.figures)  # unlike +=, this keeps what is 0
        self.chapters += other.chapters
        for name, what in other.broken.items():
            self.broken.setdefault(name, []).extend(what)

    def document(self, about: Mapping[str, object]) -> str:
        """Everything as JSON."""
        return json.dumps(
            {
                **about,
                "kills": self.kills.total(),
                "points": dict(self.kills),
                "chapters": self.chapters,
                "seconds": round(self.seconds, 1),
                **self.figures,
                "restart_to_first_send": _times(self.restarts),
                "start_to_first_send_of_a_new_process": _times(self.cold),
                "violations": self.broken,
            },
            indent=2,
            ensure_ascii=False,
        )

    def table(self) -> str:
        """The same for people."""
        many = f"{self.chapters} {'chapter' if self.chapters == 1 else 'chapters'}"
        lines = [f"{self.kills.total():>9,}  kills in {self.seconds:,.0f} s, {many}"]
        lines += [f"{count:>9,}    {point}" for point, count in self.kills.most_common()]
        lines += [f"{count:>9,}  {name}" for name, count in self.figures.items()]
        for name, found in (("a restart", self.restarts), ("a new process", self.cold)):
            if found:
                told = _times(found)
                median, most = told["median"], told["max"]
                lines.append(f"{most:>8.2f}s  longest from {name} to its first send ({median} s)")
        for name, what in self.broken.items():
            lines.append(f"BROKEN: {name.replace('_', ' ')} ({len(what)})")
            lines += [f"    {each}" for each in what[:5]]
        return "\n".join(lines)


def _times(found: list[float]) -> dict[str, float]:
    if not found:
        return {}
    return {"median": round(statistics.median(found), 3), "max": round(max(found), 3)}


def _figures(e: Evidence) -> Counter[str]:
    """Messages, and what became of them; `lost` is what nobody could tell any more."""
    copies = Counter(min(len(each), 3) for each in e.copies.values())
    states = Counter(each.state for each in e.messages)
    lost = [it for it in e.messages if it.state in WENT and it.key not in e.copies]
    return Counter(
        {
            "messages decided": len(e.messages),
            "attempts": sum(map(len, e.attempts.values())),
            "attempts in doubt": sum(
                each.outcome == "in_doubt" for tries in e.attempts.values() for each in tries
            ),
            "delivered": len(e.copies),
            "delivered once": copies[1],
            "delivered twice or more where `resend` was chosen": copies[2] + copies[3],
            "sent again under a known key": sum(each.replay for each in e.ledger),
            "lost": len(lost) + len(e.seen - set(e.outbox)),
            "held": states["held"],
            "held, and delivered": sum(
                it.state == "held" and it.key in e.copies for it in e.messages
            ),
            "expired": states["expired"],
            "rejected": states["rejected"],
        }
    )
