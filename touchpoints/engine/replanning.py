"""Who has to be planned anew: those who changed, and those whose moments enter the horizon.

Everybody else's plan stands: what it was made from is the same, and time alone only takes minutes
away. Everybody is planned anew when the rules have changed, and where lines or channels can take
only so much, because there one customer's message makes another one wait.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version

import numpy as np
from sqlalchemy import Connection

from touchpoints.content.audience import Audience
from touchpoints.core.calendar import zone_clock
from touchpoints.core.fingerprint import of_values
from touchpoints.core.policy import Touchpoint
from touchpoints.core.rulebook import Rulebook
from touchpoints.engine.brief import Brief
from touchpoints.engine.gathering import rulebook_of
from touchpoints.engine.occurring import Finder
from touchpoints.store import happenings, reading
from touchpoints.store.changes import MANY, Changes, changes
from touchpoints.store.database import get_meta, put_meta
from touchpoints.store.zones import living_in, zones_of_customers

RULES, HORIZON, LAST_PLAN = "planned_rules", "planned_until", "last_plan_at"
"""The names under which the database keeps how, how far and when the last plan was made."""


PATIENCE = 600
"""Seconds after which what is due and not sent is planned anew: usually it goes within some."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a plan is for, by the store's numbers (None: everybody), and what it takes note of."""

    numbers: tuple[int, ...] | None
    seen: Changes
    rules: str


def scope_of(connection: Connection, brief: Brief) -> Scope:
    """Who has to be planned anew now, given what was planned last."""
    rules, seen = rulebook_of(connection, brief), changes(connection)
    mark = of_values((brief.workspace.fingerprint, rules.paused, rules.merging, _versions()))
    until = get_meta(connection, HORIZON)
    before = get_meta(connection, LAST_PLAN)
    onward = until is not None and int(until) <= brief.until
    onward = onward and before is not None and int(before) <= brief.as_of
    same = get_meta(connection, RULES) == mark
    if not (same and onward) or rules.resources or seen.nos is None:
        return Scope(None, seen, mark)
    found = {
        *seen.nos,
        *_entering(connection, brief, rules, int(until or 0)),
        *_restless(connection, brief, rules),
        *reading.overdue(connection, brief.as_of, PATIENCE),
        *happenings.since(connection, int(before or 0), brief.as_of),
    }
    return Scope(tuple(sorted(found)) if len(found) < MANY else None, seen, mark)


def note(connection: Connection, brief: Brief, scope: Scope) -> None:
    """Write down what a plan was made by, and how far it went."""
    put_meta(connection, RULES, scope.rules)
    put_meta(connection, HORIZON, str(brief.until))
    put_meta(connection, LAST_PLAN, str(brief.as_of))


@cache
def _versions() -> tuple[str, ...]:
    """Of this program, and of the zones and holidays that it knows."""
    return tuple(version(name) for name in ("touchpoints", "tzdata", "holidays"))


def _entering(connection: Connection, brief: Brief, rules: Rulebook, until: int) -> Iterator[int]:
    """The customers with a moment whose window opens between the old and the new horizon."""
    fallback = brief.workspace.policy.timezone
    zones = zones_of_customers(connection, fallback)
    for design in rules.touchpoints:
        opening = {zone: _opening(design, zone, (until, brief.until)) for zone in zones}
        days = {day for each in opening.values() for day in each}
        if days:
            found = _customers(connection, brief, design, (min(days), max(days)))
            where = [zone for zone in zones if opening[zone]]
            yield from living_in(connection, list(found), where, fallback)


def _opening(design: Touchpoint, zone: str, span: tuple[int, int]) -> list[int]:
    """The days of occurrences whose window opens within a span of time in a zone."""
    clock = zone_clock(zone)
    first = clock.local_day(span[0]) - design.window.open_day - 1
    last = clock.local_day(span[1]) - design.window.open_day + 1
    opens = {
        day: clock.instant(day + design.window.open_day, design.window.open_minute)
        for day in range(first, last + 1)
    }
    return [day for day, instant in opens.items() if span[0] <= instant < span[1]]


def _customers(
    connection: Connection, brief: Brief, design: Touchpoint, days: tuple[int, int]
) -> Iterator[int]:
    """Whose occurrences of a touchpoint fall on these days."""
    found = Finder(connection, brief, None).on_days(_alone(brief, design), days)
    yield from np.unique(found.no).tolist()


def _restless(connection: Connection, brief: Brief, rules: Rulebook) -> Iterator[int]:
    """Whose audience looks at the past: `history.days_since` grows while nothing happens."""
    for design in rules.touchpoints:
        if any(record == "history" for record, _ in Audience(design.audience).fields):
            found = Finder(connection, brief, None).find(_alone(brief, design))
            yield from np.unique(found[0].no).tolist()


def _alone(brief: Brief, design: Touchpoint) -> Rulebook:
    """The rules as if there were this touchpoint alone."""
    return Rulebook(replace(brief.workspace.policy, touchpoints={design.name: design}))
