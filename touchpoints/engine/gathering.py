"""From the store to columns: all that one plan depends on, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from touchpoints.core.calendar import Ints
from touchpoints.core.columns import Bools, Candidates, Committed, Customers, Words, distinct
from touchpoints.core.message import OPEN, State
from touchpoints.core.plan import Situation
from touchpoints.core.policy import Duration
from touchpoints.core.rulebook import Rulebook
from touchpoints.engine.audiences import Audiences
from touchpoints.engine.brief import Brief
from touchpoints.engine.crowd import BASE_COLUMNS, customers, objects
from touchpoints.engine.holidays import closed_days
from touchpoints.engine.occurring import Finder, Found
from touchpoints.store import reading
from touchpoints.store.database import Row

DAY = 86400


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a plan is made from, and the store's numbers of its customers, row by row."""

    situation: Situation
    nos: Ints


def gather(connection: Connection, brief: Brief) -> Gathered:
    """Read everything that decides, for the brief's horizon and customers, at one point in time."""
    policy = brief.workspace.policy
    closed = closed_days(policy, brief.as_of // DAY - 2, brief.until // DAY + 400)
    rules = Rulebook(policy, reading.paused_touchpoints(connection), closed)
    nos: list[int] | None = None
    if brief.customers is not None:
        nos = sorted(reading.customer_numbers(connection, brief.customers).values())
    found = Finder(connection, brief, nos).find(rules)
    met = distinct(np.concatenate([each.no for each in found])) if found else np.zeros(0, np.int64)
    audiences = Audiences(rules, brief)
    columns = BASE_COLUMNS + tuple(sorted(audiences.columns - set(BASE_COLUMNS)))
    rows = reading.customers(connection, met.tolist(), columns)
    people = customers(connection, brief, rules, rows)
    numbers = np.asarray([row[0] for row in rows], dtype=np.int64)
    counted = _counted(connection, brief, rules, people, numbers)
    audience = audiences.judge(found, rows, counted)
    candidates = _candidates(connection, brief, rules, _Joined(found, audience, numbers))
    committed = _committed(rules, counted, numbers)
    situation = Situation(rules, people, candidates, committed, brief.as_of, brief.until)
    return Gathered(situation, numbers)


def _counted(
    connection: Connection, brief: Brief, rules: Rulebook, people: Customers, numbers: Ints
) -> list[Row]:
    own = [wish.own_cap.per for wish in people.wishes if wish.own_cap is not None]
    back = max([rules.longest(), *(_seconds(per) for per in own)])
    if any("history." in design.audience for design in rules.touchpoints):
        back = max(back, 366 * DAY)
    return reading.counted(connection, numbers.tolist(), brief.as_of - back)


def _seconds(per: Duration) -> int:
    return per.seconds + (DAY if per.days is not None else 0)


@dataclass(frozen=True, slots=True)
class _Joined:
    """The occurrences of all touchpoints one after another, and the customers' numbers by row."""

    found: Sequence[Found]
    audience: Sequence[Bools]
    numbers: Ints

    def column(self, name: str) -> Ints:
        parts = [getattr(each.occurrences, name) for each in self.found]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _candidates(
    connection: Connection, brief: Brief, rules: Rulebook, joined: _Joined
) -> Candidates:
    found = joined.found
    no = np.concatenate([each.no for each in found]) if found else np.zeros(0, dtype=np.int64)
    customer = _row_of(joined.numbers, no)
    touchpoint = np.concatenate(
        [np.full(len(each.no), each.touchpoint, dtype=np.int64) for each in found]
        or [np.zeros(0, dtype=np.int64)]
    )
    label: Words = joined.column("label").astype(object)
    closed, pinned, pinned_at = _known(connection, brief, rules, (no, touchpoint, label))
    rank = np.unique(label.astype(str), return_inverse=True)[1] if len(label) else label
    order = np.lexsort((rank, touchpoint, customer)) if len(label) else np.zeros(0, dtype=np.int64)
    order = order[~closed[order]]
    audience = np.concatenate(joined.audience) if found else np.zeros(0, dtype=bool)
    return Candidates(
        customer=customer[order],
        touchpoint=touchpoint[order],
        occurrence=label[order],
        day=joined.column("day")[order],
        next_day=joined.column("next_day")[order],
        offset=joined.column("offset")[order],
        audience=audience[order],
        pinned=pinned[order],
        pinned_at=pinned_at[order],
    )


def _known(
    connection: Connection, brief: Brief, rules: Rulebook, keys: tuple[Ints, Ints, Words]
) -> tuple[Bools, Ints, Ints]:
    """Which keys are closed because their message went its way, and which are about to go out."""
    no, touchpoint, label = keys
    closed = np.zeros(len(no), dtype=bool)
    pinned, pinned_at = np.full(len(no), -1, dtype=np.int64), np.zeros(len(no), dtype=np.int64)
    customers = distinct(no).tolist()
    outbox = {
        (row[0], row[1], row[2]): row[3:]
        for row in reading.messages(connection, customers, sorted(set(label.tolist())))
    }
    if outbox:
        soon = brief.as_of + brief.workspace.policy.freeze.seconds
        suspects = np.flatnonzero(np.isin(no, [key[0] for key in outbox]))
        for place in suspects.tolist():
            name = rules.touchpoints[touchpoint[place]].name
            state, channel, send_at = outbox.get((no[place], name, label[place]), (None, None, 0))
            closed[place] = state is not None and State(state) not in OPEN
            frozen = state == State.RETRY_WAIT or (state == State.PLANNED and send_at < soon)
            if frozen and channel in rules.touchpoints[touchpoint[place]].channels:
                pinned[place], pinned_at[place] = rules.channel_number[channel], send_at
    return closed, pinned, pinned_at


def _committed(rules: Rulebook, counted: Sequence[Row], numbers: Ints) -> Committed:
    rows = sorted(counted, key=lambda row: row[:2])
    known: dict[Row, int] = {}
    for row in rows:
        if row[2:] not in known:
            channel, category, topic, touchpoint = (value or None for value in row[2:])
            known[row[2:]] = rules.counted(category, channel, topic, touchpoint)
    customer = _row_of(numbers, np.asarray([row[0] for row in rows], dtype=np.int64))
    order = np.argsort(customer, kind="stable")
    return Committed(
        customer=customer[order],
        at=np.asarray([row[1] for row in rows], dtype=np.int64)[order],
        limits=np.asarray([known[row[2:]] for row in rows], dtype=np.int64)[order],
        label=objects([_label(row) for row in rows])[order],
    )


def _label(row: Row) -> str:
    _, _, channel, category, topic, touchpoint = row
    return str(touchpoint or topic or category or channel or "another sender")


def _row_of(numbers: Ints, nos: Ints) -> Ints:
    """The row of each customer number; the rows are ordered by id, not by number."""
    order = np.argsort(numbers, kind="stable")
    return np.asarray(order[np.searchsorted(numbers[order], nos)], dtype=np.int64)
