"""Who gets the slots: every customer's best at once, and a contest where candidates compete.

Customers with one candidate and nothing that could refuse it need no weighing and are served
columnwise, all at once; the others, usually a few per cent, are settled one by one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from touchpoints.core.calendar import Ints
from touchpoints.core.columns import Bools, distinct
from touchpoints.core.contest import Awards, Contest, Race
from touchpoints.core.gate import Case
from touchpoints.core.search import DAY_WORTH, PLACE_WORTH, worth
from touchpoints.core.timetable import ALWAYS


def arbitrate(race: Race) -> Awards:
    """Give every candidate with an open route its slot, or the limit that refused it."""
    case = race.case
    awards = Awards.none(len(case.candidates))
    routes = np.flatnonzero(race.open)
    if len(routes):
        contested = _contested(race, routes)
        alone = ~contested[case.routes.customer[routes]]
        _serve_alone(case, routes[alone], awards)
        for customer, ways in _by_customer(case, routes[~alone]):
            Contest(race, customer).serve(ways, awards)
    return awards


def _contested(race: Race, routes: Ints) -> Bools:
    """The customers for whom something has to be weighed."""
    candidates = race.case.candidates
    runners = distinct(race.case.routes.candidate[routes])
    count = np.bincount(candidates.customer[runners], minlength=len(race.case.customers))
    contested: Bools = count > 1
    contested[candidates.customer[candidates.pinned]] = True
    for refused in _refused_nearby(race, routes):
        contested[refused] = True
    return contested


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


def _serve_alone(case: Case, routes: Ints, awards: Awards) -> None:
    """The best option of each candidate: with nobody else there, its first day on each route."""
    candidate, place = case.routes.candidate[routes], case.routes.place[routes]
    slots = case.routes.slots[routes]
    late = np.asarray([each.days[0].late if each.days else 0 for each in case.slots])[slots]
    first = np.asarray([each.days[0].first() if each.days else 0 for each in case.slots])[slots]
    priority = np.asarray([each.priority for each in case.rulebook.touchpoints], dtype=np.float64)
    by_place = np.asarray([worth(PLACE_WORTH, k) for k in range(int(place.max(initial=0)) + 1)])
    by_day = np.asarray([worth(DAY_WORTH, k) for k in range(int(late.max(initial=0)) + 1)])
    score = priority[case.routes.touchpoint[routes]] * by_place[place] * by_day[late]
    best = np.lexsort((place, -score, candidate))
    winners = best[np.unique(candidate[best], return_index=True)[1]]
    awards.route[candidate[winners]] = routes[winners]
    awards.at[candidate[winners]] = first[winners]
    awards.score[candidate[winners]] = score[winners]


def _by_customer(case: Case, routes: Ints) -> Iterator[tuple[int, list[int]]]:
    customer = case.routes.customer[routes]
    starts = np.unique(customer, return_index=True)[1]
    for part in np.split(routes, starts[1:]):
        if len(part):
            yield int(case.routes.customer[part[0]]), part.tolist()
