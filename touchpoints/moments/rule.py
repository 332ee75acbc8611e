"""A recurrence rule that dateutil works out, begun anew near the days that are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from itertools import islice

from dateutil.rrule import rrule, rrulestr  # type: ignore[import-untyped]

from touchpoints.core.calendar import date_of, day_of

_STEPS = {"DAILY": 1, "WEEKLY": 7}


class Rule:
    """Every so many days, weeks, months or years from `start` on, in a pattern of `BY…` parts.

    Raises ValueError for a pattern that nobody can read, or that has no days at all.
    """

    def __init__(
        self,
        frequency: str,
        start: date,
        interval: int,
        pattern: Mapping[str, str],
        until: int,
        most: int | None,
    ) -> None:
        self._frequency, self._start, self._interval = frequency, start, interval
        self._parts = [f"FREQ={frequency}", f"INTERVAL={interval}"]
        self._parts += [f"{name}={pattern[name]}" for name in sorted(pattern)]
        self._until = until
        try:
            found = islice(self._from(start), most or 1)
            first = [day_of(each.date()) for each in found]
        except (ValueError, TypeError, IndexError, AttributeError) as error:
            raise ValueError(f"this is no rule of RFC 5545: {error}") from None
        if not first:
            raise ValueError("this rule has no days at all")
        self._counted = None if most is None else [day for day in first if day <= until]

    def between(self, first: int, last: int) -> list[int]:
        """The days from `first` to `last`, both included, ascending."""
        low, high = max(first, day_of(self._start)), min(last, self._until)
        if self._counted is not None:
            return [day for day in self._counted if low <= day <= high]
        if low > high:
            return []
        rule = self._from(self._near(low))
        found = rule.between(_midnight(date_of(low)), _midnight(date_of(high)), inc=True)
        return [day_of(each.date()) for each in found]

    def _from(self, start: date) -> rrule:
        return rrulestr(";".join(self._parts), dtstart=_midnight(start))

    def _near(self, day: int) -> date:
        """A start shortly before a day from which the rule has the same days: its steps meet."""
        begun, near = self._start, date_of(day)
        if self._frequency in _STEPS:
            step = _STEPS[self._frequency] * self._interval
            return date_of(day_of(begun) + max(0, (day - day_of(begun)) // step - 1) * step)
        months = self._interval * (12 if self._frequency == "YEARLY" else 1)
        passed = (near.year - begun.year) * 12 + near.month - begun.month
        whole = max(0, passed // months - 1) * months
        if whole == 0:
            return begun
        month = begun.year * 12 + begun.month - 1 + whole
        yearly = self._frequency == "YEARLY"
        return date(month // 12, 1 if yearly else month % 12 + 1, 1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
