"""The world outside touchpoints: its people, what they owe, what happens to them, what they say."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.chaos.designs import BIRTHDAY, DESIGNS, INSTALMENT, KINDS_OF_EVENT, Design
from tests.chaos.provider import KEYED, KEYLESS, MAIL

START = datetime(2026, 10, 23, 4, tzinfo=UTC)
"""Two days before the clocks change in Europe, and nine before they do in America."""
PEOPLE = 360
_ZONES = (
    *("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Pacific/Auckland"),
    *("America/Los_Angeles", "Asia/Kolkata"),
)
_QUIET = (None, None, "22:00-07:00", "12:00-14:00")
_HOW_FAR = 24
"""Days on which birthdays and instalments fall; most chapters take three, some nine."""


@dataclass(frozen=True, slots=True)
class Person:
    """One customer; `quiet` are hours in which nothing may arrive, `most` their own cap a day."""

    id: str
    zone: str
    birthday: date
    order: tuple[str, ...]
    quiet: str | None
    most: int | None

    def local(self, instant: float) -> datetime:
        """The wall clock of this person."""
        return datetime.fromtimestamp(instant, ZoneInfo(self.zone))

    def instant(self, day: date, minute: int) -> float:
        """When a minute, counted from a day's midnight, comes on this person's clock."""
        at = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
        return at.replace(tzinfo=ZoneInfo(self.zone)).timestamp()


@dataclass(frozen=True, slots=True)
class Instalment:
    """Money that is due on a day."""

    customer: str
    ref: str
    due: date


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a customer."""

    customer: str
    kind: str
    ref: str
    at: float


@dataclass(frozen=True, slots=True)
class Word:
    """What was committed for a customer: `paid` and the ref, or `opted out`; surely so at `at`."""

    customer: str
    what: str
    ref: str
    at: float


@dataclass
class World:
    """All that is true; what comes in during the run is added when it is committed."""

    people: dict[str, Person]
    instalments: dict[str, Instalment]
    happenings: dict[str, Happening] = field(default_factory=dict)
    words: list[Word] = field(default_factory=list)

    @classmethod
    def made(cls, draw: random.Random, channels: Sequence[str]) -> World:
        """A world from a seed, for customers with addresses on these channels."""
        people = {each.id: each for each in (_person(no, draw, channels) for no in range(PEOPLE))}
        owed = [
            Instalment(id_, f"{id_}-{number}", START.date() + timedelta(draw.randrange(_HOW_FAR)))
            for id_ in people
            for number in range(2)
        ]
        return cls(people, {each.ref: each for each in owed})

    def happen(self, draw: random.Random, at: float, how_many: int) -> list[Happening]:
        """New events at an instant; they are part of the world once somebody adds them."""
        first = len(self.happenings)
        ids = list(self.people)
        return [
            Happening(draw.choice(ids), draw.choice(KINDS_OF_EVENT), f"E{first + number}", at)
            for number in range(how_many)
        ]

    def window(self, key: str) -> tuple[float, float]:
        """From when until when a message may go out, by its key; opens not before the event."""
        customer, touchpoint, occurrence = key.split("/", 2)
        person, design = self.people[customer], DESIGNS[touchpoint]
        day, earliest = self._day(person, design, occurrence)
        open_, close = (person.instant(day, minute) for minute in design.window)
        return max(open_, earliest), close

    def occurrences(self) -> dict[str, float]:
        """The keys of all that may become a message, with the instant from which it is known."""
        start, found = START.timestamp(), {}
        for person in self.people.values():
            for name in ("greeting", "club"):
                found[f"{person.id}/{name}/{START.year}"] = start
        for owed in self.instalments.values():
            for name in ("reminder", "overdue"):
                offset = DESIGNS[name].offset
                found[f"{owed.customer}/{name}/{owed.ref}@{offset}d"] = start
        by_kind = {design.about: name for name, design in DESIGNS.items()}
        for event in self.happenings.values():
            found[f"{event.customer}/{by_kind[event.kind]}/{event.ref}"] = event.at
        return found

    def _day(self, person: Person, design: Design, occurrence: str) -> tuple[date, float]:
        if design.about == BIRTHDAY:
            return person.birthday.replace(year=int(occurrence)), 0.0
        if design.about == INSTALMENT:
            owed = self.instalments[occurrence.partition("@")[0]]
            return owed.due + timedelta(design.offset), 0.0
        event = self.happenings[occurrence]
        return person.local(event.at).date(), float(int(event.at))


def _person(number: int, draw: random.Random, channels: Sequence[str]) -> Person:
    born = START.date() + timedelta(draw.randrange(_HOW_FAR))
    order = [name for name in (KEYED, KEYLESS, MAIL) if name in channels]
    draw.shuffle(order)
    return Person(
        id=f"C{number:03d}",
        zone=draw.choice(_ZONES),
        birthday=born.replace(year=2006),
        order=tuple(order),
        quiet=draw.choice(_QUIET),
        most=1 if draw.random() < 0.1 else None,
    )
