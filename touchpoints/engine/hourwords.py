"""Weekly hours in the reader's words, with the holidays ahead: `Mon–Fri 9:00–17:00, closed …`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import get_day_names

from touchpoints.content.openhours import Days, LineHours
from touchpoints.core.calendar import date_of, zone_clock
from touchpoints.core.hours import Hours, week_in_words
from touchpoints.core.policy import Line, Policy
from touchpoints.engine.holidays import closed_days

AHEAD = 14
"""How many days ahead a reader is told of: who calls, calls within two weeks."""


@lru_cache(maxsize=256)
def hours_in_words(hours: Hours, locale: str) -> str:
    """The hours of a week, with the names of the days as this locale has them."""
    names = get_day_names("abbreviated", "format", _known(locale))
    return week_in_words(hours, [names[day] for day in range(7)])


def line_hours(policy: Policy, line: Line, locale: str, now: int) -> LineHours:
    """The hours of a line as somebody reads them at an instant, in seconds since 1970."""
    local = zone_clock(line.timezone or policy.timezone).local(now).date()
    today = local.toordinal() - _EPOCH
    rules = closed_days(policy, today, today + AHEAD).get(line.name, {}) if line.holidays else {}
    near = tuple((day, rules[day]) for day in range(today, today + AHEAD + 1) if day in rules)
    return _told(line.hours, locale, near)


_EPOCH = date_of(0).toordinal()


@lru_cache(maxsize=1024)
def _told(hours: Hours, locale: str, near: tuple[tuple[int, int | None], ...]) -> LineHours:
    rules = dict(near)
    closed = [
        span
        for span in _in_a_row(day for day, rule in near if rule is None)
        if any(hours.on(day) for day in range(span[0], span[1] + 1))
    ]
    opened = _in_a_row(day for day, rule in near if _is_extra(hours, rules, day))
    week = hours_in_words(hours, locale)
    return LineHours.of(week, locale, [_dates(each) for each in closed], list(map(_dates, opened)))


def _is_extra(hours: Hours, rules: Mapping[int, int | None], day: int) -> bool:
    """Whether a day that is usually closed is open, to make up for a holiday."""
    rule = rules[day]
    return rule is not None and bool(hours.week[rule]) and not hours.on(day)


def _in_a_row(days: Iterable[int]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for day in days:
        if spans and spans[-1][1] == day - 1:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans


def _dates(span: tuple[int, int]) -> Days:
    return date_of(span[0]), date_of(span[1])


def _known(locale: str) -> Locale:
    try:
        return Locale.parse(locale, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
