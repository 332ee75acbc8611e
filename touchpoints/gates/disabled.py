"""The touchpoint is switched off, in the policy or by an operator's pause."""

from __future__ import annotations

from touchpoints.core.columns import Bools
from touchpoints.core.gate import Case
from touchpoints.core.phrase import Phrase


class Disabled:
    """Refuses everything of a touchpoint that is not enabled, or that an operator has paused."""

    code = "disabled"

    def refuses(self, case: Case) -> Bools:
        """Every route of such a touchpoint."""
        rules = case.rulebook
        return case.per_touchpoint(
            [not each.enabled or each.name in rules.paused for each in rules.touchpoints]
        )

    def detail(self, case: Case, route: int) -> Phrase:
        """Who switched it off."""
        touchpoint = case.rulebook.touchpoints[case.routes.touchpoint[route]]
        return Phrase("paused_by_operator" if touchpoint.enabled else "enabled_false")
