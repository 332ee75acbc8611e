"""Public holidays of a line's country: the days on which its weekday does not tell its hours."""

from __future__ import annotations

from functools import lru_cache

from touchpoints.core.calendar import date_of, day_of
from touchpoints.core.policy import Policy
from touchpoints.core.rulebook import DayRules
from touchpoints.engine.workdays import calendar_of

MONDAY = 0


def closed_days(policy: Policy, first: int, last: int) -> dict[str, DayRules]:
    """For each line with holidays: None on a holiday, Monday's hours on a make-up workday."""
    return {
        line.name: _country(line.holidays, date_of(first).year, date_of(last).year)
        for line in policy.lines.values()
        if line.holidays is not None
    }


@lru_cache(maxsize=64)
def _country(country: str, first_year: int, last_year: int) -> dict[int, int | None]:
    # All holidays count here: one on a Saturday is no news for business days, but for a line that
    # is open on Saturdays.
    calendar = calendar_of(country, first_year, last_year)
    if calendar is None:
        return {}
    rules: dict[int, int | None] = {day_of(day): None for day in calendar}
    return rules | {day_of(day): MONDAY for day in getattr(calendar, "weekend_workdays", ())}
