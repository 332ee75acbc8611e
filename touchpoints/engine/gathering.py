"""From the store to columns: all that one plan depends on, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from sqlalchemy import Connection

from touchpoints.content.catalogue import Catalogue
from touchpoints.content.sections import merging
from touchpoints.core.calendar import Ints
from touchpoints.core.capacity import Taken
from touchpoints.core.columns import Bools, Candidates, Committed, Customers, Words, distinct
from touchpoints.core.plan import Situation
from touchpoints.core.policy import Duration
from touchpoints.core.rulebook import Merging, Rulebook
from touchpoints.engine.audiences import Audiences
from touchpoints.engine.brief import Brief
from touchpoints.engine.crowd import by_address, customers, objects
from touchpoints.engine.holidays import closed_days
from touchpoints.engine.occurring import Finder, Found
from touchpoints.engine.standing import known_of
from touchpoints.store import reading
from touchpoints.store.dialect import Row

DAY = 86400

_catalogue = lru_cache(maxsize=4)(Catalogue)
"""The texts of a folder, kept for the next plan: reading them anew takes 40 ms."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a plan is made from, and the store's numbers of its customers, row by row.

    `asked` are the numbers of all whom it is for, also of those without a candidate (None: all);
    `people` the customers' rows with all columns, where the brief asks for them.
    """

    situation: Situation
    nos: Ints
    asked: tuple[int, ...] | None
    people: Sequence[Row]


def gather(connection: Connection, brief: Brief) -> Gathered:
    """Read everything that decides, for the brief's horizon and customers, at one point in time."""
    rules = rulebook_of(connection, brief)
    nos = _whom(connection, brief, rules)
    found = Finder(connection, brief, nos).find(rules)
    met = distinct(np.concatenate([each.no for each in found])) if found else np.zeros(0, np.int64)
    if by_address(rules):
        met = np.asarray(reading.sharers(connection, met.tolist()), dtype=np.int64)
    audiences = Audiences(rules, brief)
    rows = reading.customers(connection, met.tolist(), audiences.columns)
    people = customers(connection, brief, rules, rows)
    numbers = np.asarray([row[0] for row in rows], dtype=np.int64)
    counted = _counted(connection, brief, rules, people, numbers)
    audience = audiences.judge(found, rows, counted)
    candidates = _candidates(connection, brief, rules, _Joined(found, audience, numbers))
    committed = _committed(rules, counted, numbers)
    taken = _taken(connection, brief, rules, nos)
    situation = Situation(rules, people, candidates, committed, brief.as_of, brief.until, taken)
    people_kept = rows if brief.whole else ()
    return Gathered(situation, numbers, None if nos is None else tuple(nos), people_kept)


def rulebook_of(connection: Connection, brief: Brief) -> Rulebook:
    """The rules of a brief with what its days, its texts and its operators say."""
    workspace, policy = brief.workspace, brief.workspace.policy
    closed = closed_days(policy, brief.as_of // DAY - 2, brief.until // DAY + 400)
    merges = None
    if "merge" in policy.topics.values():
        texts = [
            (template, channel)
            for design in policy.touchpoints.values()
            for template in design.templates
            for channel in design.channels
        ]
        merges = Merging(*merging(_catalogue(workspace.templates), dict.fromkeys(texts)))
    return Rulebook(policy, reading.paused_touchpoints(connection), closed, merges)


def _whom(connection: Connection, brief: Brief, rules: Rulebook) -> list[int] | None:
    """The numbers of the brief's customers, and of all whom a shared address ties to them."""
    if brief.everybody:
        return None
    nos = list(brief.numbers or ())
    if brief.customers is not None:
        nos = sorted(reading.customer_numbers(connection, brief.customers).values())
    while by_address(rules) and len(wider := reading.sharers(connection, nos)) > len(nos):
        nos = sorted(wider)
    return nos


def _taken(connection: Connection, brief: Brief, rules: Rulebook, nos: list[int] | None) -> Taken:
    """What messages that this plan does not decide take of lines and channels."""
    if not rules.resources:
        return Taken.nothing()
    found: list[tuple[int, int, int]] = []
    # A local day has up to 25 hours.
    for name, channel, minute, count in reading.taken(connection, nos, brief.as_of - 2 * DAY):
        touchpoint = rules.touchpoint_number.get(name)
        if touchpoint is not None and channel in rules.channel_number:
            for number, weight in rules.uses(touchpoint, rules.channel_number[channel]):
                found.append((number, minute * 60, weight * count))
    columns = np.asarray(found, dtype=np.int64).reshape(-1, 3)
    return Taken(columns[:, 0], columns[:, 1], columns[:, 2])


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
    known = known_of(connection, brief, rules, (no, touchpoint, label))
    # By looking up: as a column of fixed width, one key of 400 letters would make all as wide.
    ranks = {text: place for place, text in enumerate(sorted(set(label.tolist())))}
    rank = np.fromiter((ranks[text] for text in label.tolist()), np.int64, len(label))
    order = np.lexsort((rank, touchpoint, customer)) if len(label) else np.zeros(0, dtype=np.int64)
    order = order[~known.closed[order]]
    earliest = joined.column("earliest")
    audience = np.concatenate(joined.audience) if found else np.zeros(0, dtype=bool)
    return Candidates(
        customer=customer[order],
        touchpoint=touchpoint[order],
        occurrence=label[order],
        day=joined.column("day")[order],
        base=joined.column("base")[order],
        next_day=joined.column("next_day")[order],
        # An instant that has passed holds nothing back; candidates that are alike share their time.
        earliest=np.where(earliest > brief.as_of, earliest, 0)[order],
        offset=joined.column("offset")[order],
        audience=audience[order],
        failed=known.failed[order],
        planned=known.planned[order],
        planned_at=known.planned_at[order],
        pinned=known.pinned[order],
        tried_at=known.tried_at[order],
    )


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
        channel=np.asarray([rules.channel_number.get(row[2], -1) for row in rows], dtype=np.int64)[
            order
        ],
    )


def _label(row: Row) -> str:
    _, _, channel, category, topic, touchpoint = row
    return str(touchpoint or topic or category or channel or "another sender")


def _row_of(numbers: Ints, nos: Ints) -> Ints:
    """The row of each customer number; the rows are ordered by id, not by number."""
    order = np.argsort(numbers, kind="stable")
    return np.asarray(order[np.searchsorted(numbers[order], nos)], dtype=np.int64)
