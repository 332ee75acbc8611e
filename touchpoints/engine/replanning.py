"""Who has to be planned anew: those who changed, and those whose moments enter the horizon.

Everybody else's plan stands: what it was made from is the same, and time alone only takes minutes
away. Everybody is planned anew when the rules have changed, and where lines or channels can take
only so much, because there one customer's message makes another one wait.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from touchpoints.store import happenings, reading, shares
from touchpoints.store.changes import MANY, Changes, changes
from touchpoints.store.shares import Share
from touchpoints.store.statements import put_meta
from touchpoints.store.zones import living_in, zones_of_customers

LAST_PLAN = "last_plan_at"
"""The name under which the database keeps when a plan was made last."""


PATIENCE = 600
"""Seconds after which what is due and not sent is planned anew: usually it goes within some."""
AT_ONCE = 2_000
"""Messages that are late and planned anew together: after half an hour without a daemon 100,000 may
be, which would hold up the first of them for 12 s; each is judged once more when it is claimed."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a plan is for, by the store's numbers (None: everybody), and what it takes note of."""

    numbers: tuple[int, ...] | None
    share: Share
    seen: Changes
    rules: str


def scope_of(connection: Connection, brief: Brief, share: Share) -> Scope:
    """Who of a share has to be planned anew now, given what was planned last."""
    rules = rulebook_of(connection, brief)
    seen = changes(connection, share.first, share.last, share.everybody)
    mark = of_values((brief.workspace.fingerprint, rules.paused, rules.merging, _versions()))
    until, before = share.until, share.planned_at
    onward = until is not None and until <= brief.until
    onward = onward and before is not None and before <= brief.as_of
    if not (share.rules == mark and onward) or rules.resources or seen.nos is None:
        return Scope(_all_of(connection, share), share, seen, mark)
    found = {
        *seen.nos,
        *_entering(connection, brief, rules, until or 0),
        *_restless(connection, brief, rules),
        *reading.overdue(connection, brief.as_of, PATIENCE, AT_ONCE),
        *happenings.since(connection, before or 0, brief.as_of),
    }
    whom = tuple(sorted(no for no in found if share.has(no)))
    return Scope(whom if len(whom) < MANY else _all_of(connection, share), share, seen, mark)


def _all_of(connection: Connection, share: Share) -> tuple[int, ...] | None:
    """The numbers of all of a share; None where it is everybody."""
    if share.last is None:
        return None
    return tuple(no for no in reading.numbers(connection, share.first, share.last))


def note(connection: Connection, brief: Brief, scopes: Sequence[Scope]) -> None:
    """Write down what a plan was made by, and how far it went."""
    shares.note(
        connection,
        [
            replace(
                scope.share,
                rules=scope.rules,
                until=brief.until,
                planned_at=brief.as_of,
                everybody=scope.seen.everybody,
            )
            for scope in scopes
        ],
    )
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
