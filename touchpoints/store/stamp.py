"""When something was done to a message, and by whom: every change of a state is signed so."""

from __future__ import annotations

from dataclasses import dataclass

PLANNER = "planner"
OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Stamp:
    """An instant in seconds, and who acted: the planner, an operator, or a worker by its name."""

    at: int
    by: str

    @property
    def bound(self) -> dict[str, object]:
        """The values for a query, as `:now` and `:by`."""
        return {"now": self.at, "by": self.by}
