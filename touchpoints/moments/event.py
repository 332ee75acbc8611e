"""Something that just happened: a payment method changed, a parcel left, a contact ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from pydantic import Field, field_validator

from touchpoints.core.calendar import civil_days
from touchpoints.core.moment import Dated, EventRows, Occurrences, spread, within
from touchpoints.core.offset import MONDAY_TO_FRIDAY, Offset
from touchpoints.core.workdays import Workdays
from touchpoints.moments.base import MomentModel, OffsetText, OffsetTexts


class Event(MomentModel):
    """`{event: parcel-left, offset: 2d}`: when it happens, or so many days later."""

    keyword: ClassVar[str] = "event"

    event: str = Field(description="the kind of event")

    @field_validator("offset")
    @classmethod
    def _not_before(cls, offset: OffsetText | OffsetTexts) -> OffsetText | OffsetTexts:
        texts = (offset,) if isinstance(offset, str) else offset
        if any(Offset.parse(text).count < 0 for text in texts):
            raise ValueError("expected days after the event, such as 2d; nobody knows it before")
        return offset

    def rows(
        self, first: int, last: int, calendars: Sequence[Workdays] = MONDAY_TO_FRIDAY
    ) -> EventRows:
        """Events of this kind whose local day, with some offset, is one of these days."""
        return EventRows(self.event, *self.dates(first, last, calendars))

    def find(self, dated: Dated, first: int, last: int) -> Occurrences:
        """One occurrence for each event and offset, not before the event itself.

        The key is the event's ref, with a list of offsets `REF@2d`.
        """
        base = civil_days(dated.year, dated.month, dated.day)
        rows, labels = np.arange(len(base), dtype=np.int64), self.labels(dated.ref)
        found = spread(base, rows, labels, self.offsets, dated.business)
        found.earliest[:] = np.where(found.day == found.base, dated.at[found.row], 0)
        return within(found, first, last)
