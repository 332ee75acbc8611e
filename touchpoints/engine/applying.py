"""Applying: what a plan changes in the outbox, line by line: new, decided anew, or gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection

from touchpoints.core.message import State
from touchpoints.engine.planning import Planned, decisions, must_hold, still_waiting
from touchpoints.store import outbox
from touchpoints.store.holding import free
from touchpoints.store.outbox import Decided, Stored
from touchpoints.store.stamp import Stamp

BATCH = 10_000
"""Decisions that are stored together: a statement for each takes longer, all at once take 1 GB."""


@dataclass(frozen=True, slots=True)
class PlanCount:
    """What storing a plan changed in the outbox; a plan for everybody has its fingerprint."""

    sends: int
    withheld: int
    new: int
    changed: int
    vanished: int
    fingerprint: str | None = None

    def __add__(self, other: PlanCount) -> PlanCount:
        """What storing two shares of a plan changed."""
        return PlanCount(
            self.sends + other.sends,
            self.withheld + other.withheld,
            self.new + other.new,
            self.changed + other.changed,
            self.vanished + other.vanished,
            other.fingerprint,
        )


def apply(
    connection: Connection, made: Planned, known: Sequence[Stored], stamp: Stamp
) -> tuple[PlanCount, set[int]]:
    """Store a plan; also the numbers of customers who have to be planned anew after it.

    They are those whom others have at hand, who are left out, and those for whom something ceases.
    `known` is what the outbox has that waits, or that this plan may decide anew.
    """
    decided = decisions(made, made.plan.lines.tolist(), made.plan.reason_codes())
    by_key, still = {stored.key: stored for stored in known}, set[int]()
    lines = sends = added = moved = 0
    busy = set[int]()
    while batch := list(islice(decided, BATCH)):
        nos = {each.customer_no for each in batch}
        busy |= nos - free(connection, nos)
        batch = [each for each in batch if each.customer_no not in busy]
        met = [(by_key.get(each.key), each) for each in batch]
        new = [each for old, each in met if old is None]
        pairs = [(old, each) for old, each in met if old is not None and _replaces(each, old)]
        changed = [
            (old, still_waiting(old, new)) for old, new in pairs if _differs(old, new, stamp.at)
        ]
        outbox.insert(connection, new, stamp)
        outbox.redecide(connection, changed, stamp)
        still |= {old.no for old, _ in pairs}
        lines, sends = (
            lines + len(batch),
            sends + sum(each.state == State.PLANNED for each in batch),
        )
        added, moved = added + len(new), moved + len(changed)
    waiting = {State.PLANNED, State.RETRY_WAIT}
    left = [old for old in known if old.no not in still and old.state in waiting]
    nos = {old.customer_no for old in left}
    busy |= nos - free(connection, nos)
    gone = [old for old in left if old.customer_no not in busy]
    closing = [(old.no, old.state, *_vanished(old, stamp.at)) for old in gone]
    outbox.close(connection, closing, stamp)
    count = PlanCount(sends, lines - sends, added, moved, len(gone))
    return count, busy.union(old.customer_no for old in gone)


def _replaces(new: Decided, old: Stored) -> bool:
    """Whether a decision replaces what is stored; what may have gone out is held instead.

    What one channel refused stays so, with its reason, until another channel takes it.
    """
    refused = old.state == State.REJECTED and new.state != State.PLANNED
    return not must_hold(old, new) and not refused


def _differs(old: Stored, new: Decided, now: int) -> bool:
    if _rests(old, new, now):
        return False
    if (old.policy, old.merged_into) != (new.policy, new.merged_into):
        return True
    if new.state == State.PLANNED and old.state in {State.PLANNED, State.RETRY_WAIT}:
        overdue = old.send_at is not None and old.send_at <= now and (new.send_at or 0) <= now
        moved = old.send_at != new.send_at and not overdue
        return moved or (old.channel, old.close_at) != (new.channel, new.close_at)
    before = (old.state, old.close_at, old.reason, old.detail, old.next_allowed)
    return before != (new.state, new.close_at, new.reason, new.detail, new.next_allowed)


def _rests(old: Stored, new: Decided, now: int) -> bool:
    """Whether a message waits for another try at a minute that allows none, or at its close.

    Decided anew it would be tried sooner. It is judged when that time comes.
    """
    waits = old.state == State.RETRY_WAIT and (old.send_at or 0) > now
    return waits and new.reason == "no_time"


def _vanished(old: Stored, now: int) -> tuple[State, str]:
    """Nobody can say; or its window closed; or what it was about is not so any more."""
    if old.in_doubt:
        return State.HELD, "in_doubt"
    if old.close_at <= now:
        return State.EXPIRED, "expired"
    return State.CANCELLED, "stale"
