"""Storing: the plan becomes messages in the outbox, share by share of the customers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy import Connection

from touchpoints.core.columns import distinct
from touchpoints.core.gate import Gate
from touchpoints.core.message import State
from touchpoints.core.rulebook import Rulebook
from touchpoints.engine.brief import Brief
from touchpoints.engine.planning import Planned, as_decided, must_hold, planned, still_waiting
from touchpoints.engine.replanning import note, scope_of
from touchpoints.errors import StoreError
from touchpoints.store import outbox
from touchpoints.store.changes import mark, settle_order, take_away
from touchpoints.store.database import Database
from touchpoints.store.dialect import dialect_of
from touchpoints.store.holding import free
from touchpoints.store.outbox import Decided, Stored
from touchpoints.store.shares import Share, cut, give_back, lease, owns, shares
from touchpoints.store.stamp import PLANNER, Stamp
from touchpoints.store.statements import put_meta

APPROVABLE = "plan_fingerprint"
"""The name under which the database keeps the fingerprint of the plan that it holds whole."""
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


def store_plan(
    database: Database,
    brief: Brief,
    gates: Sequence[Gate],
    *,
    anew: bool = False,
    planner: str = PLANNER,
) -> PlanCount:
    """Make the plan and store it: new decisions, changed ones, and those that vanished.

    Only those are planned whose plan may have changed since the last one; `anew` plans everybody,
    which comes to the same. On a file only its owner may call this; on a server each share of the
    customers is planned by whoever leases it. Facts that change meanwhile are met at sending.
    Raises StoreError where somebody else is planning what has to be planned `anew`.
    """
    if not brief.everybody:
        return _plan(database, brief, gates, (), planner)
    with database.reading() as connection:
        known, leases = shares(connection), dialect_of(connection).shared
    if leases or not known:
        with database.writing() as connection:
            cut(connection)
            known = shares(connection)
    count = PlanCount(0, 0, 0, 0, 0)
    for group in _groups(brief, known, anew=anew):
        if not leases:
            return _plan(database, brief, gates, group, planner, anew=anew)
        with _leased(database, brief, group, planner) as leased:
            if leased:
                count += _plan(database, brief, gates, leased, planner, anew=anew)
            elif anew:
                raise StoreError("another planner is at work; try again in a minute")
    return count


def _groups(brief: Brief, known: Sequence[Share], *, anew: bool) -> list[Sequence[Share]]:
    """The shares that are planned together: each alone, but all where one moves another."""
    together = anew or bool(Rulebook(brief.workspace.policy).resources)
    return [known] if together else [[share] for share in known]


@contextmanager
def _leased(
    database: Database, brief: Brief, group: Sequence[Share], planner: str
) -> Iterator[list[Share]]:
    """Shares that are ours while the block runs; none where somebody else has one of them."""
    with database.writing() as connection:
        leased = lease(connection, [share.no for share in group], planner, brief.as_of)
    try:
        yield leased
    finally:
        with database.writing() as connection:
            give_back(connection, leased, planner)


def _plan(
    database: Database,
    brief: Brief,
    gates: Sequence[Gate],
    group: Sequence[Share],
    planner: str,
    *,
    anew: bool = False,
) -> PlanCount:
    """Plan whom a brief names, or those of these shares whose plan may have changed."""
    with database.reading() as connection:
        scopes = [scope_of(connection, brief, share) for share in group]
        whom = [scope.numbers for scope in scopes]
        if scopes and not anew and None not in whom:
            brief = replace(brief, numbers=tuple(no for nos in whom for no in nos or ()))
        # Most ticks find nobody to plan for.
        made = None if brief.numbers == () else planned(connection, brief, gates)
        name = made.plan.fingerprint() if made and anew and scopes else None
        known = _known(connection, made) if made else []
    with database.writing() as connection:
        count = PlanCount(0, 0, 0, 0, 0)
        if not owns(connection, group, planner):
            # It took longer than the lease; whoever has taken over plans from later facts.
            return count
        again = set[int]()
        if made is not None:
            count, again = _apply(connection, _decided(made), known, Stamp(brief.as_of, planner))
            again |= {*_vanishing(made)}
        settle_order(connection, again.union(*(scope.seen.versions for scope in scopes)))
        for scope in scopes:
            take_away(connection, scope.seen)
        mark(connection, again)
        if scopes:
            note(connection, brief, scopes)
        put_meta(connection, APPROVABLE, name or "")
    return replace(count, fingerprint=name)


def _vanishing(made: Planned) -> list[int]:
    """Whose message was about to go and does not: it may come back later, at the next plan."""
    case = made.plan.case
    gone = case.candidates.pinned & ~made.plan.sends
    return sorted({int(no) for no in made.nos[case.candidates.customer[gone]]})


def _decided(made: Planned) -> Iterator[Decided]:
    """The lines of the plan as the outbox stores them, one after another.

    A list of them all would take 1.2 GB for a million customers.
    """
    codes = made.plan.reason_codes()
    for number in made.plan.lines.tolist():
        yield as_decided(made, number, codes[number])


def _known(connection: Connection, made: Planned) -> list[Stored]:
    """What the outbox has that waits, or that this plan may decide anew."""
    candidates, lines = made.plan.case.candidates, made.plan.lines
    nos = distinct(made.nos[candidates.customer[lines]]).tolist()
    occurrences = sorted(set(candidates.occurrence[lines].tolist()))
    waiting = outbox.waiting(connection, made.asked)
    return waiting + outbox.resting(connection, nos, occurrences)


def _apply(
    connection: Connection, decided: Iterator[Decided], known: Sequence[Stored], stamp: Stamp
) -> tuple[PlanCount, set[int]]:
    """Store decisions; also the numbers of customers whom others have at hand, who are left out."""
    by_key, still = {stored.key: stored for stored in known}, set[int]()
    lines = sends = added = moved = 0
    busy = set[int]()
    while batch := list(islice(decided, BATCH)):
        nos = {each.customer_no for each in batch}
        busy |= nos - free(connection, nos)
        batch = [each for each in batch if each.customer_no not in busy]
        new = [each for each in batch if each.key not in by_key]
        pairs = [(by_key[each.key], each) for each in batch if each.key in by_key]
        pairs = [(old, each) for old, each in pairs if _replaces(each, old)]
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
    gone = [
        (old.no, old.state, *_vanished(old, stamp.at))
        for old in left
        if old.customer_no not in busy
    ]
    outbox.close(connection, gone, stamp)
    return PlanCount(sends, lines - sends, added, moved, len(gone)), busy


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
