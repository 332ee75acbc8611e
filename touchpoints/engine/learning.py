"""The vocabulary of a workspace, learnt from its stored customers, facts and events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from touchpoints.engine.vocabulary import Filled, Vocabulary
from touchpoints.store.dialect import dialect_of
from touchpoints.store.reading import CUSTOMER_COLUMNS, EVENT_COLUMNS, FACT_COLUMNS
from touchpoints.store.statements import rows

_HIDDEN = {"addresses", "attributes", "unusable"}


def vocabulary(connection: Connection) -> Vocabulary:
    """What the data of a workspace have."""
    locales = rows(connection, "SELECT DISTINCT locale FROM customer ORDER BY locale NULLS FIRST")
    if not locales:
        return Vocabulary()
    each = dialect_of(connection).each("customer.attributes")
    attributes = rows(
        connection,
        f"SELECT DISTINCT each.key FROM customer, {each} AS each"  # noqa: S608
        " WHERE customer.attributes IS NOT NULL",
    )
    return Vocabulary(
        customer=(set(CUSTOMER_COLUMNS) - _HIDDEN) | {name for (name,) in attributes},
        facts=_by_kind(connection, "fact", FACT_COLUMNS),
        events=_by_kind(connection, "event", EVENT_COLUMNS),
        locales=tuple(locale for (locale,) in locales if locale),
        filled=_filled(connection),
    )


def _filled(connection: Connection) -> Filled:
    """How many customers who may get messages, and how many facts and events, have each field."""
    active = "status IS NULL OR status IN ('', 'active')"
    customers = [name for name in CUSTOMER_COLUMNS if name not in _HIDDEN]
    found = {("customer", ""): _counted(connection, "customer", customers, (active, ""))}
    for table, columns in (("fact", FACT_COLUMNS), ("event", EVENT_COLUMNS)):
        own = [name for name in columns if name not in _HIDDEN]
        for (kind,) in rows(connection, f"SELECT DISTINCT kind FROM {table}"):  # noqa: S608
            found[table, str(kind)] = _counted(connection, table, own, ("kind = :kind", str(kind)))
    return found


def _counted(
    connection: Connection, table: str, columns: Sequence[str], of: tuple[str, str]
) -> tuple[int, Mapping[str, int]]:
    which, kind = of
    filled = ", ".join(f"count(nullif(trim(CAST({name} AS text)), ''))" for name in columns)
    pairs = dialect_of(connection).each("t.attributes")
    ((total, *counts),) = rows(
        connection,
        f"SELECT count(*), {filled} FROM {table} WHERE {which}",  # noqa: S608
        {"kind": kind},
    )
    attributes = rows(
        connection,
        f"SELECT each.key, count(*) FROM {table} AS t, {pairs} AS each"  # noqa: S608
        f" WHERE t.attributes IS NOT NULL AND each.value <> '' AND ({which}) GROUP BY each.key",
        {"kind": kind},
    )
    return int(total), dict(zip(columns, counts, strict=True)) | dict(attributes)


def _by_kind(connection: Connection, table: str, columns: Sequence[str]) -> dict[str, set[str]]:
    """The columns and attributes that the rows of each kind have."""
    fields = {
        str(kind): set(columns) - _HIDDEN
        for (kind,) in rows(connection, f"SELECT DISTINCT kind FROM {table}")  # noqa: S608
    }
    each = dialect_of(connection).each("t.attributes")
    attributes = rows(
        connection,
        f"SELECT DISTINCT t.kind, each.key FROM {table} AS t, {each} AS each"  # noqa: S608
        " WHERE t.attributes IS NOT NULL",
    )
    for kind, name in attributes:
        fields[kind].add(name)
    return fields
