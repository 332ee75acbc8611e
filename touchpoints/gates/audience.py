"""The touchpoint is not meant for this customer, or for this fact any more."""

from __future__ import annotations

from touchpoints.core.columns import Bools
from touchpoints.core.gate import Case
from touchpoints.core.phrase import Phrase


class Audience:
    """Refuses candidates for whom the touchpoint's expression does not hold."""

    code = "audience"

    def refuses(self, case: Case) -> Bools:
        """Every route of such a candidate."""
        refused: Bools = ~case.candidates.audience[case.routes.candidate]
        return refused

    def detail(self, case: Case, route: int) -> Phrase:
        """The expression that does not hold."""
        design = case.rulebook.touchpoints[case.routes.touchpoint[route]]
        return Phrase("not_in", audience=design.audience)
