"""Whose business days hold for whom: those of the customer's country, else the workspace's."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from sqlalchemy import Connection

from touchpoints.core.calendar import Ints
from touchpoints.core.columns import distinct
from touchpoints.core.offset import Offset
from touchpoints.core.workdays import Workdays
from touchpoints.engine.workdays import workdays_of
from touchpoints.store import reading

MARGIN = 30
"""Days beyond an offset's reach whose holidays are known, too: the longest break there is."""


class Countries:
    """The countries of some customers (None: all); they are read when an offset needs them."""

    def __init__(self, connection: Connection, own: str | None, nos: list[int] | None) -> None:
        self._connection, self._own, self._nos = connection, own, nos

    @cached_property
    def _names(self) -> list[str | None]:
        found = reading.countries(self._connection, self._nos)
        return list(dict.fromkeys(name or self._own for name in found)) or [self._own]

    def calendars(self, offsets: Sequence[Offset], first: int, last: int) -> tuple[Workdays, ...]:
        """The business days of all the countries around these days; none if no offset counts them.

        They reach as far as the dates that the offsets take into the days `first` to `last`.
        """
        reach = max((offset.reach for offset in offsets if offset.business), default=None)
        if reach is None:
            return ()
        around = first - reach - MARGIN, last + reach + MARGIN
        return tuple(workdays_of(name, *around) for name in self._names)

    def places(self, customer: Ints) -> Ints:
        """For each of these customers, the place of their country's calendar."""
        place = {name: number for number, name in enumerate(self._names)}
        nos = distinct(customer)
        found = reading.customers(self._connection, nos.tolist(), ("country",))
        at = np.zeros(len(nos), dtype=np.int64)
        no = np.asarray([row[0] for row in found], dtype=np.int64)
        at[np.searchsorted(nos, no)] = [place[row[1] or self._own] for row in found]
        return at[np.searchsorted(nos, customer)]
