"""Writing what was imported: rows that are new, rows that differ, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection

from touchpoints.store import changes
from touchpoints.store.dialect import Row, dialect_of
from touchpoints.store.statements import rows, write, write_rows

KEEP: Final = object()
"""The value of a column that the file does not have: what is stored stays."""

_dumps = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
).encode


@dataclass(frozen=True, slots=True)
class Patch:
    """A change to a JSON column (RFC 7396): names that it sets, and (None) takes away.

    `text` is what it makes of an empty column; one patch may serve many rows, and is then written
    as JSON once.
    """

    values: Mapping[str, Any]
    text: str | None = field(init=False, compare=False)

    def __post_init__(self) -> None:
        fresh = {name: value for name, value in self.values.items() if value is not None}
        object.__setattr__(self, "text", _dumps(fresh) if fresh else None)

    def on(self, old: str | None) -> str | None:
        """A JSON object as text with the patch applied; None instead of an empty one."""
        if old is None or old == self.text:
            return self.text
        if not self.values:
            return old
        stored = json.loads(old)
        kept = {name: value for name, value in stored.items() if name not in self.values}
        fresh = {name: value for name, value in self.values.items() if value is not None}
        return _dumps(kept | fresh) if kept or fresh else None


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is imported into: the columns that name a row, then those that tell about it.

    `patched` are the columns of JSON, in `least` the lower value stays whichever came first,
    `number` is the primary key. `repeats` says that one run may write the same row again; the later
    row then wins.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    patched: tuple[str, ...] = ()
    least: tuple[str, ...] = ()
    number: str = "no"
    repeats: bool = False

    @property
    def all_columns(self) -> tuple[str, ...]:
        """The order of the values in a row."""
        return self.key + self.columns


CUSTOMERS = Table(
    "customer",
    ("id",),
    (
        *("name", "given_name", "family_name"),
        *("birthday", "birthday_calendar", "birth_year", "birth_month_day"),
        *("timezone", "country", "locale", "status", "channels"),
        *("email", "phone", "addresses", "unusable", "attributes"),
    ),
    patched=("addresses", "unusable", "attributes"),
)
FACTS = Table(
    "fact",
    ("customer_no", "kind", "ref"),
    ("date", "status", "amount", "currency", "attributes", "closed_at"),
    patched=("attributes",),
)
EVENTS = Table(
    "event",
    ("customer_no", "kind", "ref"),
    ("at", "attributes"),
    patched=("attributes",),
    least=("at",),
    repeats=True,
)
CONSENTS = Table(
    "consent",
    ("customer_no", "at", "channel", "category", "state"),
    ("source", "expires_at"),
    repeats=True,
)
PREFERENCES = Table(
    "preference",
    ("customer_no",),
    (
        *("channels", "quiet_hours", "max", "per"),
        *("pause_from", "pause_until", "snooze_until"),
    ),
    number="customer_no",
    repeats=True,
)
HISTORY = Table(
    "history", ("customer_no", "sent_at", "channel", "category", "topic", "touchpoint"), ()
)


class Upsert:
    """Rows on their way into one table, counted by what they change in it as a whole."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection = connection
        self._table = table
        self._patched = [table.columns.index(name) for name in table.patched]
        self._least = [table.columns.index(name) for name in table.least]
        self._new = 0
        self._changed = 0
        self._made: set[int] = set()
        self._before: dict[int, int] = {}
        self._differs: set[int] = set()
        self._touched: set[int] = set()
        self._noted = 0
        self._last: int | None = None

    @property
    def new(self) -> int:
        """How many rows there are now that were not there before."""
        return self._new

    @property
    def changed(self) -> int:
        """How many rows of before are now different."""
        return self._changed + len(self._differs)

    def add(self, batch: Sequence[Row]) -> None:
        """Store rows with different keys, each in the order of `Table.all_columns`.

        A value may be `KEEP`; that of a JSON column is a `Patch`. Raises StoreError through the
        transaction.
        """
        table, width = self._table, len(self._table.key)
        keys = [row[:width] for row in batch]
        stored = self._stored(keys)
        fresh: list[Row] = []
        updates: list[Row] = []
        for key, row in zip(keys, batch, strict=True):
            if key not in stored:
                fresh.append(key + self._plain(row[width:]))
                continue
            number, *old = stored[key]
            now = self._merged(old, row[width:])
            if now != old:
                updates.append((*now, number))
                self._touched.add(number if table is CUSTOMERS else key[0])
                self._count_change(key, tuple(old), tuple(now))
        self._write(fresh, updates)
        self._new += len(fresh)
        if table.repeats:
            self._made.update(hash(row[:width]) for row in fresh)

    def _plain(self, new: Row) -> Row:
        """The columns of a new row as they are stored."""
        now = [None if value is KEEP else value for value in new]
        for place in self._patched:
            now[place] = new[place].text
        return tuple(now)

    def _merged(self, old: Sequence[Any], new: Row) -> list[Any]:
        """What the columns hold when new values meet old ones."""
        now = [before if value is KEEP else value for before, value in zip(old, new, strict=True)]
        for place in self._patched:
            now[place] = new[place].on(old[place])
        for place in self._least:
            now[place] = min(old[place], new[place])
        return now

    def _stored(self, keys: list[Row]) -> dict[Row, Row]:
        """The number and the columns of the rows that are there already, by key."""
        table, width = self._table, len(self._table.key)
        if not keys:
            return {}
        names = ", ".join(f"t.{name}" for name in (*table.key, table.number, *table.columns))
        same = " AND ".join(f"t.{name} = wanted.{name}" for name in table.key)
        wanted, bound = dialect_of(self._connection).wanted(table.key, keys)
        sql = f"SELECT {names} FROM {wanted} CROSS JOIN {table.name} AS t WHERE {same}"
        found = rows(self._connection, sql, bound)
        return {row[:width]: row[width:] for row in found}

    def touch(self, customers: Collection[int]) -> None:
        """Take along customers of whom something else has changed."""
        self._noted += len(customers)
        self._touched.update(customers)

    def note(self) -> None:
        """Note whose rows were written: these customers are planned anew.

        Done once, at the end: on a server others wait from then on until this is committed, and
        whoever notes in two goes may wait in a circle.
        """
        if self._noted >= changes.MANY:
            changes.mark_everybody(self._connection)
            return
        if self._table is CUSTOMERS and self._last is not None:
            changes.mark_new_customers(self._connection, self._last)
        changes.mark(self._connection, self._touched)

    def _write(self, fresh: list[Row], updates: list[Row]) -> None:
        table, connection = self._table, self._connection
        if table is CUSTOMERS and self._last is None:
            self._last = int(rows(connection, "SELECT COALESCE(MAX(no), 0) FROM customer")[0][0])
        write_rows(connection, table.name, table.all_columns, fresh)
        self._update(updates)
        self._noted += len(fresh) + len(updates)
        if self._noted >= changes.MANY:
            self._touched.clear()
        elif table is not CUSTOMERS:
            self._touched.update(row[0] for row in fresh)

    def _update(self, updates: list[Row]) -> None:
        if updates:
            table = self._table
            settings = ", ".join(f"{name} = :{name}" for name in table.columns)
            names = (*table.columns, "number")
            write(
                self._connection,
                f"UPDATE {table.name} SET {settings} WHERE {table.number} = :number",
                [dict(zip(names, row, strict=True)) for row in updates],
            )

    def _count_change(self, key: Row, old: Row, now: Row) -> None:
        """Count a row once, and only while it differs from what stood there before the run."""
        if not self._table.repeats:
            self._changed += 1
            return
        name = hash(key)
        if name in self._made:
            return
        before = self._before.setdefault(name, hash(old))
        if hash(now) == before:
            self._differs.discard(name)
        else:
            self._differs.add(name)
