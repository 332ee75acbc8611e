"""Whose data or messages have changed since the last plan: who has to be planned anew.

Every change counts a customer's version up, in the transaction that makes the change, so that none
is ever missed. A plan writes down which version it has seen; a message leaves only while its
customer has the version that was judged.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection

from touchpoints.store.dialect import dialect_of
from touchpoints.store.statements import rows, write

EVERYBODY = 0
"""The customer number that stands for all of them; the store counts from 1."""
MANY = 50_000
"""Changed customers from which on everybody is planned anew, which then takes no longer."""

Version = tuple[int, int]
"""How often a customer has changed, and how often everybody has."""

_MARKED = " ON CONFLICT (customer_no) DO UPDATE SET version = change.version + 1"


@dataclass(frozen=True, slots=True)
class Changes:
    """Who has to be planned anew, as versions by customer number.

    `everybody` is how often all of them have changed, `since` how often a plan has seen that.
    """

    versions: dict[int, int]
    everybody: int
    since: int

    @property
    def nos(self) -> tuple[int, ...] | None:
        """The numbers of the customers in their order, None for everybody."""
        all_of_them = self.everybody != self.since or len(self.versions) >= MANY
        return None if all_of_them else tuple(sorted(self.versions))


def settle_order(connection: Connection, nos: Collection[int]) -> None:
    """Hold what is noted of these customers, in one order, so that nobody waits in a circle.

    Whoever notes changes of several customers one after another on a server calls this before. Of
    whom nothing is noted yet, it is noted that nothing has changed: what is not there cannot be
    held, and somebody else may be about to note the first change.
    """
    if not nos or not dialect_of(connection).shared:
        return
    bound = {"nos": sorted(nos)}
    sql = "SELECT customer_no FROM change WHERE customer_no IN :nos ORDER BY customer_no FOR UPDATE"
    known = rows(connection, "SELECT COUNT(*) FROM change WHERE customer_no IN :nos", bound)
    if known[0][0] < len(set(nos)):
        sql = (
            "INSERT INTO change (customer_no, version, planned)"
            " SELECT no, 0, 0 FROM customer WHERE no IN :nos ORDER BY no"
            " ON CONFLICT (customer_no) DO UPDATE SET version = change.version"
            " RETURNING customer_no"
        )
    rows(connection, sql, bound)


def mark(connection: Connection, nos: Collection[int]) -> None:
    """Note that these customers have to be planned anew; of very many, that all have."""
    write(
        connection,
        "INSERT INTO change (customer_no, version, planned) VALUES (:no, 1, 0)" + _MARKED,
        [{"no": no} for no in (sorted(set(nos)) if len(nos) < MANY else [EVERYBODY])],
    )


def mark_new_customers(connection: Connection, above: int) -> None:
    """Note everybody whose number is above this one."""
    write(
        connection,
        "INSERT INTO change (customer_no, version, planned)"
        " SELECT no, 1, 0 FROM customer WHERE no > :above ORDER BY no" + _MARKED,
        {"above": above},
    )


def mark_everybody(connection: Connection) -> None:
    """Note that all have to be planned anew."""
    mark(connection, [EVERYBODY])


def changes(connection: Connection, first: int, last: int | None, since: int) -> Changes:
    """Who has to be planned anew among the customers with these numbers (None: all from there).

    `since` is how often everybody had changed when they were planned last.
    """
    upto = "" if last is None else " AND customer_no <= :last"
    sql = (
        "SELECT customer_no, version FROM change WHERE planned < version AND customer_no >= :first"
    )
    bound = {"first": first} | ({} if last is None else {"last": last})
    found = {int(no): int(version) for no, version in rows(connection, sql + upto, bound)}
    everybody = rows(connection, "SELECT version FROM change WHERE customer_no = 0")
    return Changes(found, int(everybody[0][0]) if everybody else 0, since)


def take_away(connection: Connection, seen: Changes) -> None:
    """Note the changes that a plan has seen; later ones of the same customers stay."""
    write(
        connection,
        "UPDATE change SET planned = :version WHERE customer_no = :no AND planned < :version",
        [{"no": no, "version": version} for no, version in sorted(seen.versions.items())],
    )


def versions(connection: Connection, nos: Collection[int]) -> dict[int, Version]:
    """The versions of these customers as they are now."""
    wanted = sorted({*nos, EVERYBODY})
    sql = "SELECT customer_no, version FROM change WHERE customer_no IN :nos"
    found = {int(no): int(version) for no, version in rows(connection, sql, {"nos": wanted})}
    everybody = found.get(EVERYBODY, 0)
    return {no: (found.get(no, 0), everybody) for no in nos}
