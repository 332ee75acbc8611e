"""The rules of a workspace as frozen values: what the pure core needs to know, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from touchpoints.core.hours import Hours

Unit = Literal["m", "h", "d", "w", "bd"]
Consent = Literal["none", "assumed", "required"]

Counted = Literal["customer", "address"]
Losers = Literal["withhold", "merge"]

_DURATION = re.compile(r"([+-]?\d{1,6})(m|h|d|w|bd)")
_CAPACITY = re.compile(r"([1-9]\d{0,8})\s+per\s+(minute|hour|day)")
_MINUTES: Mapping[str, int] = {"minute": 1, "hour": 60, "day": 1440}
_SECONDS: Mapping[str, int] = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as people write it: `30m`, `4h`, `1d`, `2w`, `3bd` (business days)."""

    amount: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read a duration. Raises ValueError, with the expected forms, for anything else."""
        match = _DURATION.fullmatch(text.strip())
        if match is None:
            raise ValueError("expected a duration such as 30m, 4h, 1d, 2w or 3bd")
        return cls(int(match[1]), match[2])  # type: ignore[arg-type]

    @property
    def days(self) -> int | None:
        """Whole calendar days, or None for minutes, hours and business days."""
        if self.unit == "d":
            return self.amount
        return self.amount * 7 if self.unit == "w" else None

    @property
    def seconds(self) -> int:
        """Elapsed seconds; a day counts 24 hours. Raises ValueError for business days."""
        if self.unit == "bd":
            raise ValueError("business days have no fixed length")
        return self.amount * _SECONDS[self.unit]

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much a line or channel can take: `most` in any span of so many minutes."""

    most: int
    minutes: int

    @classmethod
    def parse(cls, text: str) -> Capacity:
        """Read `120 per hour`. Raises ValueError, with the expected forms, for anything else."""
        match = _CAPACITY.fullmatch(text.strip())
        if match is None:
            raise ValueError("expected a capacity such as 120 per hour, 5 per minute, 900 per day")
        return cls(int(match[1]), _MINUTES[match[2]])

    def __str__(self) -> str:
        unit = next(name for name, minutes in _MINUTES.items() if minutes == self.minutes)
        return f"{self.most:,} per {unit}"


@dataclass(frozen=True, slots=True)
class Category:
    """What kind of message it is: this decides what binds it."""

    name: str
    consent: Consent = "assumed"
    obeys_caps: bool = True
    counts: bool = True
    hours: Hours | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Where a customer's reaction lands: a number with opening hours in its own zone.

    `capacity` is how many reactions it can take.
    """

    name: str
    phone: str
    timezone: str
    hours: Hours
    holidays: str | None = None
    capacity: Capacity | None = None


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """What the core knows of a channel: when it may be used, at what cost, and how much.

    `capacity` is how many messages it can take, those of all customers together.
    """

    name: str
    hours: Hours | None = None
    cost: float = 0.0
    capacity: Capacity | None = None


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `max` messages in any window of `per`, over a selection; None selects all.

    A `per` in days or weeks means consecutive local dates; in hours or minutes, elapsed time. It
    counts `by` customer, or by address: then what goes to one phone number or mailbox counts
    together, whoever of those who share it is meant.
    """

    name: str
    max: int
    per: Duration
    categories: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    topics: frozenset[str] | None = None
    touchpoints: frozenset[str] | None = None
    by: Counted = "customer"

    def selects(
        self, category: str | None, channel: str | None, topic: str | None, touchpoint: str | None
    ) -> bool:
        """Whether a message with these properties falls under this cap."""
        pairs = (
            (self.categories, category),
            (self.channels, channel),
            (self.topics, topic),
            (self.touchpoints, touchpoint),
        )
        return all(chosen is None or value in chosen for chosen, value in pairs)


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when an occurrence may be written about: days from its day, local minutes."""

    open_day: int = 0
    open_minute: int = 0
    close_day: int = 1
    close_minute: int = 0


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """The design of one contact: at this moment, for this audience, with this text, in this way.

    `moment` is a value of one of the kinds in `touchpoints.moments`; the core only hands it on.
    `templates` holds one name, or one for each offset of the moment. `reaction` is the share of
    customers who are expected to call the line. A `shadow` is decided and recorded, never sent.
    """

    name: str
    moment: object
    category: str
    templates: tuple[str, ...]
    channels: tuple[str, ...]
    window: Window = Window()
    topic: str | None = None
    priority: int = 50
    audience: str = "true"
    at: int | None = None
    on_cap: Literal["defer", "drop"] = "defer"
    on_doubt: Literal["hold", "resend"] | None = None
    enabled: bool = True
    holdout: float = 0.0
    line: str | None = None
    line_open_for: Duration = Duration(0, "m")
    reaction: float = 1.0
    shadow: bool = False

    def template_of(self, offset: int) -> str:
        """The template for an offset of the moment, by its place."""
        return self.templates[offset] if len(self.templates) > 1 else self.templates[0]


@dataclass(frozen=True, slots=True)
class Policy:
    """All the rules that decide, in the order in which the workspace file has them.

    `topics` says what becomes of the losers of a topic. A message that is planned already moves
    only for a score that is greater by the share `keep`.
    """

    timezone: str
    country: str | None = None
    locale: str = "en"
    channels: Mapping[str, ChannelRule] = field(default_factory=dict)
    categories: Mapping[str, Category] = field(default_factory=dict)
    caps: tuple[Cap, ...] = ()
    gap: Duration | None = None
    lines: Mapping[str, Line] = field(default_factory=dict)
    touchpoints: Mapping[str, Touchpoint] = field(default_factory=dict)
    horizon: Duration = Duration(7, "d")
    freeze: Duration = Duration(10, "m")
    topics: Mapping[str, Losers] = field(default_factory=dict)
    keep: float = 0.1
