"""Where moments find their dates: each kind of rows with its reader, narrowed by index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from sqlalchemy import Connection

from touchpoints.core.calendar import Ints, zone_clock
from touchpoints.core.moment import (
    AnnualRows,
    Dated,
    EventRows,
    EveryCustomer,
    FactRows,
    LatestEventRows,
    Rows,
    SentRows,
)
from touchpoints.engine.birthdays import birthdays
from touchpoints.engine.people import EVENT_AT, EVENT_ZONE
from touchpoints.store import happenings, reading
from touchpoints.store.dialect import Row
from touchpoints.store.happenings import Span

DAY = 86400


@dataclass(frozen=True, slots=True)
class Read:
    """Dated rows as columns, and as they are stored where they are facts or events."""

    dated: Dated
    rows: Sequence[Row] = ()
    record: Literal["fact", "event", ""] = ""


NOTHING = Read(Dated(np.zeros(0, dtype=np.int64)))


@dataclass(frozen=True, slots=True)
class Sources:
    """One connection, seen from an instant, and the customers that count (None: all of them).

    `zone` is that of customers without one of their own.
    """

    connection: Connection
    zone: str
    as_of: int
    nos: list[int] | None

    def read(self, asked: Rows | None) -> Read:
        """The rows that a moment asks for; none of them is missing."""
        match asked:
            case None:
                return NOTHING
            case AnnualRows():
                return Read(self._annual(asked))
            case FactRows():
                return self._facts(asked)
            case EventRows() | LatestEventRows():
                return self._events(asked)
            case SentRows():
                return self._sent(asked)
            case EveryCustomer():
                return Read(Dated(_ints(reading.everybody(self.connection, self.nos))))

    def _annual(self, asked: AnnualRows) -> Dated:
        if asked.field == "birthday":
            return birthdays(self.connection, asked, self.nos)
        return self._attribute(asked.field)

    def _attribute(self, field: str) -> Dated:
        rows = reading.dates_in_attributes(self.connection, field, self.nos)
        dates = [(no, _as_date(text)) for no, text in rows]
        known = [(no, day) for no, day in dates if day is not None]
        days = np.asarray([day for _, day in known], dtype="datetime64[D]")
        return _dated([no for no, _ in known], days, [None] * len(known))

    def _facts(self, asked: FactRows) -> Read:
        rows = reading.facts(self.connection, asked.kind, asked.first, asked.last, self.nos)
        days = np.asarray([row[3] for row in rows], dtype="datetime64[D]")
        return Read(_dated([row[0] for row in rows], days, [row[2] for row in rows]), rows, "fact")

    def _events(self, asked: EventRows | LatestEventRows) -> Read:
        read = happenings.events if isinstance(asked, EventRows) else happenings.latest_events
        rows = read(self.connection, asked.kind, self._span(asked.first, asked.last))
        at = [row[EVENT_AT] for row in rows]
        days = self._local_days(at, [row[EVENT_ZONE] for row in rows])
        dated = _dated([row[0] for row in rows], days, [row[2] for row in rows], at)
        return Read(dated, rows, "event")

    def _sent(self, asked: SentRows) -> Read:
        span = self._span(asked.first, asked.last, asked.delay)
        rows = happenings.sent(self.connection, asked.touchpoint, asked.outcome, span)
        at = [instant + asked.delay for _, _, instant, _ in rows]
        days = self._local_days(at, [zone for *_, zone in rows])
        return Read(_dated([row[0] for row in rows], days, [row[1] for row in rows], at))

    def _span(self, first: int, last: int, delay: int = 0) -> Span:
        """These local days anywhere on earth: zones differ from UTC by up to 14 hours."""
        since, until = (first - 1) * DAY - delay, (last + 2) * DAY - delay
        return Span(since, until, self.as_of, self.nos)

    def _local_days(self, instants: Sequence[int], zones: Sequence[str | None]) -> np.ndarray:
        pairs = zip(instants, zones, strict=True)
        days = [zone_clock(zone or self.zone).local_day(instant) for instant, zone in pairs]
        return np.asarray(days, dtype="datetime64[D]")


def _dated(
    nos: list[int], days: np.ndarray, refs: Sequence[object], at: Sequence[int] = ()
) -> Dated:
    months = days.astype("datetime64[M]")
    ref = np.empty(len(refs), dtype=object)
    ref[:] = refs
    return Dated(
        customer=_ints(nos),
        year=days.astype("datetime64[Y]").astype(np.int64) + 1970,
        month=months.astype(np.int64) % 12 + 1,
        day=(days - months).astype(np.int64) + 1,
        ref=ref,
        at=_ints(at),
    )


def _ints(values: Sequence[int]) -> Ints:
    return np.asarray(values, dtype=np.int64)


def _as_date(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None
