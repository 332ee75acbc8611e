"""Silence: no event of a kind for so long."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from touchpoints.core.calendar import civil_days, date_of
from touchpoints.core.moment import Dated, LatestEventRows, Occurrences
from touchpoints.core.policy import Duration
from touchpoints.moments.unshifted import Days, Unshifted, single


class Lapsed(Unshifted):
    """`{lapsed: 90d, since: purchase}`: so many days after the customer's latest event of a kind.

    A customer who never had such an event has no such moment.
    """

    keyword: ClassVar[str] = "lapsed"

    lapsed: Days = Field(description="for how long there has been none")
    since: str = Field(description="the kind of event that has not happened")

    def rows(self, first: int, last: int) -> LatestEventRows:
        """The latest events that lie so many days before these days."""
        return LatestEventRows(self.since, first - self._days, last - self._days)

    def find(self, dated: Dated, first: int, last: int) -> Occurrences:
        """One occurrence for each customer; its key is its local date."""
        base = civil_days(dated.year, dated.month, dated.day)
        day = base + self._days
        names = {number: date_of(number).isoformat() for number in set(day.tolist())}
        return single(day, base, [names[number] for number in day.tolist()], (first, last))

    @property
    def _days(self) -> int:
        return Duration.parse(self.lapsed).days or 0
