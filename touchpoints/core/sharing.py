"""Who shares an address: a phone of a family, a mailbox of two, where caps count by address."""

from __future__ import annotations

import numpy as np

from touchpoints.core.calendar import Ints
from touchpoints.core.columns import Customers


def groups(customers: Customers) -> Ints:
    """For each customer the number of a group: alike for those who share an address, in a chain.

    Where no cap counts by address, everybody is a group alone.
    """
    if customers.address is None:
        return np.arange(len(customers), dtype=np.int64)
    return linked(customers.address)


def sharers(customers: Customers, row: int) -> list[int]:
    """The rows of a customer and of all who share an address with them, ascending."""
    if customers.address is None:
        return [row]
    own = customers.address[row]
    same = np.isin(customers.address, own[own >= 0])
    return sorted({row, *np.flatnonzero(same.any(axis=1)).tolist()})


def linked(address: Ints) -> Ints:
    """The groups of rows that are linked by an equal number in any columns (-1 links nobody)."""
    group = np.arange(len(address), dtype=np.int64)
    row, column = np.nonzero(address >= 0)
    number = address[row, column]
    lowest = np.full(int(address.max(initial=-1)) + 1, len(address), dtype=np.int64)
    while True:
        before = group.copy()
        np.minimum.at(lowest, number, group[row])
        np.minimum.at(group, row, lowest[number])
        if np.array_equal(before, group):
            return group
