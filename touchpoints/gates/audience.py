"""The touchpoint is not meant for this customer, or for this fact any more."""

from __future__ import annotations

from touchpoints.core.columns import Bools
from touchpoints.core.gate import Case


class Audience:
    """Refuses candidates for whom the touchpoint's expression does not hold."""

    code = "audience"

    def refuses(self, case: Case) -> Bools:
        """Every route of such a candidate."""
        refused: Bools = ~case.candidates.audience[case.routes.candidate]
        return refused

    def detail(self, case: Case, route: int) -> str:
        """The expression that does not hold."""
        return f"not in: {case.rulebook.touchpoints[case.routes.touchpoint[route]].audience}"
