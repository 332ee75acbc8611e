"""Figures about the outbox, for `status`, and its messages, for looking at."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from touchpoints.core.message import COMMITTED
from touchpoints.store.dialect import Row
from touchpoints.store.marks import erased_numbers
from touchpoints.store.statements import get_meta, rows


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the workspace stands. Instants and lag in seconds; None where there was no tick yet."""

    customers: int
    states: dict[str, int]
    due: int
    lag: int
    next_send_at: int | None
    last_tick_at: int | None
    last_plan_at: int | None
    paused: tuple[str, ...]


def standing(connection: Connection, now: int) -> Standing:
    """Counts by state, what is overdue and by how much, and the last ticks."""
    states = rows(connection, "SELECT state, COUNT(*) FROM message GROUP BY state ORDER BY state")
    due, oldest = rows(
        connection,
        "SELECT COUNT(*), MIN(send_at) FROM message"
        " WHERE state IN ('planned', 'retry_wait') AND send_at <= :now",
        {"now": now},
    )[0]
    next_send = rows(
        connection,
        "SELECT MIN(send_at) FROM message WHERE state IN ('planned', 'retry_wait')"
        " AND send_at > :now",
        {"now": now},
    )[0][0]
    paused = rows(
        connection, "SELECT touchpoint FROM pause WHERE touchpoint <> '*' ORDER BY touchpoint"
    )
    return Standing(
        customers=people(connection)[0],
        states=dict(states),
        due=due,
        lag=0 if oldest is None else now - oldest,
        next_send_at=next_send,
        last_tick_at=_instant(get_meta(connection, "last_tick_at")),
        last_plan_at=_instant(get_meta(connection, "last_plan_at")),
        paused=tuple(name for (name,) in paused),
    )


def gone_out(connection: Connection, customer: str) -> int:
    """How many messages to a customer have gone out, or may have."""
    states = [str(state) for state in COMMITTED]
    sql = (
        "SELECT COUNT(*) FROM message m JOIN customer c ON c.no = m.customer_no"
        " WHERE c.id = :customer AND m.state IN :states"
    )
    return int(rows(connection, sql, {"customer": customer, "states": states})[0][0])


def people(connection: Connection) -> tuple[int, int]:
    """How many customers there are, and how many of them have no time zone of their own.

    The rows that are kept of those who were erased are no customers.
    """
    sql = "SELECT COUNT(*), COUNT(*) - COUNT(timezone) FROM customer"
    everybody, without_zone = rows(connection, sql)[0]
    erased = len(erased_numbers(connection))
    return everybody - erased, without_zone - erased


SHOWN = (
    "no",
    "customer",
    "touchpoint",
    "occurrence",
    "state",
    "channel",
    "send_at",
    "reason",
    "timezone",
)
"""The columns of `messages`; `customer` is the id, instants are seconds."""


def messages(
    connection: Connection, states: list[str], customer: str | None, most: int
) -> list[Row]:
    """The messages in some states (none: all), newest change last; the columns are `SHOWN`."""
    sql = (
        "SELECT m.no, c.id, m.touchpoint, m.occurrence, m.state, m.channel,"
        " COALESCE(m.sent_at, m.send_at), m.reason, c.timezone FROM message m"
        " JOIN customer c ON c.no = m.customer_no WHERE 1 = 1"
    )
    bound: dict[str, object] = {"most": most}
    if states:
        sql, bound["states"] = sql + " AND m.state IN :states", states
    if customer is not None:
        sql, bound["customer"] = sql + " AND c.id = :customer", customer
    order = " ORDER BY COALESCE(m.sent_at, m.send_at, m.close_at), m.no LIMIT :most"
    return rows(connection, sql + order, bound)


STORY = (
    "no",
    "customer",
    "touchpoint",
    "occurrence",
    "state",
    "category",
    "topic",
    "channel",
    "send_at",
    "close_at",
    "sent_at",
    "score",
    "reason",
    "detail",
    "next_allowed",
    "address",
    "subject",
    "body",
    "sha256",
    "attempts",
    "changed_at",
    "timezone",
)
"""The columns of `message`; `customer` is the id, instants are seconds."""


def message(connection: Connection, no: int) -> Row | None:
    """One message whole, or None; the columns are `STORY`."""
    columns = ", ".join(
        "c.id" if name == "customer" else f"c.{name}" if name == "timezone" else f"m.{name}"
        for name in STORY
    )
    found = rows(
        connection,
        f"SELECT {columns} FROM message m JOIN customer c ON c.no = m.customer_no WHERE m.no = :no",
        {"no": no},
    )
    return found[0] if found else None


def attempts(connection: Connection, no: int) -> list[Row]:
    """(number, channel, began, ended, outcome, detail, provider id) of each try at a message."""
    return rows(
        connection,
        "SELECT number, channel, began_at, ended_at, outcome, detail, provider_id FROM attempt"
        " WHERE message_no = :no ORDER BY number",
        {"no": no},
    )


def transitions(connection: Connection, no: int) -> list[Row]:
    """(at, who, was, became, reason, channel, send at, policy) of each change of a message."""
    return rows(
        connection,
        "SELECT at, who, was, became, reason, channel, send_at, policy FROM transition"
        " WHERE message_no = :no ORDER BY no",
        {"no": no},
    )


def _instant(text: str | None) -> int | None:
    return None if text is None else int(text)
