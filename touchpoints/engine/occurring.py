"""Find: which stored rows have an occurrence near the horizon, for every touchpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from sqlalchemy import Connection

from touchpoints.core.calendar import Ints
from touchpoints.core.moment import Moment, Occurrences, Rows
from touchpoints.core.offset import Business
from touchpoints.core.policy import Touchpoint
from touchpoints.core.rulebook import Rulebook
from touchpoints.engine.brief import Brief
from touchpoints.engine.countries import Countries
from touchpoints.engine.sources import Read, Sources
from touchpoints.store.dialect import Row

DAY = 86400
SLACK = 2
"""Days added at both ends of a search: zones differ by up to 26 hours. Too many is fine."""


@dataclass(frozen=True, slots=True)
class Found:
    """The occurrences of one touchpoint, and the stored rows they come from.

    `no` is the customer's number for each occurrence; `rows` are those of facts or events, as
    `record` says, else empty.
    """

    touchpoint: int
    no: Ints
    occurrences: Occurrences
    rows: Sequence[Row]
    record: Literal["fact", "event", ""]


class Finder:
    """Reads each kind of rows once, however many touchpoints look at it.

    What has happened is known until `now`, which is the beginning of the brief unless given.
    """

    def __init__(
        self, connection: Connection, brief: Brief, nos: list[int] | None, now: int | None = None
    ) -> None:
        policy, known = brief.workspace.policy, brief.as_of if now is None else now
        self._brief, self._sources = brief, Sources(connection, policy.timezone, known, nos)
        self._countries = Countries(connection, policy.country, nos)
        self._read: dict[object, Read] = {}

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
            read = self._rows(moment.rows(first, last))
            dated = read.dated
        else:
            read = self._rows(moment.rows(first, last, calendars))
            places = self._countries.places(read.dated.customer)
            dated = replace(read.dated, business=Business(places, calendars))
        occurrences = moment.find(dated, first, last)
        return Found(number, dated.customer[occurrences.row], occurrences, read.rows, read.record)

    def _rows(self, asked: Rows | None) -> Read:
        if asked not in self._read:
            self._read[asked] = self._sources.read(asked)
        return self._read[asked]
