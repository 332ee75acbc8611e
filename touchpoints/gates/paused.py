"""The customer has asked for a pause."""

from __future__ import annotations

from touchpoints.core.calendar import date_of
from touchpoints.core.columns import Bools
from touchpoints.core.gate import Case


class Paused:
    """Refuses what could go out only inside the customer's own pause."""

    code = "paused"

    def refuses(self, case: Case) -> Bools:
        """The routes that have allowed time, but none outside the pause."""
        return case.per_slots([each.paused for each in case.slots])

    def detail(self, case: Case, route: int) -> str:
        """From when until when."""
        customers = case.customers
        wishes = customers.wishes[customers.wish[case.routes.customer[route]]]
        start = "" if wishes.pause_from is None else f" from {date_of(wishes.pause_from)}"
        end = "" if wishes.pause_until is None else f" until {date_of(wishes.pause_until)}"
        return f"the customer asked for a pause{start}{end}"
