"""There is no usable address for this channel, or the one there is has failed for good."""

from __future__ import annotations

from touchpoints.core.columns import Bools
from touchpoints.core.gate import Case


class NoAddress:
    """Refuses channels on which the customer, or this very message, cannot be delivered."""

    code = "no_address"

    def refuses(self, case: Case) -> Bools:
        """The routes that end nowhere."""
        routes = case.routes
        missing: Bools = ~case.customers.reachable[routes.customer, routes.channel]
        return missing | _failed(case)

    def detail(self, case: Case, route: int) -> str:
        """The channel without an address, or that has refused this message."""
        channel = case.rulebook.channels[case.routes.channel[route]]
        if _failed(case)[route]:
            return f"{channel} has refused this message for good"
        return f"no usable address for {channel}"


def _failed(case: Case) -> Bools:
    failed: Bools = case.candidates.failed[case.routes.candidate] >> case.routes.channel & 1 == 1
    return failed
