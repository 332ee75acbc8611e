"""Which fields and locales the stored customers and facts have, for checking names against."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from touchpoints.store.database import rows
from touchpoints.store.reading import CUSTOMER_COLUMNS, FACT_COLUMNS

HISTORY = ("count", "days_since")
LINE = ("name", "phone", "hours")
OCCURRENCE = ("key", "date", "offset", "years")
"""The fields of the records that do not come from files."""

_HIDDEN = {"addresses", "attributes", "unusable"}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The fields of customers, and of facts by kind; None where there are none to learn from."""

    customer: Collection[str] | None = None
    facts: Mapping[str, Collection[str]] = field(default_factory=dict)
    locales: tuple[str, ...] = ()

    def fact(self, kinds: Collection[str]) -> Collection[str] | None:
        """The fields of facts of these kinds; none for no kind, None where one is not known."""
        if any(kind not in self.facts for kind in kinds):
            return None
        return {name for kind in kinds for name in self.facts[kind]}


def vocabulary(connection: Connection) -> Vocabulary:
    """What the data of a workspace have."""
    locales = rows(connection, "SELECT DISTINCT locale FROM customer ORDER BY locale")
    if not locales:
        return Vocabulary()
    attributes = rows(
        connection,
        "SELECT DISTINCT each.key FROM customer, json_each(customer.attributes) AS each"
        " WHERE customer.attributes IS NOT NULL",
    )
    facts: dict[str, set[str]] = {
        kind: set(FACT_COLUMNS) - _HIDDEN
        for (kind,) in rows(connection, "SELECT DISTINCT kind FROM fact")
    }
    of_facts = rows(
        connection,
        "SELECT DISTINCT fact.kind, each.key FROM fact, json_each(fact.attributes) AS each"
        " WHERE fact.attributes IS NOT NULL",
    )
    for kind, name in of_facts:
        facts[kind].add(name)
    return Vocabulary(
        customer=(set(CUSTOMER_COLUMNS) - _HIDDEN) | {name for (name,) in attributes},
        facts=facts,
        locales=tuple(locale for (locale,) in locales if locale),
    )
