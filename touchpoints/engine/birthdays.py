"""Birthdays as columns, solar and lunar ones together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection

from touchpoints.core.moment import AnnualRows, Dated
from touchpoints.store import reading
from touchpoints.store.dialect import Row

FIELD = "birthday"


def birthdays(connection: Connection, asked: AnnualRows, nos: list[int] | None) -> Dated:
    """The customers whose birthday a moment asks for."""
    return born(reading.birthdays(connection, asked.month_days, asked.lunar, nos))


def born(found: Sequence[Row]) -> Dated:
    """Rows of (number, year or 0, month-day, lunar or not) as dates."""
    columns = np.asarray(found, dtype=np.int64).reshape(-1, 4)
    return Dated(
        customer=columns[:, 0],
        year=columns[:, 1],
        month=columns[:, 2] // 100,
        day=columns[:, 2] % 100,
        ref=np.full(len(found), None, dtype=object),
        lunar=columns[:, 3] == 1,
    )
