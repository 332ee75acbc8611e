"""Whose data or messages have changed since the last plan: who has to be planned anew.

A row is written in the transaction that makes the change, so that none is ever missed. A customer
who changes again gets a higher number, and so stays when a plan takes the lower ones away.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection

from touchpoints.store.database import rows, write

EVERYBODY = 0
"""The customer number that stands for all of them; the store counts from 1."""
MANY = 50_000
"""Changed customers from which on everybody is planned anew, which then takes no longer."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The numbers of the customers who changed, None for everybody, and up to which change."""

    nos: tuple[int, ...] | None
    upto: int


def mark(connection: Connection, nos: Collection[int]) -> None:
    """Note that these customers have to be planned anew; of very many, that all have."""
    write(
        connection,
        "INSERT INTO change (customer_no) VALUES (:no)"
        " ON CONFLICT (customer_no) DO UPDATE SET no = excluded.no",
        [{"no": no} for no in (nos if len(nos) < MANY else [EVERYBODY])],
    )


def mark_new_customers(connection: Connection, above: int) -> None:
    """Note everybody whose number is above this one."""
    write(
        connection,
        "INSERT INTO change (customer_no) SELECT no FROM customer WHERE no > :above"
        " ON CONFLICT (customer_no) DO UPDATE SET no = excluded.no",
        {"above": above},
    )


def mark_of_messages(connection: Connection, messages: Collection[int]) -> None:
    """Note the customers of these messages."""
    sql = "SELECT DISTINCT customer_no FROM message WHERE no IN :messages"
    mark(connection, [no for (no,) in rows(connection, sql, {"messages": list(messages)})])


def mark_everybody(connection: Connection) -> None:
    """Note that all have to be planned anew."""
    mark(connection, [EVERYBODY])


def changes(connection: Connection) -> Changes:
    """Who has to be planned anew."""
    found = rows(connection, f"SELECT customer_no, no FROM change LIMIT {MANY}")
    upto = rows(connection, "SELECT COALESCE(MAX(no), 0) FROM change")[0][0]
    nos = tuple(sorted(int(no) for no, _ in found))
    everybody = nos[:1] == (EVERYBODY,) or len(nos) >= MANY
    return Changes(None if everybody else nos, int(upto))


def take_away(connection: Connection, seen: Changes) -> None:
    """Forget the changes that a plan has seen; later ones of the same customers stay."""
    write(connection, "DELETE FROM change WHERE no <= :upto", {"upto": seen.upto})
