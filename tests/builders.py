"""Small builders: a situation of the pure core made from words, without a store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import numpy as np

from touchpoints.core.calendar import NEVER, day_of, zone_clock
from touchpoints.core.capacity import Taken
from touchpoints.core.columns import (
    DENIED,
    GRANTED,
    NO_WISHES,
    Candidates,
    Committed,
    Customers,
    Wishes,
)
from touchpoints.core.decision import Decision
from touchpoints.core.hours import Hours, Interval
from touchpoints.core.plan import Plan, Situation, make_plan
from touchpoints.core.policy import (
    Cap,
    Category,
    ChannelRule,
    Counted,
    Duration,
    Policy,
    Touchpoint,
    Window,
)
from touchpoints.core.rulebook import DayRules, Merging, Rulebook
from touchpoints.gates import GATES
from touchpoints.workspace import use_packaged_zones

use_packaged_zones()  # before any test asks for a zone: the system's own copy may be years old

SHANGHAI = "Asia/Shanghai"
CONSENT = {"granted": GRANTED, "denied": DENIED}
CATEGORIES = {
    "mandatory": Category("mandatory", consent="none", obeys_caps=False),
    "service": Category("service"),
    "marketing": Category("marketing", consent="required"),
}


def day(text: str) -> int:
    """The day number of an ISO date."""
    return day_of(date.fromisoformat(text))


def instant(text: str, zone: str = "UTC") -> int:
    """Seconds of an ISO date and time: at its own offset, else on the clock of `zone`."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        return int(moment.timestamp())
    return zone_clock(zone).instant(day_of(moment.date()), moment.hour * 60 + moment.minute)


def utc_text(at: int) -> str:
    """An instant as time-cases.md writes it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%MZ")


def local_text(at: int, zone: str) -> str:
    """The wall clock of an instant in a zone."""
    return f"{zone_clock(zone).local(at):%Y-%m-%d %H:%M}"


def window(opens: str = "0d 09:00", closes: str = "0d 20:00") -> Window:
    """A window as the policy writes it."""
    ends = []
    for text in (opens, closes):
        days, clock = text.split()
        hour, minute = clock.split(":")
        ends += [int(days.removesuffix("d")), int(hour) * 60 + int(minute)]
    return Window(*ends)


def cap(
    name: str, most: int, per: str, by: Counted = "customer", **selection: Iterable[str]
) -> Cap:
    """A cap; the selection is `categories`, `channels`, `topics` or `touchpoints`."""
    chosen = {key: frozenset(values) for key, values in selection.items()}
    return Cap(name, most, Duration.parse(per), by=by, **chosen)  # type: ignore[arg-type]


def touchpoint(name: str, **keys: object) -> Touchpoint:
    """A touchpoint of the category service on e-mail, unless the keys say otherwise."""
    usual = {"moment": None, "category": "service", "templates": (name,), "channels": ("email",)}
    return Touchpoint(**(usual | {"name": name, "window": window()} | keys))  # type: ignore[arg-type]


def policy(*touchpoints: Touchpoint, **keys: object) -> Policy:
    """A policy with three categories, and every channel that its touchpoints name."""
    names = dict.fromkeys(name for each in touchpoints for name in each.channels)
    usual: dict[str, object] = {
        "timezone": SHANGHAI,
        "channels": {name: ChannelRule(name) for name in names},
        "categories": CATEGORIES,
        "touchpoints": {each.name: each for each in touchpoints},
    }
    return Policy(**(usual | keys))  # type: ignore[arg-type]


def all_day() -> Hours:
    """Hours that are never closed."""
    return Hours.parse("00:00-24:00")


@dataclass(frozen=True)
class Person:
    """One customer; with consent to everything and every address unless said otherwise.

    `consent` is keyed by (category, channel) and holds `granted`, `denied` or None; `agreed` has
    the instants at which it may be used where that changes. `addresses` are those by channel that
    others may have too.
    """

    id: str = "C1"
    zone: str = SHANGHAI
    status: str = "active"
    order: tuple[str, ...] = ()
    wishes: Wishes = NO_WISHES
    unreachable: frozenset[str] = frozenset()
    consent: Mapping[tuple[str, str], str | None] = field(default_factory=dict)
    agreed: Mapping[tuple[str, str], tuple[Interval, ...]] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)

    def address(self, channel: str | None) -> str | None:
        """The address on a channel: one that others may have, else the own one, else none."""
        if channel is None or channel in self.unreachable:
            return None
        return self.addresses.get(channel, f"{self.id} by {channel}")


@dataclass(frozen=True)
class Wanted:
    """One candidate: whose, of which touchpoint, its key and its day."""

    touchpoint: str
    day: int
    occurrence: str = "1"
    customer: str = "C1"
    next_day: int = NEVER
    audience: bool = True
    pinned: tuple[str, int] | None = None
    planned: tuple[str, int] | None = None
    earliest: int = 0
    failed: tuple[str, ...] = ()
    tried_at: int = 0


@dataclass(frozen=True)
class Sent:
    """One message that counts already."""

    at: int
    customer: str = "C1"
    category: str | None = "service"
    channel: str | None = "email"
    topic: str | None = None
    touchpoint: str | None = None
    label: str = "earlier"


@dataclass(frozen=True)
class World:
    """A policy, people, candidates and history, at one instant: all that a plan depends on."""

    policy: Policy
    wanted: tuple[Wanted, ...]
    as_of: int
    people: tuple[Person, ...] = (Person(),)
    sent: tuple[Sent, ...] = ()
    days: int = 7
    paused: frozenset[str] = frozenset()
    closed: Mapping[str, DayRules] = field(default_factory=dict)
    merging: Merging = field(default_factory=Merging)
    taken: tuple[tuple[str, int, int], ...] = ()
    """What others have taken of capacities: `capacity:NAME`, an instant, millionths."""

    def rulebook(self) -> Rulebook:
        """The policy with numbers for names."""
        return Rulebook(self.policy, self.paused, self.closed, self.merging)

    def situation(self) -> Situation:
        """The columns, ordered as the core wants them."""
        rules = self.rulebook()
        people = sorted(self.people, key=lambda each: each.id)
        row = {each.id: number for number, each in enumerate(people)}
        return Situation(
            rules,
            _customers(rules, people),
            _candidates(rules, row, self.wanted),
            _committed(rules, row, self.sent),
            self.as_of,
            self.as_of + self.days * 86400,
            _taken(rules, self.taken),
        )

    def plan(self) -> Plan:
        """The plan under the package's own gates."""
        return make_plan(self.situation(), GATES)

    def decisions(self) -> list[Decision]:
        """The lines of the plan."""
        return list(self.plan().decisions())

    def decided(self) -> dict[tuple[str, str, str], Decision]:
        """The lines of the plan by customer, touchpoint and occurrence."""
        return {
            (each.customer, each.touchpoint, each.occurrence): each for each in self.decisions()
        }


