"""Dated rows for tests of moments, and what a moment finds in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np

from tests.builders import SHANGHAI, day
from touchpoints.core.calendar import date_of, zone_clock
from touchpoints.core.moment import Dated, Moment


def happened(*rows: tuple[str, int], zone: str = SHANGHAI) -> Dated:
    """Rows of the customers 0, 1, 2 …: a ref and an instant each, dated on the clock of a zone."""
    days = [date_of(zone_clock(zone).local_day(at)) for _, at in rows]
    return _columns([ref for ref, _ in rows], days, [at for _, at in rows])


def customers(count: int) -> Dated:
    """So many customers without a date."""
    return Dated(np.arange(count, dtype=np.int64))


def found(moment: Moment, rows: Dated, first: str, last: str) -> list[tuple[int, str, str]]:
    """(customer, key, day) of every occurrence."""
    seen = moment.find(rows, day(first), day(last))
    who = rows.customer[seen.row].tolist()
    days = [str(date_of(each)) for each in seen.day.tolist()]
    return list(zip(who, seen.label.tolist(), days, strict=True))


def local_date(at: int, zone: str) -> date:
    """The slow twin of a local day."""
    return (
        np.datetime64(at, "s")
        .astype(object)
        .replace(tzinfo=ZoneInfo("UTC"))
        .astimezone(ZoneInfo(zone))
        .date()
    )


def _columns(refs: Sequence[str], days: Sequence[date], at: Sequence[int]) -> Dated:
    ref = np.empty(len(refs), dtype=object)
    ref[:] = refs
    return Dated(
        np.arange(len(refs), dtype=np.int64),
        np.array([each.year for each in days], dtype=np.int64),
        np.array([each.month for each in days], dtype=np.int64),
        np.array([each.day for each in days], dtype=np.int64),
        ref,
        at=np.array(at, dtype=np.int64),
    )
