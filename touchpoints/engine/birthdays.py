"""Birthdays as columns, solar and lunar ones together, and how old somebody becomes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection

from touchpoints.core.moment import AnnualRows, Dated
from touchpoints.core.policy import Touchpoint
from touchpoints.moments.annual import Annual
from touchpoints.store import reading
from touchpoints.store.dialect import Row

FIELD = "birthday"


def birthdays(connection: Connection, asked: AnnualRows, nos: list[int] | None) -> Dated:
    """The customers whose birthday a moment asks for."""
    return _dated(reading.birthdays(connection, asked.month_days, asked.lunar, nos))


def years_since_birth(
    connection: Connection, no: int, design: Touchpoint, label: str
) -> int | None:
    """How old a customer becomes on a birthday, by its key; None elsewhere and without a year."""
    moment = design.moment
    if not isinstance(moment, Annual) or moment.annual != FIELD:
        return None
    return moment.years(_dated(reading.birthday(connection, no)), label)


def _dated(found: Sequence[Row]) -> Dated:
    columns = np.asarray(found, dtype=np.int64).reshape(-1, 4)
    return Dated(
        customer=columns[:, 0],
        year=columns[:, 1],
        month=columns[:, 2] // 100,
        day=columns[:, 2] % 100,
        ref=np.full(len(found), None, dtype=object),
        lunar=columns[:, 3] == 1,
    )
