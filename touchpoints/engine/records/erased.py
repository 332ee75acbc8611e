"""Rows about somebody who was erased on request: they are refused, whoever sends them again."""

from __future__ import annotations

from collections.abc import Iterator

from touchpoints.engine.records.record import RowError
from touchpoints.store.dialect import Row
from touchpoints.store.marks import Erased
from touchpoints.store.records import CUSTOMERS, Patch

_ADDRESSES = tuple(CUSTOMERS.all_columns.index(name) for name in ("email", "phone", "addresses"))


def refuse_erased(erased: Erased, row: Row, *, customers: bool) -> None:
    """Raises RowError for the id of an erased customer, or among customers for an address."""
    if erased.marks is None:
        return
    if erased.when(row[0]) is not None or (customers and erased.has_one_of(_addresses(row))):
        raise RowError("erased on request")


def _addresses(row: Row) -> Iterator[str]:
    for place in _ADDRESSES:
        value = row[place]
        if isinstance(value, Patch):
            yield from (str(each) for each in value.values.values() if each)
        elif isinstance(value, str):
            yield value
