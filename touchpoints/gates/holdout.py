"""A fixed share of customers gets nothing, so that the effect of a touchpoint can be measured."""

from __future__ import annotations

import hashlib

import numpy as np

from touchpoints.core.columns import Bools
from touchpoints.core.gate import Case
from touchpoints.core.phrase import Phrase


class Holdout:
    """Refuses the share that a stable hash of customer and touchpoint picks."""

    code = "holdout"

    def refuses(self, case: Case) -> Bools:
        """The routes of customers who are held out; nobody moves when others come or go."""
        refused = np.zeros(len(case.routes), dtype=bool)
        touchpoint, customer = case.routes.touchpoint, case.routes.customer
        for number, each in enumerate(case.rulebook.touchpoints):
            if each.holdout > 0:
                of_it = np.flatnonzero(touchpoint == number)
                people, back = np.unique(customer[of_it], return_inverse=True)
                picks = [draw(case.customers.id[row], each.name) < each.holdout for row in people]
                refused[of_it] = np.asarray(picks, dtype=bool)[back]
        return refused

    def detail(self, case: Case, route: int) -> Phrase:
        """The share that is held out."""
        touchpoint = case.rulebook.touchpoints[case.routes.touchpoint[route]]
        return Phrase("held_out", share=f"{touchpoint.holdout:.1%}")


def draw(customer: str, touchpoint: str) -> float:
    """A number in [0, 1) that depends on nothing but the two names."""
    digest = hashlib.blake2b(f"{touchpoint}\0{customer}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64
