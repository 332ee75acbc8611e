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
        return missing | _failed(case)

    def detail(self, case: Case, route: int) -> Phrase:
        """The channel without an address, or that has refused this message."""
        channel = case.rulebook.channels[case.routes.channel[route]]
        return Phrase("refused" if _failed(case)[route] else "no_address", channel=channel)


def _failed(case: Case) -> Bools:
    failed: Bools = case.candidates.failed[case.routes.candidate] >> case.routes.channel & 1 == 1
    return failed
