"""Taking up what a worker has left behind: nothing claimed is lost, nothing sent is forgotten."""

from __future__ import annotations

from sqlalchemy import Connection

from touchpoints.core.message import Outcome, Receipt, State, must_follow
from touchpoints.store import sections
from touchpoints.store.changes import mark, settle_order
from touchpoints.store.dialect import dialect_of
from touchpoints.store.holding import free
from touchpoints.store.sending import Due, chosen, end_attempt
from touchpoints.store.stamp import Stamp
from touchpoints.store.statements import rows, write
from touchpoints.store.worker import Worker

STOPPED = Receipt(Outcome.IN_DOUBT, "stopped while sending")


def abandoned(connection: Connection, worker: Worker, now: int) -> list[Due]:
    """What is claimed or being sent and belongs to nobody who works on it.

    Its lease has ended, or it is this worker's, who asks only between two rounds. Whoever owns a
    file works alone, and takes up everything.
    """
    dialect = dialect_of(connection)
    sql = (
        "SELECT no, customer_no FROM message WHERE state IN ('claimed', 'sending', 'in_doubt')"
        " AND merged_into IS NULL"
        " AND (:alone OR owner IS NULL OR owner = :by OR lease_until <= :now) ORDER BY no"
    )
    bound = {"alone": not dialect.shared, "by": worker.name, "now": now}
    found = rows(connection, sql + dialect.free, bound)
    ours = free(connection, {no for _, no in found})
    settle_order(connection, ours)
    return chosen(connection, [no for no, customer_no in found if customer_no in ours])


def let_wait(connection: Connection, each: Due, stamp: Stamp) -> bool:
    """What was only claimed waits again: no byte of it has left."""
    to = State.RETRY_WAIT if each.in_doubt else State.PLANNED
    taken = _move(connection, each, to, "state = :to", stamp)
    if taken:
        waiting = State.IN_DOUBT if each.in_doubt else State.WITHHELD
        sections.follow(connection, each, waiting, stamp)
    return taken


def doubt(connection: Connection, each: Due, stamp: Stamp, *, again: bool) -> bool:
    """What was being sent may have gone out: it is tried `again`, or held for an operator.

    It counts as sent from the instant at which the attempt began.
    """
    to = State.RETRY_WAIT if again else State.HELD
    values = "state = :to, in_doubt = TRUE, sent_at = changed_at"
    values += ", send_at = :now" if again else ", detail = 'stopped while sending'"
    taken = _move(connection, each, to, values, stamp)
    if taken:
        end_attempt(connection, each.no, STOPPED, stamp.at)
        sections.follow(connection, each, State.IN_DOUBT if again else State.HELD, stamp)
    return taken


def _move(connection: Connection, each: Due, to: State, values: str, stamp: Stamp) -> bool:
    """Move a message to another state under a new fence: whoever had it has it no more."""
    must_follow(each.state, to)
    taken = write(
        connection,
        f"UPDATE message SET {values}, fence = fence + 1, owner = NULL, lease_until = NULL,"
        " changed_at = :now, changed_by = :by"
        " WHERE no = :no AND fence = :fence AND state = :was",
        {"to": to, "no": each.no, "fence": each.fence, "was": each.state, **stamp.bound},
    )
    if taken:
        mark(connection, [each.customer_no])
    return bool(taken)
