"""What a moment is: which stored rows it needs, and how it finds occurrences in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from touchpoints.core.calendar import NEVER, Ints
from touchpoints.core.columns import Bools
from touchpoints.core.offset import MONDAY_TO_FRIDAY, Business, Offset, shifted
from touchpoints.core.workdays import Workdays


@dataclass(frozen=True, slots=True)
class AnnualRows:
    """Customers whose date in `field` has one of these month-days (`month * 100 + day`).

    `lunar` are those of lunar dates, with `LEAP_KEY` added in leap months.
    """

    field: str
    month_days: frozenset[int]
    lunar: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class FactRows:
    """Facts of one kind that are dated `first` to `last`, both included, as day numbers."""

    kind: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class EventRows:
    """Events of one kind that happened on the local days `first` to `last`, both included."""

    kind: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class LatestEventRows:
    """Each customer's latest event of one kind, where it happened on these local days."""

    kind: str
    first: int
    last: int


SentOutcome = Literal[
    "accepted",
    "delivered",
    "bounced",
    "undelivered",
    "rejected",
    "expired",
    "opened",
    "clicked",
    "replied",
    "complained",
    "opted_out",
    "not opened",
    "not clicked",
    "not replied",
]
"""What may have become of a message that another one follows."""


@dataclass(frozen=True, slots=True)
class SentRows:
    """Messages of a touchpoint with this outcome, dated `delay` seconds after they went out.

    They are those for which that is one of the local days `first` to `last`; the ref is the key.
    """

    touchpoint: str
    outcome: SentOutcome
    first: int
    last: int
    delay: int = 0


@dataclass(frozen=True, slots=True)
class EveryCustomer:
    """All customers, without a date."""


Rows = AnnualRows | FactRows | EventRows | LatestEventRows | SentRows | EveryCustomer


def _none() -> Ints:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Dated:
    """Columns of n dated rows: which customer, the date in parts (year 0: unknown), and the ref.

    `at` is the instant in seconds of rows that have one, dated by the customer's own zone; for
    other rows the column is empty. Of `EveryCustomer` only `customer` is filled. `lunar` tells
    which dates are lunar; the month of a leap month is `LEAP_MONTH` greater. Without the column
    none is. `business` is there where an offset counts business days.
    """

    customer: Ints
    year: Ints = field(default_factory=_none)
    month: Ints = field(default_factory=_none)
    day: Ints = field(default_factory=_none)
    ref: npt.NDArray[np.object_] = field(default_factory=lambda: np.zeros(0, dtype=object))
    lunar: Bools = field(default_factory=lambda: np.zeros(0, dtype=bool))
    business: Business | None = None
    at: Ints = field(default_factory=_none)


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Columns of k occurrences of one moment.

    `row` points into the `Dated` rows, `day` is the occurrence's day with its offset, `base` the
    day without it, `label` the key, `offset` the place in the moment's list of offsets. From
    `next_day` on, another offset of the same date stands in for this one (`NEVER`: none does).
    Nothing goes out before `earliest`, an instant in seconds (0: the window alone decides).
    """

    row: Ints
    day: Ints
    base: Ints
    label: npt.NDArray[np.object_]
    offset: Ints
    next_day: Ints
    earliest: Ints


class Moment(Protocol):
    """A kind of occasion. `first` and `last` bound the occurrences' days, offset included."""

    @property
    def offsets(self) -> tuple[Offset, ...]:
        """Days or business days from the date, in the order in which the policy lists them."""
        ...

    def rows(
        self, first: int, last: int, calendars: Sequence[Workdays] = MONDAY_TO_FRIDAY
    ) -> Rows | None:
        """What must be read to find every occurrence of these days: too many is fine.

        None where these days can have none. `calendars` are those of all customers, for offsets in
        business days.
        """
        ...

    def find(self, dated: Dated, first: int, last: int) -> Occurrences:
        """Every occurrence of these days."""
        ...

    def describe(self) -> Mapping[str, Any]:
        """The moment as the policy writes it."""
        ...


def spread(
    base: Ints,
    row: Ints,
    labels: npt.NDArray[np.object_],
    offsets: Sequence[Offset],
    business: Business | None = None,
) -> Occurrences:
    """Occurrences of `base` days at each offset; `labels` has one column for each offset.

    Where two offsets of a date fall on one day, only the one that is listed later occurs.
    """
    count, width = len(base), len(offsets)
    day = shifted(base, row, offsets, business)
    next_day = np.full((count, width), NEVER, dtype=np.int64)
    kept = np.ones((count, width), dtype=bool)
    for one in range(width):
        for other in range(width):
            later = day[:, other] > day[:, one]
            next_day[later, one] = np.minimum(next_day[later, one], day[later, other])
            if other > one:
                kept[:, one] &= day[:, other] != day[:, one]
    found = Occurrences(
        row=np.repeat(row, width),
        day=day.ravel(),
        base=np.repeat(base, width),
        label=labels.ravel(),
        offset=np.tile(np.arange(width, dtype=np.int64), count),
        next_day=next_day.ravel(),
        earliest=np.zeros(count * width, dtype=np.int64),
    )
    return found if kept.all() else _only(found, kept.ravel())


def within(found: Occurrences, first: int, last: int) -> Occurrences:
    """The occurrences whose day lies from `first` to `last`."""
    return _only(found, (found.day >= first) & (found.day <= last))


def _only(found: Occurrences, keep: Bools) -> Occurrences:
    return Occurrences(
        found.row[keep],
        found.day[keep],
        found.base[keep],
        found.label[keep],
        found.offset[keep],
        found.next_day[keep],
        found.earliest[keep],
    )
