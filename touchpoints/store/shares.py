"""Shares of planning: which customers are planned together, by whom, and how far they are planned.

A file has one share, of everybody. On a server shares are leased, so that any number of planners
divide the work among them; the lease of one that was killed ends by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from touchpoints.store.dialect import dialect_of
from touchpoints.store.statements import rows, write

SIZE = 50_000
"""Customers in a share on a server: planned in some seconds, and few enough to look through."""
LEASE = 900
"""Seconds for which a share is leased; planning everybody among a million takes a minute."""


@dataclass(frozen=True, slots=True)
class Share:
    """The customers from `first` to `last` (None: all from there), and how they were planned."""

    no: int
    first: int
    last: int | None
    rules: str | None
    until: int | None
    planned_at: int | None
    everybody: int

    def has(self, customer_no: int) -> bool:
        """Whether a customer is among them."""
        return self.first <= customer_no and (self.last is None or customer_no <= self.last)


def shares(connection: Connection) -> list[Share]:
    """All shares in their order; `cut` makes them."""
    found = rows(
        connection,
        "SELECT no, first, last, rules, until, planned_at, everybody FROM share ORDER BY no",
    )
    return [Share(*row) for row in found]


def cut(connection: Connection) -> None:
    """Make the shares that are missing for the customers there are."""
    if not dialect_of(connection).shared:
        missing: list[tuple[int, int, int | None]] = [(0, 1, None)]
    else:
        highest = rows(connection, "SELECT COALESCE(MAX(no), 1) FROM customer")[0][0]
        found = {share.no for share in shares(connection)}
        places = [each for each in range((int(highest) - 1) // SIZE + 1) if each not in found]
        missing = [(place, place * SIZE + 1, (place + 1) * SIZE) for place in places]
    write(
        connection,
        "INSERT INTO share (no, first, last, everybody) VALUES (:no, :first, :last, 0)"
        " ON CONFLICT (no) DO NOTHING",
        [{"no": no, "first": first, "last": last} for no, first, last in missing],
    )


def lease(connection: Connection, nos: Sequence[int], planner: str, now: int) -> list[Share]:
    """Lease all of these shares, if nobody else has one of them; none otherwise."""
    free = f"SELECT no FROM share WHERE no IN :nos AND {_FREE}" + dialect_of(connection).free
    bound = {"nos": list(nos), "by": planner, "now": now}
    if len(rows(connection, free, bound)) < len(nos):
        return []
    write(
        connection,
        "UPDATE share SET owner = :by, lease_until = :end WHERE no = :no",
        [{"by": planner, "end": now + LEASE, "no": no} for no in nos],
    )
    return [share for share in shares(connection) if share.no in set(nos)]


_FREE = "(owner IS NULL OR owner = :by OR lease_until <= :now)"


def owns(connection: Connection, leased: Sequence[Share], planner: str) -> bool:
    """Whether these shares are still leased to a planner; nobody else gets them meanwhile."""
    if not dialect_of(connection).shared:
        return True
    sql = "SELECT no FROM share WHERE no IN :nos AND owner = :by" + dialect_of(connection).free
    bound = {"nos": [share.no for share in leased], "by": planner}
    return len(rows(connection, sql, bound)) == len(leased)


def give_back(connection: Connection, leased: Sequence[Share], planner: str) -> None:
    """End the lease of shares."""
    write(
        connection,
        "UPDATE share SET owner = NULL, lease_until = NULL WHERE no = :no AND owner = :by",
        [{"no": share.no, "by": planner} for share in leased],
    )


def note(connection: Connection, planned: Sequence[Share]) -> None:
    """Write down by which rules, how far and when these shares were planned."""
    write(
        connection,
        "UPDATE share SET rules = :rules, until = :until, planned_at = :planned_at,"
        " everybody = :everybody WHERE no = :no",
        [
            {
                "rules": share.rules,
                "until": share.until,
                "planned_at": share.planned_at,
                "everybody": share.everybody,
                "no": share.no,
            }
            for share in planned
        ],
    )
