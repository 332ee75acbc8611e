"""The checker's own words for a policy, for people and for messages: plain values, no product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Spans = tuple[tuple[int, int], ...]
"""Minutes of a day, `[start, end)`; one that ends before it starts reaches into the next day."""

ALL_DAY: Spans = ((0, 1440),)


@dataclass(frozen=True)
class Cap:
    """At most `most` in any `days` consecutive local dates, of what `selects` (field, value)."""

    name: str
    most: int
    days: int
    selects: tuple[str, str] | None = None
    by_address: bool = False

    def counts(self, send: Send) -> bool:
        """Whether a message falls under this cap."""
        return self.selects is None or getattr(send, self.selects[0]) == self.selects[1]


@dataclass(frozen=True)
class Category:
    """What binds a kind of message; `hours` are those of each weekday, Monday first."""

    consent: str = "assumed"
    obeys: bool = True
    hours: tuple[Spans, ...] = (ALL_DAY,) * 7


@dataclass(frozen=True)
class Desk:
    """A line that people call: its hours by weekday, and on which dates it is closed."""

    hours: tuple[Spans, ...]
    closed: frozenset[date]
    stays_open: timedelta

    def answers(self, at: datetime) -> bool:
        """Whether somebody answers at an instant of the line's clock and still does so later."""
        if at.date() in self.closed:
            return False
        midnight = at.replace(hour=0, minute=0)
        return any(
            midnight + timedelta(minutes=start) <= at
            and at + self.stays_open < midnight + timedelta(minutes=end)
            for start, end in self.hours[at.weekday()]
        )


@dataclass(frozen=True)
class Design:
    """A touchpoint: (day, minute) from and until when one may write, counted from the due day."""

    name: str
    category: str
    channels: tuple[str, ...]
    priority: int
    opens: tuple[int, int]
    closes: tuple[int, int]
    topic: str | None = None
    at: int | None = None
    holdout: float = 0.0
    shadow: bool = False
    desk: Desk | None = None
    follows: tuple[str, int] | None = None

    @property
    def preferred(self) -> int:
        """The minute of the day from which the first allowed one is taken."""
        return self.opens[1] if self.at is None else self.at


@dataclass(frozen=True)
class Rules:
    """A policy. `capacity` is how many messages a channel takes in any hour.

    `merges` are pairs of a touchpoint and the one whose message on a channel takes it in.
    """

    zone: str
    designs: Mapping[str, Design]
    categories: Mapping[str, Category]
    hours: Mapping[str, Spans]
    caps: tuple[Cap, ...]
    gap: timedelta
    capacity: Mapping[str, int] = field(default_factory=dict)
    merges: frozenset[tuple[str, str, str]] = frozenset()
    horizon: timedelta = timedelta(days=7)
    keep: float = 0.1


@dataclass(frozen=True)
class Person:
    """A customer: what the files say about how to reach them, and what they wish.

    `said` are (instant, category, channel, granted), the last word last; `*` stands for all.
    """

    id: str
    order: tuple[str, ...]
    addresses: Mapping[str, str]
    said: tuple[tuple[datetime, str, str, bool], ...] = ()
    quiet: Spans = ()
    pause: tuple[date, date] | None = None
    own_cap: Cap | None = None

    def agrees(self, consent: str, category: str, channel: str, at: datetime) -> bool:
        """Whether a message of a category may come by a channel at an instant."""
        word = None
        for when, about, way, granted in self.said:
            if when <= at and about in {"*", category} and way in {"*", channel}:
                word = granted
        return {"none": True, "assumed": word is not False, "required": word is True}[consent]


@dataclass(frozen=True)
class Send:
    """One message that went out, by the clock of its customer; its window opened on `opened`."""

    customer: str
    touchpoint: str
    occurrence: str
    channel: str
    category: str
    topic: str | None
    at: datetime
    score: float
    address: str
    opened: date


@dataclass(frozen=True)
class Due:
    """One message that the files ask for: its key, its day, and what else bounds it.

    From `next_day` on, a later offset stands in for it. Nobody knows of it before `known`. Once
    `ends` has come, it is not so any more: then it may be told or not, but not sent.
    """

    customer: str
    touchpoint: str
    occurrence: str
    day: date
    next_day: date | None = None
    known: datetime | None = None
    ends: datetime | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it unique."""
        return self.customer, self.touchpoint, self.occurrence


@lru_cache(maxsize=1 << 16)
def instant(day: date, minute: int, zone: str) -> datetime:
    """A minute of a local day; one that a clock change leaves out comes later by the gap."""
    naive = datetime.combine(day, time()) + timedelta(minutes=minute)
    there = naive.replace(tzinfo=ZoneInfo(zone))
    return there.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(zone))
