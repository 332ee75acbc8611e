"""Find: which stored rows have an occurrence near the horizon, for every touchpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

from sqlalchemy import Connection

from touchpoints.core.calendar import Ints
from touchpoints.core.moment import Moment, Occurrences
from touchpoints.core.policy import Touchpoint
from touchpoints.core.rulebook import Rulebook
from touchpoints.engine.brief import Brief
from touchpoints.engine.sources import Read, Sources
from touchpoints.store.database import Row

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
        zone, known = brief.workspace.policy.timezone, brief.as_of if now is None else now
        self._brief, self._sources = brief, Sources(connection, zone, known, nos)
        self._read: dict[object, Read] = {}

    def find(self, rules: Rulebook) -> list[Found]:
        """Every occurrence whose window may meet the horizon."""
        return [self._find(number, design) for number, design in enumerate(rules.touchpoints)]

    def _find(self, number: int, design: Touchpoint) -> Found:
        moment = cast("Moment", design.moment)
        first = self._brief.as_of // DAY - design.window.close_day - SLACK
        last = self._brief.until // DAY - design.window.open_day + SLACK
        read = self._rows(moment, first, last)
        occurrences = moment.find(read.dated, first, last)
        no = read.dated.customer[occurrences.row]
        return Found(number, no, occurrences, read.rows, read.record)

    def _rows(self, moment: Moment, first: int, last: int) -> Read:
        asked = moment.rows(first, last)
        solar_only = getattr(moment, "calendar", None) is None
        if (asked, solar_only) not in self._read:
            self._read[(asked, solar_only)] = self._sources.read(asked, solar_only=solar_only)
        return self._read[(asked, solar_only)]
