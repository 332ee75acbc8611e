"""What came of a day: the outbox counted by state, channel, reason and hour."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import Connection

from touchpoints.core.calendar import zone_clock
from touchpoints.core.message import State
from touchpoints.store.database import rows

_WENT = (State.ACCEPTED, State.DELIVERED)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of messages. `hours` are local hours of one zone; `other` what is in neither group."""

    sent: Counter[str] = field(default_factory=Counter)
    hours: Counter[int] = field(default_factory=Counter)
    withheld: Counter[str] = field(default_factory=Counter)
    waiting: int = 0
    other: int = 0

    @property
    def total(self) -> int:
        """All messages together."""
        return self.sent.total() + self.withheld.total() + self.waiting + self.other


def tally(connection: Connection, zone: str, customer: str | None = None) -> Tally:
    """Count everything in the outbox, of everybody or of one customer."""
    found = rows(
        connection,
        "SELECT m.state, m.channel, m.reason, m.sent_at FROM message m"
        " JOIN customer c ON c.no = m.customer_no WHERE :customer IS NULL OR c.id = :customer",
        {"customer": customer},
    )
    clock = zone_clock(zone)
    sent, hours, withheld = Counter[str](), Counter[int](), Counter[str]()
    waiting = other = 0
    for state, channel, reason, sent_at in found:
        if state in _WENT:
            sent[channel] += 1
            hours[clock.local(sent_at).hour] += 1
        elif state == State.WITHHELD:
            withheld[reason] += 1
        elif state == State.PLANNED:
            waiting += 1
        else:
            other += 1
    return Tally(sent, hours, withheld, waiting, other)
