"""Preview and plan: the same plan, once only shown, once also stored in the outbox."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy import Connection

from touchpoints.core.calendar import Ints
from touchpoints.core.columns import distinct
from touchpoints.core.gate import Gate
from touchpoints.core.message import State
from touchpoints.core.plan import Plan, make_plan
from touchpoints.engine.brief import Brief
from touchpoints.engine.collecting import collecting_rarely
from touchpoints.engine.gathering import gather
from touchpoints.engine.replanning import note, scope_of
from touchpoints.store import outbox
from touchpoints.store.changes import mark, take_away
from touchpoints.store.database import Database, put_meta
from touchpoints.store.outbox import Decided, Stored, Waiting
from touchpoints.store.stamp import PLANNER, Stamp

APPROVABLE = "plan_fingerprint"
"""The name under which the database keeps the fingerprint of the plan that it holds whole."""
BATCH = 10_000
"""Decisions that are stored together: a statement for each takes longer, all at once take 1 GB."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, the store's number of each of its customers, row by row, and by which rules.

    `asked` are the numbers of all whom it is for, None for everybody.
    """

    plan: Plan
    nos: Ints
    policy: str
    asked: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class PlanCount:
    """What storing a plan changed in the outbox; a plan for everybody has its fingerprint."""

    sends: int
    withheld: int
    new: int
    changed: int
    vanished: int
    fingerprint: str | None = None


def preview(database: Database, brief: Brief, gates: Sequence[Gate]) -> Plan:
    """The plan; nothing is written."""
    with database.reading() as connection:
        return planned(connection, brief, gates).plan


def planned(connection: Connection, brief: Brief, gates: Sequence[Gate]) -> Planned:
    """The plan for a brief, from what a connection sees."""
    with collecting_rarely():
        gathered = gather(connection, brief)
        made = make_plan(gathered.situation, gates)
    return Planned(made, gathered.nos, brief.workspace.fingerprint, gathered.asked)


def store_plan(
    database: Database, brief: Brief, gates: Sequence[Gate], *, anew: bool = False
) -> PlanCount:
    """Make the plan and store it: new decisions, changed ones, and those that vanished.

    Only those are planned whose plan may have changed since the last one; `anew` plans everybody,
    which comes to the same. Only the owner of the outbox may call this. Facts that change meanwhile
    are met at sending.
    """
    with database.reading() as connection:
        scope = scope_of(connection, brief) if brief.everybody else None
        if scope is not None and not anew:
            brief = replace(brief, numbers=scope.numbers)
        # Most ticks find nobody to plan for.
        made = None if brief.numbers == () else planned(connection, brief, gates)
        name = made.plan.fingerprint() if made and anew and scope is not None else None
        known = _known(connection, made) if made else []
    with database.writing() as connection:
        count = PlanCount(0, 0, 0, 0, 0)
        if made is not None:
            count = _apply(connection, _decided(made), known, Stamp(brief.as_of, PLANNER))
        if scope is not None:
            take_away(connection, scope.seen)
            note(connection, brief, scope)
        if made is not None:
            mark(connection, _vanishing(made))
        put_meta(connection, APPROVABLE, name or "")
    return replace(count, fingerprint=name)


def _vanishing(made: Planned) -> list[int]:
    """Whose message was about to go and does not: it may come back later, at the next plan."""
    case = made.plan.case
    gone = case.candidates.pinned & ~made.plan.sends
    return sorted({int(no) for no in made.nos[case.candidates.customer[gone]]})


def as_decided(made: Planned, number: int, code: str | None) -> Decided:
    """A line of the plan, with its reason code, as the outbox stores it."""
    case, awards = made.plan.case, made.plan.awards
    touchpoint = int(case.candidates.touchpoint[number])
    design, into = case.rulebook.touchpoints[touchpoint], int(awards.into[number])
    # A shadow is recorded with the way and the instant that it would have taken.
    route = int(awards.route[number])
    sends = route >= 0 and code is None
    return Decided(
        customer_no=int(made.nos[case.candidates.customer[number]]),
        touchpoint=design.name,
        occurrence=str(case.candidates.occurrence[number]),
        state=State.PLANNED if sends else State.WITHHELD,
        category=design.category,
        topic=design.topic,
        counts=case.rulebook.category_of[touchpoint].counts,
        channel=case.rulebook.channels[case.routes.channel[route]] if route >= 0 else None,
        send_at=int(awards.at[number]) if route >= 0 else None,
        close_at=int(made.plan.windows[number, 1]),
        score=float(awards.score[number]),
        reason=code,
        detail=None if sends else made.plan.detail(number, code),
        next_allowed=int(awards.next_allowed[number]) or None,
        policy=made.policy,
        merged_into=made.plan.label(into) if into >= 0 else None,
    )


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
) -> PlanCount:
    by_key, still = {stored.key: stored for stored in known}, set[int]()
    lines = sends = added = moved = 0
    while batch := list(islice(decided, BATCH)):
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
    gone = [
        (old.no, old.state, *_vanished(old, stamp.at))
        for old in known
        if old.no not in still and old.state in {State.PLANNED, State.RETRY_WAIT}
    ]
    outbox.close(connection, gone, stamp)
    return PlanCount(sends, lines - sends, added, moved, len(gone))


def _replaces(new: Decided, old: Stored) -> bool:
    """Whether a decision replaces what is stored; what may have gone out is held instead.

    What one channel refused stays so, with its reason, until another channel takes it.
    """
    refused = old.state == State.REJECTED and new.state != State.PLANNED
    return not must_hold(old, new) and not refused


def must_hold(old: Waiting, new: Decided) -> bool:
    """What may have gone out is sent again on its own channel, or held; it is not taken back."""
    return old.in_doubt and (new.state != State.PLANNED or new.channel != old.channel)


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


def still_waiting(old: Waiting, new: Decided) -> Decided:
    """A message that waits for another try keeps that state when it is planned again."""
    waits = old.state == State.RETRY_WAIT and new.state == State.PLANNED
    return replace(new, state=State.RETRY_WAIT) if waits else new


def _vanished(old: Stored, now: int) -> tuple[State, str]:
    """Nobody can say; or its window closed; or what it was about is not so any more."""
    if old.in_doubt:
        return State.HELD, "in_doubt"
    if old.close_at <= now:
        return State.EXPIRED, "expired"
    return State.CANCELLED, "stale"
