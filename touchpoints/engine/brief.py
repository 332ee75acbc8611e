"""What one plan is asked for: which workspace, seen from when, how far ahead, for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from touchpoints.workspace import Workspace


def seconds(instant: datetime) -> int:
    """An instant as the store and the core count it: whole seconds since the epoch."""
    return int(instant.timestamp())


@dataclass(frozen=True, slots=True)
class Brief:
    """`as_of` and `until` are instants in seconds; `customers` are ids, None for everybody.

    `numbers` are the store's numbers of customers, where these are known instead of ids; with
    `whole` their rows are read whole and kept with the plan, for those who write to them next.
    """

    workspace: Workspace
    as_of: int
    until: int
    customers: tuple[str, ...] | None = None
    numbers: tuple[int, ...] | None = None
    whole: bool = False

    @property
    def everybody(self) -> bool:
        """Whether the plan is for all customers."""
        return self.customers is None and self.numbers is None

    @classmethod
    def of(
        cls,
        workspace: Workspace,
        as_of: datetime,
        days: int | None = None,
        customers: tuple[str, ...] | None = None,
    ) -> Brief:
        """The horizon of the policy, or so many days, from `as_of` on."""
        start = seconds(as_of)
        length = workspace.policy.horizon.seconds if days is None else days * 86400
        return cls(workspace, start, start + length, customers)
