"""The customer is closed, deceased or blocked: nothing goes there."""

from __future__ import annotations

from touchpoints.core.columns import Bools
from touchpoints.core.gate import Case
from touchpoints.core.phrase import Phrase


class Blocked:
    """Refuses customers whose status is anything but active."""

    code = "blocked"

    def refuses(self, case: Case) -> Bools:
        """Every route to a customer who is not active."""
        refused: Bools = ~case.customers.active[case.routes.customer]
        return refused

    def detail(self, case: Case, route: int) -> Phrase:
        """The customer's status."""
        return Phrase("status", status=case.customers.status[case.routes.customer[route]])
