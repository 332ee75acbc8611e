"""The facts, events and birthdays behind messages: of customers and refs that are known."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from touchpoints.store.dialect import Row, dialect_of
from touchpoints.store.happenings import EVENT
from touchpoints.store.reading import FACT_COLUMNS
from touchpoints.store.statements import rows

Key = tuple[int, str]
"""The number of a customer, and the ref of a fact or event of theirs."""


def facts(connection: Connection, kind: str, keys: Sequence[Key]) -> dict[Key, Row]:
    """(customer number, fact columns …) of facts of a kind by their keys, but closed ones."""
    columns = ", ".join(f"f.{name}" for name in FACT_COLUMNS)
    found = _found(
        connection,
        f"SELECT f.customer_no, {columns} FROM {{wanted}} CROSS JOIN fact f"
        f" WHERE {_MEANT.format('f')} AND f.closed_at IS NULL",
        kind,
        keys,
    )
    return {(row[0], row[2]): row for row in found}


def events(connection: Connection, kind: str, keys: Sequence[Key]) -> dict[Key, Row]:
    """(customer number, event columns …, zone) of events of a kind by their keys."""
    found = _found(
        connection,
        f"SELECT e.customer_no, {EVENT}, c.timezone FROM {{wanted}} CROSS JOIN event e"
        f" JOIN customer c ON c.no = e.customer_no WHERE {_MEANT.format('e')}",
        kind,
        keys,
    )
    return {(row[0], row[2]): row for row in found}


def birthdays(connection: Connection, nos: Sequence[int]) -> list[Row]:
    """(number, year or 0, month-day, lunar or not) of those whose birthday is known."""
    sql = (
        "SELECT no, COALESCE(birth_year, 0), birth_month_day,"
        " CASE birthday_calendar WHEN 'lunar' THEN 1 ELSE 0 END"
        " FROM customer WHERE no IN :nos AND birth_month_day IS NOT NULL"
    )
    return rows(connection, sql, {"nos": list(nos)})


# Joined by CROSS JOIN, which SQLite takes in the order of writing: left to itself it looks through
# all facts of the kind, for each of them through the keys.
_MEANT = "{0}.customer_no = wanted.no AND {0}.kind = :kind AND {0}.ref = wanted.ref"


def _found(connection: Connection, sql: str, kind: str, keys: Sequence[Key]) -> list[Row]:
    if not keys:
        return []
    wanted, bound = dialect_of(connection).wanted(("no", "ref"), keys)
    return rows(connection, sql.replace("{wanted}", wanted), {"kind": kind, **bound})
