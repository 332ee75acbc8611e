"""Sweeps over what has happened: events, the latest of a kind, and what became of messages.

Instants are seconds; `since` and `until` are both included. The last column of what is read is the
customer's own zone, or None.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection

from touchpoints.core.moment import SentOutcome
from touchpoints.store.dialect import Row
from touchpoints.store.reading import EVENT_COLUMNS, Numbers, beside
from touchpoints.store.statements import rows

EVENT = ", ".join(f"e.{name}" for name in EVENT_COLUMNS)
"""The columns of an event, of the table `e`."""
_EVENTS = (
    f"SELECT e.customer_no, {EVENT}, c.timezone FROM event e"
    " JOIN customer c ON c.no = e.customer_no"
)


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when, and of whom; nothing after `as_of` is known yet."""

    since: int
    until: int
    as_of: int
    nos: Numbers

    @property
    def bound(self) -> dict[str, object]:
        """The values for a query."""
        values: dict[str, object] = {
            "since": self.since,
            "until": self.until,
            "as_of": self.as_of,
        }
        return values if self.nos is None else values | {"nos": self.nos}

    def only(self, column: str) -> str:
        """The condition that narrows a query to the customers."""
        return "" if self.nos is None else f" AND {column} IN :nos"


def events(connection: Connection, kind: str, span: Span) -> list[Row]:
    """(customer number, event columns …, zone) of events of a kind."""
    sql = _EVENTS + " WHERE e.kind = :kind AND e.at BETWEEN :since AND :until"
    return rows(connection, sql + span.only("e.customer_no"), {"kind": kind} | span.bound)


def latest_events(connection: Connection, kind: str, span: Span) -> list[Row]:
    """(customer number, event columns …, zone) of each customer's latest event of a kind so far."""
    sql = (
        f"{_EVENTS} WHERE e.kind = :kind AND e.at BETWEEN :since AND :latest"
        " AND NOT EXISTS (SELECT 1 FROM event later WHERE later.customer_no = e.customer_no"
        " AND later.kind = e.kind AND later.at <= :as_of AND later.at >= e.at"
        " AND (later.at > e.at OR later.ref > e.ref))"
    )
    bound = {"kind": kind, "latest": min(span.until, span.as_of)} | span.bound
    return rows(connection, sql + span.only("e.customer_no"), bound)


def since(connection: Connection, then: int, now: int) -> list[int]:
    """The numbers of customers to whom something has happened after `then`, until `now`."""
    sql = "SELECT DISTINCT customer_no FROM event WHERE kind = :kind AND at > :then AND at <= :now"
    kinds = rows(connection, "SELECT DISTINCT kind FROM event")
    return [
        int(no)
        for (kind,) in kinds
        for (no,) in rows(connection, sql, {"kind": kind, "then": then, "now": now})
    ]


def sent(connection: Connection, touchpoint: str, outcome: SentOutcome, span: Span) -> list[Row]:
    """(customer number, key, instant, zone) of a touchpoint's messages with this outcome so far.

    The key is CUSTOMER/TOUCHPOINT/OCCURRENCE; the instant is that of going out, of being refused,
    or of the window's end for what expired.
    """
    condition, instant = _CONDITIONS[outcome]
    sql = (
        f"SELECT m.customer_no, {_KEY}, {instant}, c.timezone FROM message m"
        " JOIN customer c ON c.no = m.customer_no WHERE m.touchpoint = :touchpoint"
        f" AND ({condition}) AND {beside(connection, instant, span.nos)} BETWEEN :since AND :until"
    )
    bound = {"touchpoint": touchpoint} | span.bound
    return rows(connection, sql + span.only("m.customer_no"), bound)


def next_event(connection: Connection, after: int) -> int | None:
    """The instant of the first event after another instant, None where there is none."""
    found = rows(connection, "SELECT MIN(at) FROM event WHERE at > :after", {"after": after})
    return None if found[0][0] is None else int(found[0][0])


def sent_at(connection: Connection, touchpoints: Collection[str], instant: int) -> list[int]:
    """The numbers of customers to whom a message of these touchpoints went out at an instant."""
    found = rows(
        connection,
        "SELECT DISTINCT customer_no FROM message"
        " WHERE touchpoint IN :touchpoints AND sent_at = :instant",
        {"touchpoints": sorted(touchpoints), "instant": instant},
    )
    return [int(no) for (no,) in found]


_KEY = "c.id || '/' || m.touchpoint || '/' || m.occurrence"


def _told(kind: str) -> str:
    """Whether another system has brought this receipt, as an event with the message's key."""
    return (
        "EXISTS (SELECT 1 FROM event r WHERE r.customer_no = m.customer_no"
        f" AND r.kind = '{kind}' AND r.ref = {_KEY} AND r.at <= :as_of)"
    )


_WENT = "m.state IN ('accepted', 'delivered', 'bounced', 'undelivered', 'held', 'in_doubt')"
_ACCEPTED = (
    "m.state IN ('accepted', 'delivered')"
    f" AND NOT {_told('bounced')} AND NOT {_told('undelivered')}"
)
_CONDITIONS: dict[str, tuple[str, str]] = {
    "accepted": (_ACCEPTED, "m.sent_at"),
    "rejected": ("m.state = 'rejected'", "m.changed_at"),
    "expired": ("m.state = 'expired'", "m.close_at"),
    **{
        word: (f"{_WENT} AND (m.state = '{word}' OR {_told(word)})", "m.sent_at")
        for word in ("delivered", "bounced", "undelivered")
    },
    **{
        word: (f"{_WENT} AND {_told(word)}", "m.sent_at")
        for word in ("opened", "clicked", "replied", "complained", "opted_out")
    },
    **{
        f"not {word}": (f"{_ACCEPTED} AND NOT {_told(word)}", "m.sent_at")
        for word in ("opened", "clicked", "replied")
    },
}
"""For each outcome, which messages have it, and the instant from which a delay counts."""
