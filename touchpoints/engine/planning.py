"""Preview: the plan, and its lines as the outbox stores them; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from touchpoints.core.calendar import Ints
from touchpoints.core.gate import Gate
from touchpoints.core.message import State
from touchpoints.core.plan import Plan, make_plan
from touchpoints.engine.brief import Brief
from touchpoints.engine.collecting import collecting_rarely
from touchpoints.engine.gathering import gather
from touchpoints.store.database import Database
from touchpoints.store.dialect import Row
from touchpoints.store.outbox import Decided, Waiting


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, the store's number of each of its customers, row by row, and by which rules.

    `asked` are the numbers of all whom it is for, None for everybody; `people` the customers' rows
    with all columns, where the brief asked for them.
    """

    plan: Plan
    nos: Ints
    policy: str
    asked: tuple[int, ...] | None
    people: Sequence[Row]


def preview(database: Database, brief: Brief, gates: Sequence[Gate]) -> Plan:
    """The plan; nothing is written."""
    with database.reading() as connection:
        return planned(connection, brief, gates).plan


def planned(connection: Connection, brief: Brief, gates: Sequence[Gate]) -> Planned:
    """The plan for a brief, from what a connection sees."""
    with collecting_rarely():
        gathered = gather(connection, brief)
        made = make_plan(gathered.situation, gates)
    policy = brief.workspace.fingerprint
    return Planned(made, gathered.nos, policy, gathered.asked, gathered.people)


def decisions(
    made: Planned, numbers: Sequence[int], codes: Sequence[str | None]
) -> Iterator[Decided]:
    """These candidates of a plan, with the reason codes of all, as the outbox stores them.

    Columns are read at once, as for all that is one of a hundred thousand, but for some thousands
    at a time: a list of all would take 1.2 GB for a million customers.
    """
    case, awards = made.plan.case, made.plan.awards
    designs, channels = case.rulebook.touchpoints, case.rulebook.channels
    counts = [each.counts for each in case.rulebook.category_of]
    for start in range(0, len(numbers), AT_ONCE):
        part = np.asarray(numbers[start : start + AT_ONCE], dtype=np.int64)
        # A shadow is recorded with the way and the instant that it would have taken.
        route = awards.route[part]
        columns = (
            part,
            made.nos[case.candidates.customer[part]],
            case.candidates.touchpoint[part],
            case.candidates.occurrence[part],
            np.where(route >= 0, case.routes.channel[route], -1) if len(case.routes) else route,
            awards.at[part],
            made.plan.windows[part, 1],
            awards.score[part],
            awards.next_allowed[part],
            awards.into[part],
        )
        for number, no, row, key, on, at, close_at, score, again, into in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            code, design = codes[number], designs[row]
            sends = on >= 0 and code is None
            yield Decided(  # by position: names take three times as long
                no,
                design.name,
                str(key),
                State.PLANNED if sends else State.WITHHELD,
                design.category,
                design.topic,
                counts[row],
                channels[on] if on >= 0 else None,
                at if on >= 0 else None,
                close_at,
                score,
                code,
                None if sends else made.plan.detail(number, code),
                again or None,
                made.policy,
                made.plan.label(into) if into >= 0 else None,
            )


AT_ONCE = 5_000
"""Decisions whose columns are read together."""


def must_hold(old: Waiting, new: Decided) -> bool:
    """What may have gone out is sent again on its own channel, or held; it is not taken back."""
    return old.in_doubt and (new.state != State.PLANNED or new.channel != old.channel)


def still_waiting(old: Waiting, new: Decided) -> Decided:
    """A message that waits for another try keeps that state when it is planned again."""
    waits = old.state == State.RETRY_WAIT and new.state == State.PLANNED
    return new._replace(state=State.RETRY_WAIT) if waits else new
