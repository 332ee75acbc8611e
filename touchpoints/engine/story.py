"""What became of everything: the outbox told as decisions, counts and single messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from touchpoints.core.decision import Decision
from touchpoints.core.message import State
from touchpoints.store.statements import rows
from touchpoints.workspace import Workspace

_WENT = (State.ACCEPTED, State.DELIVERED)


def decisions_between(
    connection: Connection, workspace: Workspace, since: int, until: int
) -> Iterator[Decision]:
    """What went out in a span of time, and what did not before its window closed or the span ended.

    In the plan's order; what is still planned at the end of the span is left out.
    """
    where = (
        "(m.state IN ('accepted', 'delivered') AND m.sent_at BETWEEN :since AND :until)"
        " OR (m.state NOT IN ('accepted', 'delivered', 'planned', 'claimed', 'sending')"
        " AND m.close_at > :since AND m.close_at <= :until)"
    )
    return _decisions(connection, workspace, where, {"since": since, "until": until})


def still_open(connection: Connection, workspace: Workspace, until: int) -> Iterator[Decision]:
    """What has not gone out and may do so after the end of a span, such as what is planned then."""
    where = (
        "m.state IN ('planned', 'claimed', 'sending')"
        " OR (m.state NOT IN ('accepted', 'delivered') AND m.close_at > :until)"
    )
    return _decisions(connection, workspace, where, {"until": until})


def _decisions(
    connection: Connection, workspace: Workspace, where: str, bound: Mapping[str, int]
) -> Iterator[Decision]:
    found = rows(
        connection,
        "SELECT c.id, m.touchpoint, m.occurrence, m.state, m.channel,"  # noqa: S608 - own constants
        " COALESCE(m.sent_at, m.send_at), m.category, m.topic, m.score, m.reason, m.detail,"
        " m.next_allowed, COALESCE(c.timezone, :zone), m.merged_into FROM message m"
        f" JOIN customer c ON c.no = m.customer_no WHERE {where}"
        " ORDER BY c.id, m.touchpoint, m.occurrence",
        {"zone": workspace.policy.timezone, **bound},
    )
    for customer, touchpoint, occurrence, state, channel, at, *rest in found:
        category, topic, score, reason, detail, next_allowed, local, home = rest
        # What went out as a section of another message is no message of its own.
        went = State(state) in _WENT and home is None
        yield Decision(
            customer=customer,
            touchpoint=touchpoint,
            occurrence=occurrence,
            verdict="send" if went else "withhold",
            channel=channel if went else None,
            send_at=at if went else None,
            category=category,
            topic=topic,
            score=score,
            reason=None if went else reason or state,
            detail=None if went else detail,
            next_allowed=next_allowed,
            zone=local,
            merged_into=home,
        )
