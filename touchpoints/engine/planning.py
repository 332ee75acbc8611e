"""Preview: the plan, and its lines as the outbox stores them; nothing is written here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from touchpoints.core.calendar import Ints
from touchpoints.core.gate import Gate
from touchpoints.core.message import State
from touchpoints.core.plan import Plan, make_plan
from touchpoints.engine.brief import Brief
from touchpoints.engine.collecting import collecting_rarely
from touchpoints.engine.gathering import gather
from touchpoints.store.database import Database
from touchpoints.store.outbox import Decided, Waiting


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, the store's number of each of its customers, row by row, and by which rules.

    `asked` are the numbers of all whom it is for, None for everybody.
    """

    plan: Plan
    nos: Ints
    policy: str
    asked: tuple[int, ...] | None


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


def must_hold(old: Waiting, new: Decided) -> bool:
    """What may have gone out is sent again on its own channel, or held; it is not taken back."""
    return old.in_doubt and (new.state != State.PLANNED or new.channel != old.channel)


def still_waiting(old: Waiting, new: Decided) -> Decided:
    """A message that waits for another try keeps that state when it is planned again."""
    waits = old.state == State.RETRY_WAIT and new.state == State.PLANNED
    return replace(new, state=State.RETRY_WAIT) if waits else new
