"""Which fields and locales customers, facts and events have, to check names against."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from touchpoints.content.usage import Lacking

HISTORY = ("count", "days_since")
LINE = ("name", "phone", "hours")
OCCURRENCE = ("key", "date", "offset", "years")
"""The fields of the records that do not come from files."""

Filled = Mapping[tuple[str, str], tuple[int, Mapping[str, int]]]
"""By record and kind: how many there are, and how many of them have each field."""


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
