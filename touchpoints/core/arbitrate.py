"""Who gets the slots: every customer's best at once, and a contest where candidates compete.

Customers with one candidate and nothing that could refuse it need no weighing and are served
columnwise, all at once; the others, usually a few per cent, are settled one by one, or together
where they share an address that caps count by. Where lines or channels can take only so much, those
with the most at stake come first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from touchpoints.core.calendar import Ints
from touchpoints.core.columns import Bools, distinct
from touchpoints.core.contest import Contest
from touchpoints.core.gate import Case
from touchpoints.core.options import Options, options_of
from touchpoints.core.phrase import Phrase
from touchpoints.core.race import SHADOW, Awards, Race
from touchpoints.core.sharing import groups
from touchpoints.core.timetable import ALWAYS


def arbitrate(race: Race) -> Awards:
    """Give every candidate with an open route its slot, or the limit that refused it."""
    case = race.case
    awards = Awards.none(len(case.candidates))
    routes = np.flatnonzero(race.open)
    if len(routes):
        shared = groups(case.customers)
        contested = _contested(race, routes, shared)
        alone = routes[~contested[case.routes.customer[routes]]]
        if len(alone):
            options = options_of(case, alone, first_day_only=True)
            contested[_serve_alone(case, options, awards)] = True
            contested[_too_late(case, alone, options)] = True
        competing = routes[contested[case.routes.customer[routes]]]
        if len(competing):
            _contest(race, competing, shared, awards)
    _say_what_is_shadow(case, awards)
    return awards


def _contested(race: Race, routes: Ints, shared: Ints) -> Bools:
    """The customers for whom something has to be weighed; `shared` has each customer's group."""
    candidates = race.case.candidates
    runners = distinct(race.case.routes.candidate[routes])
    count = np.bincount(candidates.customer[runners], minlength=len(race.case.customers))
    contested: Bools = count > 1
    contested[_users_of_capacity(race.case, routes)] = True
    for refused in _refused_nearby(race, routes):
        contested[refused] = True
    contested |= np.bincount(shared, minlength=len(contested))[shared] > 1
    return contested


def _users_of_capacity(case: Case, routes: Ints) -> Ints:
    """The customers whose messages could take of a line or channel that is not without end."""
    rules, columns = case.rulebook, case.routes
    uses = np.asarray(
        [
            [bool(rules.uses(row, column)) for column in range(len(rules.channels))]
            for row in range(len(rules.touchpoints))
        ],
        dtype=bool,
    )
    limited = uses[columns.touchpoint[routes], columns.channel[routes]]
    users: Ints = columns.customer[routes[limited]]
    return users


def _refused_nearby(race: Race, routes: Ints) -> Iterator[Ints]:
    """The customers for whom what is committed may refuse something in a window: maybe too many.

    The rule of `touchpoints.core.caps`, columnwise; local dates are widened by a day.
    """
    case, committed = race.case, race.committed
    opens, closes = _widest_windows(case, routes)
    for number, limit in enumerate(case.rulebook.limits):
        rows = np.flatnonzero(committed.limits >> number & 1)
        if len(rows) >= limit.max:
            customer, at = committed.customer[rows], committed.at[rows]
            span = (limit.span + 1) * 86400 if limit.by_day else limit.span
            first, last = slice(None, len(rows) - limit.max + 1), slice(limit.max - 1, None)
            here, low, high = customer[first], at[last] - span, at[first] + span
            refused = (here == customer[last]) & (at[last] - at[first] < span)
            yield here[refused & (high > opens[here]) & (low < closes[here])]
    own = np.asarray([wishes.own_cap is not None for wishes in case.customers.wishes], dtype=bool)
    yield committed.customer[own[case.customers.wish[committed.customer]]]


def _widest_windows(case: Case, routes: Ints) -> tuple[Ints, Ints]:
    """For each customer the first opening and the last close of all windows."""
    opens, closes = np.full(len(case.customers), ALWAYS), np.zeros(len(case.customers), np.int64)
    slots, customer = case.routes.slots[routes], case.routes.customer[routes]
    np.minimum.at(opens, customer, np.asarray([each.open for each in case.slots])[slots])
    np.maximum.at(closes, customer, np.asarray([each.close for each in case.slots])[slots])
    return opens, closes


