"""The date of a fact: an instalment that falls due, a policy that ends, a card that expires."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from touchpoints.core.calendar import civil_days
from touchpoints.core.moment import Dated, FactRows, Occurrences, spread, within
from touchpoints.core.offset import MONDAY_TO_FRIDAY
from touchpoints.core.workdays import Workdays
from touchpoints.moments.base import MomentModel


class Fact(MomentModel):
    """`{fact: instalment, offset: [-3bd, -1d]}`: so many days before or after a fact's date."""

    keyword: ClassVar[str] = "fact"

    fact: str

    def rows(
        self, first: int, last: int, calendars: Sequence[Workdays] = MONDAY_TO_FRIDAY
    ) -> FactRows:
        """Facts of this kind whose date, with some offset, falls into these days."""
        return FactRows(self.fact, *self.dates(first, last, calendars))

    def find(self, dated: Dated, first: int, last: int) -> Occurrences:
        """One occurrence for each fact and offset; its key is the ref and the offset."""
        offsets = self.offsets
        base = civil_days(dated.year, dated.month, dated.day)
        labels = np.empty((len(base), len(offsets)), dtype=object)
        for column, offset in enumerate(offsets):
            labels[:, column] = [f"{ref}@{offset}" for ref in dated.ref.tolist()]
        rows = np.arange(len(base), dtype=np.int64)
        return within(spread(base, rows, labels, offsets, dated.business), first, last)
