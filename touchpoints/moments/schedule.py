"""A calendar of its own: every month on the 31st, every second Monday, the last working Friday."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator
from pydantic_core.core_schema import ValidationInfo

from touchpoints.core.calendar import NEVER, date_of
from touchpoints.core.moment import Dated, EveryCustomer, Occurrences
from touchpoints.moments.recurrence import Recurrence, recurrence
from touchpoints.moments.unshifted import Unshifted


def _as_date(value: object) -> object:
    """A date as YAML gives it, or as text."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("expected a date such as 2026-01-31") from None


Start = Annotated[
    date, BeforeValidator(_as_date), WithJsonSchema({"type": "string", "format": "date"})
]


class Schedule(Unshifted):
    """`{schedule: "FREQ=MONTHLY;BYMONTHDAY=31"}`: the days of a rule (RFC 5545), for everybody.

    A day that a month does not have goes to the day before (`SKIP=FORWARD`, `SKIP=OMIT`; RFC 7529).
    `start` is where INTERVAL and COUNT begin; without it, INTERVAL counts from 1 January 1900, a
    Monday. Each customer has the days on their own calendar; who is meant says the audience.
    """

    keyword: ClassVar[str] = "schedule"

    # Before the rule, which is read with it.
    start: Start | None = Field(None, description="where INTERVAL and COUNT begin")
    schedule: str = Field(description="a rule such as FREQ=MONTHLY;BYMONTHDAY=31 (RFC 5545)")

    @field_validator("schedule")
    @classmethod
    def _is_a_rule(cls, text: str, others: ValidationInfo) -> str:
        recurrence(text, others.data.get("start"))
        return text

    def rows(self, first: int, last: int) -> EveryCustomer | None:
        """Everybody, where the rule has one of these days at all."""
        return EveryCustomer() if self._days.between(first, last) else None

    def find(self, dated: Dated, first: int, last: int) -> Occurrences:
        """One occurrence for each customer and day of the rule; its key is the local date."""
        customers = len(dated.customer)
        days = self._days.between(first, last) if customers else []
        names = np.array([date_of(day).isoformat() for day in days], dtype=object)
        day = np.repeat(np.asarray(days, dtype=np.int64), customers)
        return Occurrences(
            row=np.tile(np.arange(customers, dtype=np.int64), len(days)),
            day=day,
            base=day,
            label=np.repeat(names, customers),
            offset=np.zeros(len(day), dtype=np.int64),
            next_day=np.full(len(day), NEVER, dtype=np.int64),
            earliest=np.zeros(len(day), dtype=np.int64),
        )

    def describe(self) -> dict[str, Any]:
        """The moment as the policy writes it."""
        given = self.model_dump(exclude_defaults=True)
        return given if self.start is None else given | {"start": self.start.isoformat()}

    @property
    def _days(self) -> Recurrence:
        return recurrence(self.schedule, self.start)