def _serve_alone(case: Case, options: Options, awards: Awards) -> Ints:
    """The best option of each candidate; returns the customers of whom one is planned otherwise."""
    firsts = np.flatnonzero(np.diff(options.candidate, prepend=-1))
    candidate, channel = options.candidate[firsts], options.channel[firsts]
    awards.route[candidate] = options.route[firsts]
    awards.at[candidate] = options.minute[firsts]
    awards.score[candidate] = options.score[firsts]
    candidates = case.candidates
    planned, at = candidates.planned[candidate], candidates.planned_at[candidate]
    elsewhere = (planned >= 0) & ((planned != channel) | (at != options.minute[firsts]))
    moved: Ints = options.customer[firsts[elsewhere & ~candidates.pinned[candidate]]]
    return moved


def _too_late(case: Case, routes: Ints, options: Options) -> Ints:
    """The customers of candidates that are about to go out, and have no minute left for it."""
    runners = case.routes.candidate[routes]
    left = distinct(runners[case.candidates.pinned[runners]])
    late: Ints = case.candidates.customer[np.setdiff1d(left, options.candidate)]
    return late


def _contest(race: Race, routes: Ints, shared: Ints, awards: Awards) -> None:
    """Settle the customers that compete, group by group."""
    case = race.case
    runners = distinct(case.routes.candidate[routes])
    awards.route[runners], awards.at[runners], awards.score[runners] = -1, 0, 0.0
    options = options_of(case, routes)
    late = np.setdiff1d(runners, options.candidate)
    awards.reason[late], awards.detail[late] = "no_time", str(Phrase("time_passed"))
    group = shared[options.customer]
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    parts = [part for part in np.split(order, starts[1:]) if len(part)]
    members = _members(shared, distinct(group))
    for together in _by_stake(race, options, parts):
        contests = [Contest(race, members[int(group[part[0]])], options, part) for part in together]
        for obeying in (False, True):
            for each in contests:
                each.hold(obeying=obeying)
        for each in contests:
            each.serve(awards)


def _members(shared: Ints, wanted: Ints) -> dict[int, list[int]]:
    """The customers of each wanted group."""
    order = np.argsort(shared, kind="stable")
    low = np.searchsorted(shared[order], wanted)
    high = np.searchsorted(shared[order], wanted, side="right")
    ends = zip(wanted.tolist(), low.tolist(), high.tolist(), strict=True)
    return {group: order[start:end].tolist() for group, start, end in ends}


def _by_stake(race: Race, options: Options, parts: Sequence[Ints]) -> Iterator[Sequence[Ints]]:
    """Without capacities one by one, in any order; with them, those with the most at stake first.

    Before all others, and all together, come those who have a message that cannot move: it takes
    its part of a line or channel before anything that can.
    """
    if race.load is None:
        yield from ([part] for part in parts)
        return
    case = race.case
    obeys = np.asarray([each.obeys_caps for each in case.rulebook.category_of], dtype=bool)
    held = case.candidates.pinned | ~obeys[case.candidates.touchpoint]

    def stake(part: Ints) -> tuple[float, str]:
        first = part[np.argmax(options.weight[part])]
        customer = str(case.customers.id[options.customer[first]])
        return -round(float(options.weight[first]), 9), customer

    fixed, others = list[Ints](), list[Ints]()
    for part in parts:
        (fixed if held[options.candidate[part]].any() else others).append(part)
    yield sorted(fixed, key=stake)
    for part in sorted(others, key=stake):
        yield [part]


def _say_what_is_shadow(case: Case, awards: Awards) -> None:
    """What would go out, were its touchpoint not only a shadow."""
    shadow = np.asarray([each.shadow for each in case.rulebook.touchpoints], dtype=bool)
    awards.reason[shadow[case.candidates.touchpoint] & (awards.route >= 0)] = SHADOW
