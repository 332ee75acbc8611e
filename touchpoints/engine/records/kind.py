"""What may be imported: the columns of a kind, and how its rows become values of a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from touchpoints.core.policy import Policy
from touchpoints.engine.records.dates import Dates
from touchpoints.engine.records.record import Record, shown
from touchpoints.moments.annual import Annual
from touchpoints.store.dialect import Row
from touchpoints.store.records import Table
from touchpoints.workspace.names import nearest

Texts = tuple[str | None, ...]
"""The values of some columns of a row; None for a column that the file does not have."""

Reading = tuple[Row, list[str]]
"""What some columns are stored as, and what there is to say about them."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the rows of a file are judged by.

    `email_channels` are the channels whose own addresses are e-mail addresses; `date_attributes`
    are the attributes that some moment takes for a date; a birthday after `latest_birthday`, in ISO
    form, lies in the future. `readings` is what parts of rows were read as, see `remembered`.
    """

    dates: Dates
    channels: frozenset[str]
    categories: frozenset[str]
    email_channels: frozenset[str]
    date_attributes: frozenset[str]
    latest_birthday: str
    readings: defaultdict[str, dict[Texts, Reading]] = field(
        default_factory=lambda: defaultdict(dict), compare=False, repr=False
    )

    @classmethod
    def of(cls, policy: Policy, dates: Dates, email_channels: frozenset[str], today: date) -> Rules:
        """The rules that follow from a policy."""
        moments = (touchpoint.moment for touchpoint in policy.touchpoints.values())
        return cls(
            dates,
            frozenset(policy.channels),
            frozenset(policy.categories),
            email_channels,
            frozenset(each.annual for each in moments if isinstance(each, Annual)),
            (today + timedelta(days=1)).isoformat(),
        )

    def check_channels(self, record: Record, column: str, names: Iterable[str]) -> None:
        """Say which of these channels the workspace does not have; they are kept."""
        _check(record, column, (names, self.channels))

    def check_category(self, record: Record, name: str) -> None:
        """Say that the workspace does not have this category; it is kept."""
        _check(record, "category", ((name,), self.categories))


def _check(record: Record, column: str, names: tuple[Iterable[str], frozenset[str]]) -> None:
    given, known = names
    for name in given:
        if name != "*" and name not in known:
            near = nearest(name, known)
            question = f"; did you mean {near!r}?" if near else ""
            record.warn(f"{column}: the workspace has no {shown(name)}{question}")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: its table, its columns, and how a row is read.

    `read` gives the values in the order of the table, the customer's id instead of its number, and
    raises RowError. `prefix` begins the names of further columns; all other columns are attributes
    where `attributes` says so, else they are left out. `unique` says that a second row with the
    same key in one file is refused; `subject` is the column with the customer's id.
    """

    name: str
    table: Table
    columns: tuple[str, ...]
    required: tuple[str, ...]
    read: Callable[[Record, Rules], Row]
    subject: str = "customer"
    prefix: str | None = None
    attributes: bool = False
    unique: bool = False

    def knows(self, column: str) -> bool:
        """Whether this column has a meaning of its own."""
        if self.prefix is not None and column.startswith(self.prefix):
            return len(column) > len(self.prefix)
        return column in self.columns
