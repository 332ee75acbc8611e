"""Find: which stored rows have an occurrence near the horizon, for every touchpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

import numpy as np
from sqlalchemy import Connection

from touchpoints.core.calendar import Ints
from touchpoints.core.moment import Dated, FactRows, Moment, Occurrences, Rows
from touchpoints.core.offset import Business
from touchpoints.core.policy import Touchpoint
from touchpoints.core.rulebook import Rulebook
from touchpoints.engine.birthdays import birthdays
from touchpoints.engine.brief import Brief
from touchpoints.engine.countries import Countries
from touchpoints.store import reading
from touchpoints.store.database import Row

DAY = 86400
SLACK = 2
"""Days added at both ends of a search: zones differ by up to 26 hours. Too many is fine."""


@dataclass(frozen=True, slots=True)
class Found:
    """The occurrences of one touchpoint, and the stored rows they come from.

    `no` is the customer's number for each occurrence; `rows` are fact rows, else empty.
    """

    touchpoint: int
    no: Ints
    occurrences: Occurrences
    rows: Sequence[Row]


class Finder:
    """Reads each kind of rows once, however many touchpoints look at it."""

    def __init__(self, connection: Connection, brief: Brief, nos: list[int] | None) -> None:
        self._connection, self._brief, self._nos = connection, brief, nos
        self._countries = Countries(connection, brief.workspace.policy.country, nos)
        self._read: dict[object, tuple[Dated, Sequence[Row]]] = {}

    def find(self, rules: Rulebook) -> list[Found]:
        """Every occurrence whose window may meet the horizon."""
        return [self._find(number, design) for number, design in enumerate(rules.touchpoints)]

    def on_days(self, rules: Rulebook, days: tuple[int, int]) -> Found:
        """Every occurrence of the first touchpoint on these days."""
        return self._on_days(0, rules.touchpoints[0], days)

    def _find(self, number: int, design: Touchpoint) -> Found:
        first = self._brief.as_of // DAY - design.window.close_day - SLACK
        last = self._brief.until // DAY - design.window.open_day + SLACK
        return self._on_days(number, design, (first, last))

    def _on_days(self, number: int, design: Touchpoint, days: tuple[int, int]) -> Found:
        moment, (first, last) = cast("Moment", design.moment), days
        calendars = self._countries.calendars(moment.offsets, first, last)
        if not calendars:
            dated, rows = self._dated(moment.rows(first, last))
        else:
            dated, rows = self._dated(moment.rows(first, last, calendars))
            business = Business(self._countries.places(dated.customer), calendars)
            dated = replace(dated, business=business)
        occurrences = moment.find(dated, first, last)
        return Found(number, dated.customer[occurrences.row], occurrences, rows)

    def _dated(self, asked: Rows) -> tuple[Dated, Sequence[Row]]:
        if asked not in self._read:
            if isinstance(asked, FactRows):
                self._read[asked] = self._facts(asked)
            elif asked.field == "birthday":
                self._read[asked] = birthdays(self._connection, asked, self._nos), ()
            else:
                self._read[asked] = self._attribute(asked.field), ()
        return self._read[asked]

    def _facts(self, asked: FactRows) -> tuple[Dated, Sequence[Row]]:
        rows = reading.facts(self._connection, asked.kind, asked.first, asked.last, self._nos)
        days = np.asarray([row[3] for row in rows], dtype="datetime64[D]")
        return _dated([row[0] for row in rows], days, [row[2] for row in rows]), rows

    def _attribute(self, field: str) -> Dated:
        rows = reading.dates_in_attributes(self._connection, field, self._nos)
        dates = [(no, _as_date(text)) for no, text in rows]
        known = [(no, day) for no, day in dates if day is not None]
        days = np.asarray([day for _, day in known], dtype="datetime64[D]")
        return _dated([no for no, _ in known], days, [None] * len(known))


def _dated(nos: list[int], days: np.ndarray, refs: Sequence[object]) -> Dated:
    months = days.astype("datetime64[M]")
    ref = np.empty(len(refs), dtype=object)
    ref[:] = refs
    return Dated(
        customer=np.asarray(nos, dtype=np.int64),
        year=days.astype("datetime64[Y]").astype(np.int64) + 1970,
        month=months.astype(np.int64) % 12 + 1,
        day=(days - months).astype(np.int64) + 1,
        ref=ref,
    )


def _as_date(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None
