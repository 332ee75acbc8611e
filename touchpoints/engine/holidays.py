"""Public holidays of a line's country: the days on which its weekday does not tell its hours."""

from __future__ import annotations

from functools import lru_cache

from touchpoints.core.calendar import date_of, day_of
from touchpoints.core.policy import Policy
from touchpoints.core.rulebook import DayRules

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
    # Imported here because it costs 70 ms at start-up and most workspaces have no lines.
    from holidays import country_holidays  # noqa: PLC0415

    calendar = country_holidays(country, years=range(first_year, last_year + 1))
    rules: dict[int, int | None] = {day_of(day): None for day in calendar}
    for day in getattr(calendar, "weekend_workdays", ()):
        rules[day_of(day)] = MONDAY
    return rules
