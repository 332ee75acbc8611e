"""Which fields and locales the stored customers, facts and events have, to check names against."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from touchpoints.store.database import rows
from touchpoints.store.dialect import dialect_of
from touchpoints.store.reading import CUSTOMER_COLUMNS, EVENT_COLUMNS, FACT_COLUMNS

HISTORY = ("count", "days_since")
LINE = ("name", "phone", "hours")
OCCURRENCE = ("key", "date", "offset", "years")
"""The fields of the records that do not come from files."""

_HIDDEN = {"addresses", "attributes", "unusable"}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The fields of customers, and of facts and events by kind; None where none can be learnt."""

    customer: Collection[str] | None = None
    facts: Mapping[str, Collection[str]] = field(default_factory=dict)
    events: Mapping[str, Collection[str]] = field(default_factory=dict)
    locales: tuple[str, ...] = ()

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
    )


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
