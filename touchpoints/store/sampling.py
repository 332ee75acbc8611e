"""A stable part of the customers with all that is stored of them, as a database in memory."""

from __future__ import annotations

from sqlalchemy import Connection

from touchpoints.store.database import Database
from touchpoints.store.person import OF_CUSTOMER, OF_MESSAGE, OWNED, SENT, columns
from touchpoints.store.statements import rows, write, write_rows

_SPREAD = 2_654_435_761
"""Knuth's multiplier (TAOCP 6.4): numbers that follow each other land far apart."""


def sampled(database: Database, most: int) -> tuple[Database, int]:
    """A copy with at most so many customers, always the same ones, and how many there are in all.

    Their facts, messages and everything else come along; nothing of anybody else does.
    """
    with database.reading() as source:
        nos = [int(no) for (no,) in rows(source, "SELECT no FROM customer")]
        if len(nos) > most:
            nos = sorted(sorted(nos, key=lambda no: (no * _SPREAD) % 2**32)[:most])
            return _copy(source, nos), _everybody(source)
    return database.copy(), len(nos)


def _everybody(connection: Connection) -> int:
    return int(rows(connection, "SELECT COUNT(*) FROM customer")[0][0])


def _copy(source: Connection, nos: list[int]) -> Database:
    twin = Database("sqlite://")
    twin.prepare()
    with twin.writing() as target:
        _rows_of(source, target, ("customer", "no IN :nos"), nos)
        for table in OWNED:
            _rows_of(source, target, (table, OF_CUSTOMER.replace("= :no", "IN :nos")), nos)
        # Triggers have written transitions of the messages that were just copied.
        write(target, "DELETE FROM transition", {})
        for table in SENT:
            _rows_of(source, target, (table, OF_MESSAGE.replace("= :no", "IN :nos")), nos)
        _rows_of(source, target, ("pause", "1 = 1"), nos)
    return twin


def _rows_of(
    source: Connection, target: Connection, table: tuple[str, str], nos: list[int]
) -> None:
    name, where = table
    names = list(columns(source, name))
    sql = f"SELECT {', '.join(names)} FROM {name} WHERE {where}"
    bound = {"nos": nos} if ":nos" in where else {}
    write_rows(target, name, names, rows(source, sql, bound))
