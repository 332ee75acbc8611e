"""What one plan is asked for: which workspace, seen from when, how far ahead, for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from touchpoints.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Brief:
    """`as_of` and `until` are instants in seconds; `customers` are ids, None for everybody."""

    workspace: Workspace
    as_of: int
    until: int
    customers: tuple[str, ...] | None = None

    @classmethod
    def of(
        cls,
        workspace: Workspace,
        as_of: datetime,
        days: int | None = None,
        customers: tuple[str, ...] | None = None,
    ) -> Brief:
        """The horizon of the policy, or so many days, from `as_of` on."""
        start = int(as_of.timestamp())
        length = workspace.policy.horizon.seconds if days is None else days * 86400
        return cls(workspace, start, start + length, customers)
