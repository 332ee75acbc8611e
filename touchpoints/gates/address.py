"""There is no usable address for this channel."""

from __future__ import annotations

from touchpoints.core.columns import Bools
from touchpoints.core.gate import Case
from touchpoints.core.phrase import Phrase


class NoAddress:
    """Refuses channels on which the customer cannot be reached."""

    code = "no_address"

    def refuses(self, case: Case) -> Bools:
        """The routes that end nowhere."""
        refused: Bools = ~case.customers.reachable[case.routes.customer, case.routes.channel]
        return refused

    def detail(self, case: Case, route: int) -> Phrase:
        """The channel without an address."""
        return Phrase("no_address", channel=case.rulebook.channels[case.routes.channel[route]])
