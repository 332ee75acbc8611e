"""Which fields and locales the stored customers, facts and events have, to check names against."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from touchpoints.content.usage import Lacking
from touchpoints.store.dialect import dialect_of
from touchpoints.store.reading import CUSTOMER_COLUMNS, EVENT_COLUMNS, FACT_COLUMNS
from touchpoints.store.statements import rows

HISTORY = ("count", "days_since")
LINE = ("name", "phone", "hours")
OCCURRENCE = ("key", "date", "offset", "years")
"""The fields of the records that do not come from files."""

Filled = Mapping[tuple[str, str], tuple[int, Mapping[str, int]]]
"""By record and kind: how many there are, and how many of them have each field."""

_HIDDEN = {"addresses", "attributes", "unusable"}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The fields of customers, and of facts and events by kind; None where none can be learnt."""

    customer: Collection[str] | None = None
    facts: Mapping[str, Collection[str]] = field(default_factory=dict)
    events: Mapping[str, Collection[str]] = field(default_factory=dict)
    locales: tuple[str, ...] = ()
    filled: Filled = field(default_factory=dict)

    def lacking(self, facts: Collection[str], events: Collection[str]) -> Lacking:
        """How many customers, and facts and events of these kinds, have no such field.

        Fields that all of them have are left out.
        """
        found: dict[tuple[str, str], tuple[int, int]] = {}
        for (record, kind), (of, have) in self.filled.items():
            wanted = {"fact": facts, "event": events}.get(record)
            for name, with_it in have.items() if wanted is None or kind in wanted else ():
                before = found.get((record, name), (0, 0))
                found[record, name] = (before[0] + of - with_it, before[1] + of)
        return {key: counts for key, counts in found.items() if counts[0] > 0}

    def fact(self, kinds: Collection[str]) -> Collection[str] | None:
        """The fields of facts of these kinds; none for no kind, None where one is not known."""
        return self._of_kinds(self.facts, kinds)

    def event(self, kinds: Collection[str]) -> Collection[str] | None:
        """The fields of events of these kinds; none for no kind, None where one is not known."""
        return self._of_kinds(self.events, kinds)

    def _of_kinds(
        self, known: Mapping[str, Collection[str]], kinds: Collection[str]
    ) -> Collection[str] | None:
        if self.customer is None or any(kind not in known for kind in kinds):
            return None
        return {name for kind in kinds for name in known[kind]}


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
