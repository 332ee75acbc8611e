"""What came of a day: the outbox counted by state, channel and reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from touchpoints.core.message import State
from touchpoints.store.statements import rows

_WENT = (State.ACCEPTED, State.DELIVERED)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of messages: sent by channel, withheld by reason, `waiting` for their time, others.

    `times` has for each message that was sent its instant (seconds) and its customer's zone, in
    order; the zone is empty where the customer has none.
    """

    sent: Mapping[str, int]
    withheld: Mapping[str, int]
    waiting: int
    other: int
    times: tuple[tuple[int, str], ...]

    @property
    def went(self) -> int:
        """How many were sent."""
        return len(self.times)

    @property
    def stayed(self) -> int:
        """How many were withheld."""
        return sum(self.withheld.values())

    @property
    def total(self) -> int:
        """All messages together."""
        return self.went + self.stayed + self.waiting + self.other


def tally(connection: Connection, customer: str | None = None) -> Tally:
    """Count everything in the outbox, of everybody or of one customer; the most frequent first."""
    found = rows(
        connection,
        "SELECT CASE WHEN m.merged_into IS NULL THEN m.state ELSE 'withheld' END,"
        " m.channel, m.reason, m.sent_at, c.timezone FROM message m"
        " JOIN customer c ON c.no = m.customer_no WHERE c.id = COALESCE(:customer, c.id)",
        {"customer": customer},
    )
    sent = Counter(channel for state, channel, *_ in found if state in _WENT)
    withheld = Counter(reason for state, _, reason, *_ in found if state == State.WITHHELD)
    waiting = sum(state in {State.PLANNED, State.RETRY_WAIT} for state, *_ in found)
    counted = sent.total() + withheld.total() + waiting
    times = sorted((at, zone or "") for state, _, _, at, zone in found if state in _WENT)
    return Tally(
        sent=dict(sent.most_common()),
        withheld=dict(withheld.most_common()),
        waiting=waiting,
        other=len(found) - counted,
        times=tuple(times),
    )
