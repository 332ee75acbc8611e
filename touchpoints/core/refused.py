"""One withheld candidate of a plan, with all that tells what stands in its way."""

from __future__ import annotations

from dataclasses import dataclass

from touchpoints.core.columns import Wishes
from touchpoints.core.decision import Decision
from touchpoints.core.finding import Finding
from touchpoints.core.gate import Case
from touchpoints.core.known import Known
from touchpoints.core.phrase import When
from touchpoints.core.plan import Plan
from touchpoints.core.policy import Touchpoint


@dataclass(frozen=True, slots=True)
class Refused:
    """A withheld candidate: what its gates said, and when its window closes."""

    plan: Plan
    number: int
    decision: Decision
    closes: int
    findings: tuple[Finding, ...]
    known: Known

    @property
    def case(self) -> Case:
        """What the gates looked at."""
        return self.plan.case

    @property
    def design(self) -> Touchpoint:
        """Its touchpoint."""
        touchpoint = int(self.case.candidates.touchpoint[self.number])
        return self.case.rulebook.touchpoints[touchpoint]

    @property
    def wishes(self) -> Wishes:
        """Its customer's own wishes."""
        customers = self.case.customers
        return customers.wishes[int(customers.wish[self.customer])]

    @property
    def customer(self) -> int:
        """The row of its customer."""
        return int(self.case.candidates.customer[self.number])

    def failing(self, code: str) -> list[Finding]:
        """What this gate or limit refused, channel by channel."""
        return [each for each in self.findings if each.gate == code and not each.passed]

    def when(self, at: int) -> When:
        """An instant on the customer's clock."""
        return When(at, self.decision.zone)
