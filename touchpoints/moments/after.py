"""A follow-up: so long after another touchpoint's message, by what became of it."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from touchpoints.core.calendar import civil_days
from touchpoints.core.moment import Dated, Occurrences, SentOutcome, SentRows
from touchpoints.core.policy import Duration
from touchpoints.moments.unshifted import Delay, Unshifted, single


class After(Unshifted):
    """`{after: survey, delay: 2d, outcome: not replied}`: so long after it went out.

    A delay in days or weeks counts local dates, one in minutes or hours elapsed time. `accepted`
    means that the provider took it and nothing has proved since that it did not arrive. `opened`
    and its like are events of that kind whose ref is the message's key.
    """

    keyword: ClassVar[str] = "after"

    after: str = Field(description="the touchpoint that it follows")
    delay: Delay = Field("0d", description="how long after its message went out")
    outcome: SentOutcome = Field("accepted", description="what became of that message")

    def rows(self, first: int, last: int) -> SentRows:
        """Messages of the touchpoint that went out so long before these days."""
        days = self._days
        if days is None:
            seconds = Duration.parse(self.delay).seconds
            return SentRows(self.after, self.outcome, first, last, seconds)
        return SentRows(self.after, self.outcome, first - days, last - days)

    def find(self, dated: Dated, first: int, last: int) -> Occurrences:
        """One occurrence for each message; its key is that of the message that it follows."""
        base = civil_days(dated.year, dated.month, dated.day)
        found = single(base + (self._days or 0), base, dated.ref.tolist(), (first, last))
        if self._days is None:
            found.earliest[:] = dated.at[found.row]
        return found

    @property
    def _days(self) -> int | None:
        return Duration.parse(self.delay).days
