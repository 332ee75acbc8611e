"""There is no usable address for this channel, or the one there is has failed for good."""

from __future__ import annotations

from touchpoints.core.columns import Bools
from touchpoints.core.gate import Case
from touchpoints.core.phrase import Phrase


class NoAddress:
    """Refuses channels on which the customer, or this very message, cannot be delivered."""

    code = "no_address"

    def refuses(self, case: Case) -> Bools:
        """The routes that end nowhere."""
        routes = case.routes
        missing: Bools = ~case.customers.reachable[routes.customer, routes.channel]
        failed: Bools = case.candidates.failed[routes.candidate] >> routes.channel & 1 == 1
        return missing | failed

    def detail(self, case: Case, route: int) -> Phrase:
        """The channel without an address, or that has refused this message."""
        channel = int(case.routes.channel[route])
        failed = int(case.candidates.failed[case.routes.candidate[route]]) >> channel & 1
        key = "refused" if failed else "no_address"
        return Phrase(key, channel=case.rulebook.channels[channel])