def _customers(rules: Rulebook, people: Sequence[Person]) -> Customers:
    zones = tuple(dict.fromkeys(each.zone for each in people))
    orders = tuple(dict.fromkeys(each.order for each in people))
    wishes = tuple(dict.fromkeys(each.wishes for each in people))
    shape = (len(people), len(rules.categories), len(rules.channels))
    consent = np.zeros(shape, dtype=np.int8)
    for number, each in enumerate(people):
        for column, category in enumerate(rules.categories):
            for place, channel in enumerate(rules.channels):
                word = each.consent.get((category.name, channel), "granted")
                consent[number, column, place] = CONSENT.get(word or "", 0)
    return Customers(
        id=np.array([each.id for each in people], dtype=object),
        active=np.array([each.status == "active" for each in people], dtype=bool),
        status=np.array([each.status for each in people], dtype=object),
        zone=_ints(zones.index(each.zone) for each in people),
        order=_ints(orders.index(each.order) for each in people),
        wish=_ints(wishes.index(each.wishes) for each in people),
        reachable=np.array(
            [[name not in each.unreachable for name in rules.channels] for each in people],
            dtype=bool,
        ).reshape(shape[0], shape[2]),
        consent=consent,
        zones=zones,
        orders=orders,
        wishes=wishes,
        agreed={
            (number, rules.category_number[category], rules.channel_number[channel]): spans
            for number, each in enumerate(people)
            for (category, channel), spans in each.agreed.items()
        },
        address=_addresses(rules, people) if any(cap.by_address for cap in rules.limits) else None,
    )


def _addresses(rules: Rulebook, people: Sequence[Person]) -> np.ndarray:
    texts = [[each.address(name) for name in rules.channels] for each in people]
    known = sorted({text for row in texts for text in row if text is not None})
    numbers = [[-1 if text is None else known.index(text) for text in row] for row in texts]
    return np.array(numbers, dtype=np.int64).reshape(len(people), len(rules.channels))


def _taken(rules: Rulebook, taken: Sequence[tuple[str, int, int]]) -> Taken:
    codes = [each.code for each in rules.resources]
    return Taken(
        _ints(codes.index(code) for code, _, _ in taken),
        _ints(at for _, at, _ in taken),
        _ints(amount for _, _, amount in taken),
    )


def _candidates(rules: Rulebook, row: Mapping[str, int], wanted: Sequence[Wanted]) -> Candidates:
    ordered = sorted(wanted, key=lambda each: (each.customer, each.touchpoint, each.occurrence))
    pins = [each.pinned or each.planned for each in ordered]
    return Candidates(
        customer=_ints(row[each.customer] for each in ordered),
        touchpoint=_ints(rules.touchpoint_number[each.touchpoint] for each in ordered),
        occurrence=np.array([each.occurrence for each in ordered], dtype=object),
        day=_ints(each.day for each in ordered),
        base=_ints(each.day for each in ordered),
        next_day=_ints(each.next_day for each in ordered),
        earliest=_ints(each.earliest for each in ordered),
        offset=_ints(0 for _ in ordered),
        audience=np.array([each.audience for each in ordered], dtype=bool),
        failed=_ints(
            sum(1 << rules.channel_number[name] for name in each.failed) for each in ordered
        ),
        planned=_ints(-1 if pin is None else rules.channel_number[pin[0]] for pin in pins),
        planned_at=_ints(0 if pin is None else pin[1] for pin in pins),
        pinned=np.array([each.pinned is not None for each in ordered], dtype=bool),
        tried_at=_ints(each.tried_at for each in ordered),
    )


def _committed(rules: Rulebook, row: Mapping[str, int], sent: Sequence[Sent]) -> Committed:
    ordered = sorted(sent, key=lambda each: (each.customer, each.at))
    return Committed(
        customer=_ints(row[each.customer] for each in ordered),
        at=_ints(each.at for each in ordered),
        limits=_ints(
            rules.counted(each.category, each.channel, each.topic, each.touchpoint)
            for each in ordered
        ),
        label=np.array([each.label for each in ordered], dtype=object),
        channel=_ints(rules.channel_number.get(each.channel or "", -1) for each in ordered),
    )


def _ints(values: Iterable[int]) -> np.ndarray:
    return np.fromiter(values, dtype=np.int64)
