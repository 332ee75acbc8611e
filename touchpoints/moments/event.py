"""Something that just happened: a payment method changed, a parcel left, a contact ended."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field, field_validator

from touchpoints.core.calendar import civil_days
from touchpoints.core.moment import Dated, EventRows, Occurrences, spread, within
from touchpoints.core.policy import Duration
from touchpoints.moments.base import MomentModel, Offset, Offsets


class Event(MomentModel):
    """`{event: parcel-left, offset: 2d}`: when it happens, or so many days later."""

    keyword: ClassVar[str] = "event"

    event: str = Field(description="the kind of event")

    @field_validator("offset")
    @classmethod
    def _not_before(cls, offset: Offset | Offsets) -> Offset | Offsets:
        texts = (offset,) if isinstance(offset, str) else offset
        if any(Duration.parse(text).amount < 0 for text in texts):
            raise ValueError("expected days after the event, such as 2d; nobody knows it before")
        return offset

    def rows(self, first: int, last: int) -> EventRows:
        """Events of this kind whose local day, with some offset, is one of these days."""
        return EventRows(self.event, first - self.offsets[-1], last - self.offsets[0])

    def find(self, dated: Dated, first: int, last: int) -> Occurrences:
        """One occurrence for each event and offset, not before the event itself.

        The key is the event's ref, with a list of offsets `REF@2d`.
        """
        offsets, listed = self.offsets, not isinstance(self.offset, str)
        base = civil_days(dated.year, dated.month, dated.day)
        labels = np.empty((len(base), len(offsets)), dtype=object)
        for column, offset in enumerate(offsets):
            suffix = f"@{offset}d" if listed else ""
            labels[:, column] = [f"{ref}{suffix}" for ref in dated.ref.tolist()]
        rows = np.arange(len(base), dtype=np.int64)
        found = spread(base, rows, labels, offsets)
        found.earliest[:] = np.where(found.day == found.base, dated.at[found.row], 0)
        return within(found, first, last)
