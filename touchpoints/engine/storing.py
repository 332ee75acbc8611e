"""Storing: the plan becomes messages in the outbox, share by share of the customers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Connection

from touchpoints.core.columns import distinct
from touchpoints.core.gate import Gate
from touchpoints.core.rulebook import Rulebook
from touchpoints.engine.applying import PlanCount, apply
from touchpoints.engine.brief import Brief
from touchpoints.engine.collecting import collecting_rarely
from touchpoints.engine.planning import Planned, planned
from touchpoints.engine.replanning import note, scope_of
from touchpoints.errors import StoreError
from touchpoints.store import outbox
from touchpoints.store.changes import mark, settle_order, take_away
from touchpoints.store.database import Database
from touchpoints.store.dialect import dialect_of
from touchpoints.store.outbox import Stored
from touchpoints.store.shares import Share, cut, give_back, lease, owns, shares
from touchpoints.store.stamp import PLANNER, Stamp
from touchpoints.store.statements import put_meta

APPROVABLE = "plan_fingerprint"
"""The name under which the database keeps the fingerprint of the plan that it holds whole."""


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


@collecting_rarely()
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
        count, again = PlanCount(0, 0, 0, 0, 0), set[int]()
        if not owns(connection, group, planner):
            # It took longer than the lease; whoever has taken over plans from later facts.
            return count
        if made is not None:
            count, again = apply(connection, made, known, Stamp(brief.as_of, planner))
            again |= {*_vanishing(made)}
        # Messages before changes: whoever records an answer takes them in this order, too.
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


def _known(connection: Connection, made: Planned) -> list[Stored]:
    """What the outbox has that waits, or that this plan may decide anew."""
    candidates, lines = made.plan.case.candidates, made.plan.lines
    nos = distinct(made.nos[candidates.customer[lines]]).tolist()
    occurrences = sorted(set(candidates.occurrence[lines].tolist()))
    waiting = outbox.waiting(connection, made.asked)
    return waiting + outbox.resting(connection, nos, occurrences)
