"""Preview and plan: the same plan, once only shown, once also stored in the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from touchpoints.core.calendar import Ints
from touchpoints.core.decision import Decision
from touchpoints.core.gate import Gate
from touchpoints.core.message import State
from touchpoints.core.plan import Plan, make_plan
from touchpoints.engine.brief import Brief
from touchpoints.engine.gathering import gather
from touchpoints.engine.replanning import note, scope_of
from touchpoints.store import outbox
from touchpoints.store.changes import mark, take_away
from touchpoints.store.database import Database, put_meta
from touchpoints.store.outbox import Decided, Stored, Waiting

APPROVABLE = "plan_fingerprint"
"""The name under which the database keeps the fingerprint of the plan that it holds whole."""


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
        made = planned(connection, brief, gates)
        decided = [
            as_decided(made, number, decision)
            for number, decision in zip(
                made.plan.lines.tolist(), made.plan.decisions(), strict=True
            )
        ]
        name = made.plan.fingerprint() if anew and scope is not None else None
        known = outbox.waiting(connection, made.asked)
        nos = sorted({each.customer_no for each in decided})
        known += outbox.resting(connection, nos, sorted({each.occurrence for each in decided}))
    with database.writing() as connection:
        count = _apply(connection, decided, known, brief.as_of)
        if scope is not None:
            take_away(connection, scope.seen)
            note(connection, brief, scope)
        mark(connection, _vanishing(made))
        put_meta(connection, APPROVABLE, name or "")
    return replace(count, fingerprint=name)


def _vanishing(made: Planned) -> list[int]:
    """Whose message was about to go and does not: it may come back later, at the next plan."""
    case = made.plan.case
    gone = case.candidates.pinned & ~made.plan.sends
    return sorted({int(no) for no in made.nos[case.candidates.customer[gone]]})


def as_decided(made: Planned, number: int, decision: Decision) -> Decided:
    """A line of the plan as the outbox stores it."""
    case = made.plan.case
    category = case.rulebook.category_of[int(case.candidates.touchpoint[number])]
    sends = decision.verdict == "send"
    # A shadow is recorded with the way and the instant that it would have taken.
    route = int(made.plan.awards.route[number])
    channel = case.rulebook.channels[int(case.routes.channel[route])] if route >= 0 else None
    return Decided(
        customer_no=int(made.nos[int(case.candidates.customer[number])]),
        touchpoint=decision.touchpoint,
        occurrence=decision.occurrence,
        state=State.PLANNED if sends else State.WITHHELD,
        category=decision.category,
        topic=decision.topic,
        counts=category.counts,
        channel=channel,
        send_at=int(made.plan.awards.at[number]) if route >= 0 else None,
        close_at=int(made.plan.windows[number, 1]),
        score=decision.score,
        reason=decision.reason,
        detail=decision.detail,
        next_allowed=decision.next_allowed,
        policy=made.policy,
        merged_into=decision.merged_into,
    )


def _apply(
    connection: Connection, decided: Sequence[Decided], known: Sequence[Stored], now: int
) -> PlanCount:
    by_key = {stored.key: stored for stored in known}
    new = [each for each in decided if each.key not in by_key]
    pairs = [(by_key[each.key], each) for each in decided if each.key in by_key]
    pairs = [(old, each) for old, each in pairs if not must_hold(old, each)]
    # What one channel refused stays so, with its reason, until another channel takes it.
    pairs = [
        (old, each)
        for old, each in pairs
        if old.state != State.REJECTED or each.state == State.PLANNED
    ]
    changed = [(old, still_waiting(old, each)) for old, each in pairs if _differs(old, each, now)]
    still = {each.key for _, each in pairs}
    gone = [
        (old.no, old.state, *_vanished(old, now))
        for old in known
        if old.key not in still and old.state in {State.PLANNED, State.RETRY_WAIT}
    ]
    outbox.insert(connection, new, now)
    outbox.redecide(connection, changed, now)
    outbox.close(connection, gone, now)
    sends = sum(each.state == State.PLANNED for each in decided)
    return PlanCount(sends, len(decided) - sends, len(new), len(changed), len(gone))


def must_hold(old: Waiting, new: Decided) -> bool:
    """What may have gone out is sent again on its own channel, or held; it is not taken back."""
    return old.in_doubt and (new.state != State.PLANNED or new.channel != old.channel)


def _differs(old: Stored, new: Decided, now: int) -> bool:
    if (old.policy, old.merged_into) != (new.policy, new.merged_into):
        return True
    if new.state == State.PLANNED and old.state in {State.PLANNED, State.RETRY_WAIT}:
        overdue = old.send_at is not None and old.send_at <= now and (new.send_at or 0) <= now
        moved = old.send_at != new.send_at and not overdue
        return moved or (old.channel, old.close_at) != (new.channel, new.close_at)
    before = (old.state, old.close_at, old.reason, old.detail, old.next_allowed)
    return before != (new.state, new.close_at, new.reason, new.detail, new.next_allowed)


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
