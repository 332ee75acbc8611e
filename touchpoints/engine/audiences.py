"""Who a touchpoint is for: its expression, asked for every occurrence with the stored values."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from touchpoints.content.audience import Audience
from touchpoints.core.columns import Bools
from touchpoints.core.known import Part
from touchpoints.core.rulebook import Rulebook
from touchpoints.engine.brief import Brief
from touchpoints.engine.crowd import BASE_COLUMNS, WHOLE_COLUMNS
from touchpoints.engine.occurring import Found
from touchpoints.engine.people import customer_columns, of_customer, of_event, of_fact
from touchpoints.store.dialect import Row

DAY = 86400
Values = list[object]


class Audiences:
    """The audiences of all touchpoints, compiled once. Raises UsageError for a wrong expression.

    They look at customers' rows of the number, then `columns`.
    """

    def __init__(self, rules: Rulebook, brief: Brief) -> None:
        self._as_of, self._zone = brief.as_of, brief.workspace.policy.timezone
        self._audiences = tuple(Audience(design.audience) for design in rules.touchpoints)
        asked = {field for each in self._audiences for field in each.fields}
        own = set(customer_columns({name for root, name in asked if root == "customer"}))
        some = BASE_COLUMNS + tuple(sorted(own - set(BASE_COLUMNS)))
        self.columns = WHOLE_COLUMNS if brief.whole else some

    def judge(
        self, found: Sequence[Found], people: Sequence[Row], counted: Sequence[Row]
    ) -> list[Bools]:
        """For each touchpoint, whether its expression holds for each of its occurrences."""
        by_no = {int(row[0]): row for row in people}
        history = _History(counted, self._as_of)
        return [self._judge(each, by_no, history) for each in found]

    def unmet(
        self, found: Found, people: Sequence[Row], counted: Sequence[Row]
    ) -> list[tuple[Part, ...]]:
        """For each occurrence of a touchpoint, what of its expression does not hold, and why."""
        whole = self._audiences[found.touchpoint]
        by_no = {int(row[0]): row for row in people}
        history, nos = _History(counted, self._as_of), found.no.tolist()
        told: list[list[Part]] = [[] for _ in nos]
        for part in whole.parts:
            names = [f"{root}.{name}" for root, name in part.fields]
            columns = [
                self._values(root, name, found, nos, by_no, history) for root, name in part.fields
            ]
            for place in range(len(nos)):
                values = tuple(column[place] for column in columns)
                if not part.holds(values):
                    told[place].append(Part(part.expression, dict(zip(names, values, strict=True))))
        return [tuple(parts) for parts in told]

    def _judge(self, found: Found, people: dict[int, Row], history: _History) -> Bools:
        audience = self._audiences[found.touchpoint]
        if not audience.fields:
            return np.full(len(found.no), audience.holds(()), dtype=bool)
        nos = found.no.tolist()
        columns = [
            self._values(root, name, found, nos, people, history) for root, name in audience.fields
        ]
        return np.asarray(
            [audience.holds(values) for values in zip(*columns, strict=True)], dtype=bool
        )

    def _values(
        self,
        root: str,
        name: str,
        found: Found,
        nos: list[int],
        people: dict[int, Row],
        history: _History,
    ) -> Values:
        if root == "customer":
            read = of_customer(name, self.columns)
            return [read(people[no]) for no in nos]
        if root == found.record:
            read = of_fact(name) if root == "fact" else of_event(name, self._zone)
            return [read(found.rows[row]) for row in found.occurrences.row.tolist()]
        if root == "history":
            tell = history.teller(name)
            return [tell(no) for no in nos]
        return [None] * len(nos)


class _History:
    """What an audience may ask of the past year: `history.count` and `history.days_since`."""

    def __init__(self, counted: Sequence[Row], as_of: int) -> None:
        self._counted, self._as_of = counted, as_of
        self._count: dict[int, int] = {}
        self._last: dict[int, int] = {}

    def teller(self, name: str) -> Callable[[int], object]:
        """A function that answers for a customer's number; unknown names have no value."""
        if not self._count:
            for no, at, *_ in self._counted:
                if self._as_of - 365 * DAY <= at <= self._as_of:
                    self._count[no] = self._count.get(no, 0) + 1
                    self._last[no] = max(self._last.get(no, at), at)
        if name == "count":
            return lambda no: self._count.get(no, 0)
        if name == "days_since":
            return lambda no: (self._as_of - self._last[no]) // DAY if no in self._last else None
        return lambda _no: None


__all__ = ["Audiences"]
