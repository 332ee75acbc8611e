"""A file that is the whole truth about one kind of facts: what it does not have is closed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import Connection

from touchpoints.engine.records.record import Broken, Record, shown
from touchpoints.errors import UsageError
from touchpoints.store import closing


@dataclass(frozen=True, slots=True)
class Whole:
    """The kind of facts that a file has all of, and the instant at which others are closed."""

    kind: str
    now: int


@dataclass(frozen=True, slots=True)
class Closed:
    """How many facts were closed, and the numbers of their customers."""

    count: int
    customers: Collection[int]


@dataclass(slots=True)
class Completeness:
    """Which facts of the kind the file has, those in rejected rows included.

    `unreadable` counts the rows of which nobody can say which fact they are about; while there are
    any, nothing is closed.
    """

    whole: Whole
    unreadable: int = 0
    _rejected: set[str] = field(default_factory=set)

    def refused(self, item: Record | Broken) -> None:
        """Note a rejected row."""
        if isinstance(item, Broken):
            self.unreadable += 1
            return
        customer, kind, ref = (item.values.get(name) for name in ("customer", "kind", "ref"))
        if kind and kind != self.whole.kind:
            return
        if customer and ref:
            self._rejected.add(name_of(customer, self.whole.kind, ref))
        else:
            self.unreadable += 1

    def close(self, connection: Connection, stored: Collection[str]) -> Closed | None:
        """Close what is not among the facts that were stored or rejected.

        None says that nothing was closed because some row cannot be read. Raises UsageError for a
        file without a single row of the kind.
        """
        kind = self.whole.kind
        begun = name_of("", kind, "")
        if self.unreadable:
            return None
        if not self._rejected and not any(begun in name for name in stored):
            raise UsageError(
                f"the file has no row of the kind {shown(kind)}, so nothing was imported;"
                " check the kind, or leave --full out: it would close all that are stored"
            )
        gone = [
            no
            for no, customer, ref in closing.open_facts(connection, kind)
            if (name := name_of(customer, kind, ref)) not in stored and name not in self._rejected
        ]
        return Closed(len(gone), closing.close_facts(connection, gone, self.whole.now))


def name_of(customer: str, kind: str, ref: str) -> str:
    """The text that tells a fact from every other one; no part of it has a line end."""
    return f"{customer}\n{kind}\n{ref}"
