"""No allowed instant is left in the window."""

from __future__ import annotations

from touchpoints.core.columns import Bools
from touchpoints.core.gate import Case
from touchpoints.core.phrase import Phrase, When


class NoTime:
    """Refuses routes for which window and hours have no common minute any more."""

    code = "no_time"

    def refuses(self, case: Case) -> Bools:
        """The routes without a single allowed minute."""
        return case.per_slots([not each.days for each in case.slots])

    def detail(self, case: Case, route: int) -> Phrase:
        """The window that has no allowed minute left."""
        entry = case.slots[case.routes.slots[route]]
        zone = case.customers.zones[case.customers.zone[case.routes.customer[route]]]
        return Phrase("no_time", opens=When(entry.open, zone), closes=When(entry.close, zone))
