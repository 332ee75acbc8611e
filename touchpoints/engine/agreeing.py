"""What customers have agreed to: what was last said, and what that will be when time has passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from touchpoints.core.calendar import Ints
from touchpoints.core.columns import DENIED, GRANTED, NONE
from touchpoints.core.hours import Interval, union
from touchpoints.core.policy import Category
from touchpoints.core.rulebook import Rulebook
from touchpoints.core.timetable import ALWAYS
from touchpoints.store.dialect import Row

ANY, UNKNOWN = -1, -2

Place = tuple[int, int, int]
"""A customer's row, a category and a channel by their numbers."""


@dataclass(frozen=True, slots=True)
class Agreements:
    """What was last said by row, category and channel; `spans` where that changes in time to come.

    `spans` has the instants at which a category may use a channel, as the category asks for it.
    """

    state: npt.NDArray[np.int8]
    spans: Mapping[Place, tuple[Interval, ...]]


def agreements(said: Sequence[Row], rules: Rulebook, nos: Sequence[int], as_of: int) -> Agreements:
    """From statements as `reading.consents` gives them; nearly all of them hold without an end."""
    row_of = {no: row for row, no in enumerate(nos)}
    held = [each for each in said if each[4] <= as_of and _matters(each, as_of)]
    state = _last_said(held, rules, row_of, as_of)
    dated = {each[0] for each in said if each[4] > as_of or (each[5] or 0) > as_of}
    spans: dict[Place, tuple[Interval, ...]] = {}
    if dated:
        of_customer: dict[int, list[Row]] = {no: [] for no in dated}
        for each in said:
            if each[0] in dated:
                of_customer[each[0]].append(each)
        for no, statements in of_customer.items():
            spans.update(_changing(row_of[no], statements, rules, as_of))
    return Agreements(state, spans)


def _matters(said: Row, at: int) -> bool:
    """A denial that has run out is left out, as if it had never been."""
    *_, state, _, expires = said
    return expires is None or expires > at or state == "granted"


def _last_said(
    said: Sequence[Row], rules: Rulebook, row_of: Mapping[int, int], as_of: int
) -> npt.NDArray[np.int8]:
    """What was last said, by category and channel: later statements overwrite earlier ones.

    A grant that has lapsed takes back the grants before it, but no denial.
    """
    shape = (len(row_of), len(rules.categories), len(rules.channels))
    table = np.zeros(shape, dtype=np.int8)
    if not said:
        return table
    who = np.asarray([row_of[each[0]] for each in said])
    channel = _codes([each[1] for each in said], rules.channel_number)
    category = _codes([each[2] for each in said], rules.category_number)
    state = np.asarray([DENIED if each[3] == "denied" else GRANTED for each in said])
    lapsed = np.asarray([each[5] is not None and each[5] <= as_of for each in said])
    ended = np.zeros(shape, dtype=bool)
    for k in range(shape[1]):
        for c in range(shape[2]):
            about = ((category == k) | (category == ANY)) & ((channel == c) | (channel == ANY))
            spoken = about & ~lapsed
            table[who[spoken], k, c] = state[spoken]
            ended[who[about], k, c] = lapsed[about]
    table[ended & (table == GRANTED)] = NONE
    return table


def _changing(
    row: int, said: Sequence[Row], rules: Rulebook, as_of: int
) -> dict[Place, tuple[Interval, ...]]:
    """For one customer, where what holds changes: the instants at which each may be used."""
    edges = {at for each in said for at in (each[4], each[5]) if at is not None and at > as_of}
    starts = [as_of - as_of % 60, *sorted(edges)]
    tables = []
    for start in [as_of, *starts[1:]]:
        held = [each for each in said if each[4] <= start and _matters(each, start)]
        tables.append(_last_said(held, rules, {said[0][0]: 0}, start)[0])
    found: dict[Place, tuple[Interval, ...]] = {}
    for k, category in enumerate(rules.categories):
        for c in range(len(rules.channels)):
            free = [_allows(category, int(table[k, c])) for table in tables]
            if len(set(free)) > 1:
                pieces = zip(starts, [*starts[1:], ALWAYS], free, strict=True)
                found[row, k, c] = union((start, end) for start, end, allowed in pieces if allowed)
    return found


def _allows(category: Category, state: int) -> bool:
    if category.consent == "none":
        return True
    return state == GRANTED if category.consent == "required" else state != DENIED


def _codes(names: Sequence[str], numbers: Mapping[str, int]) -> Ints:
    codes = {"*": ANY, **numbers}
    return np.asarray([codes.get(name, UNKNOWN) for name in names], dtype=np.int64)
