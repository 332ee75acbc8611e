"""An independent checker of a year of decisions.

It reads the JSON lines of the decisions and the CSV files that were imported, and is told the
policy's numbers as plain values; nothing of touchpoints is imported here.
"""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Line = Mapping[str, Any]
GREETING, REMINDER = "birthday-greeting", "instalment-due"


@dataclass(frozen=True)
class Cap:
    """At most `most` in any `days` consecutive local dates, of what `selects` names."""

    name: str
    most: int
    days: int
    selects: tuple[str, str] | None = None

    def counts(self, send: Send) -> bool:
        """Whether a message falls under this cap."""
        return self.selects is None or getattr(send, self.selects[0]) == self.selects[1]


@dataclass(frozen=True)
class Rules:
    """The numbers of the policy: minutes of the day, days before the due date, dates, caps."""

    zone: str = "Europe/Prague"
    window: tuple[int, int] = (9 * 60, 20 * 60)
    hours: tuple[tuple[str, int, int], ...] = (("email", 480, 1260), ("sms", 540, 1200))
    offsets: tuple[int, ...] = (-3, -1)
    gap: timedelta = timedelta(hours=4)
    priorities: tuple[tuple[str, int], ...] = ((GREETING, 60), (REMINDER, 90))
    caps: tuple[Cap, ...] = (
        Cap("one-a-day", 1, 1),
        Cap("marketing-weekly", 2, 7, ("category", "marketing")),
        Cap("sms-monthly", 4, 30, ("channel", "sms")),
        Cap("one-birthday-wish", 1, 30, ("topic", "birthday")),
    )


@dataclass(frozen=True)
class Person:
    """A customer: what the files say about how to reach them."""

    id: str
    birthday: date
    owner: bool
    order: tuple[str, ...]
    addresses: frozenset[str]
    consents: Mapping[tuple[str, str], str]

    def agrees(self, category: str, channel: str) -> bool:
        """Marketing needs a yes, service only no no; the latest word about the pair counts."""
        word = self.consents.get((category, channel))
        return word == "granted" if category == "marketing" else word != "denied"


@dataclass(frozen=True)
class Send:
    """One message that went out, by the clock of its customer."""

    customer: str
    touchpoint: str
    occurrence: str
    channel: str
    category: str
    topic: str
    at: datetime


@dataclass(frozen=True)
class Due:
    """One message that the files ask for: its key, and the local date on which it is due."""

    customer: str
    touchpoint: str
    occurrence: str
    day: date

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it unique."""
        return self.customer, self.touchpoint, self.occurrence

    @property
    def category(self) -> str:
        """What kind of message it is."""
        return "marketing" if self.touchpoint == GREETING else "service"

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels of the touchpoint, the first one first."""
        return ("sms", "email") if self.touchpoint == GREETING else ("email", "sms")


class Checker:
    """Compares a year of decisions with what the files and the rules ask for."""

    def __init__(self, folder: Path, year: int, rules: Rules) -> None:
        self._rules, self._year, self._zone = rules, year, ZoneInfo(rules.zone)
        self._people = dict(_people(folder, year))
        self._due = {due.key: due for due in (*self._birthdays(), *self._instalments(folder))}

    def faults(self, lines: Iterable[Line]) -> list[str]:
        """Everything that is wrong with these decisions; an empty list is a good year."""
        told = list(lines)
        keys = Counter((line["customer"], line["touchpoint"], line["occurrence"]) for line in told)
        faults = [f"{key} is told {count} times" for key, count in keys.items() if count > 1]
        faults += [f"{key} is not told" for key in self._due if key not in keys]
        faults += [f"{key} was not asked for" for key in keys if key not in self._due]
        if faults:
            return faults
        sends = self._by_customer(told)
        for line in told:
            due = self._due[line["customer"], line["touchpoint"], line["occurrence"]]
            check = self._sent if line["verdict"] == "send" else self._withheld
            faults += [f"{due.key}: {fault}" for fault in check(line, due, sends[due.customer])]
        for customer, its in sends.items():
            faults += [f"{customer}: {fault}" for fault in self._broken(its)]
        return faults

    def greeted(self, lines: Iterable[Line], month_day: tuple[int, int]) -> dict[str, date | None]:
        """For every owner born on a month and day: the local date of the greeting, if it went."""
        born = {
            person.id
            for person in self._people.values()
            if person.owner and (person.birthday.month, person.birthday.day) == month_day
        }
        return {
            line["customer"]: line["send_at"] and datetime.fromisoformat(line["send_at"]).date()
            for line in lines
            if line["touchpoint"] == GREETING and line["customer"] in born
        }

    def _birthdays(self) -> Iterator[Due]:
        for person in self._people.values():
            if person.owner:
                day = _in_year(person.birthday, self._year)
                yield Due(person.id, GREETING, str(self._year), day)

    def _instalments(self, folder: Path) -> Iterator[Due]:
        for fact in _rows(folder / "instalments.csv"):
            wanted = fact["status"] == "open" and float(fact["amount"]) > 0
            if wanted and self._people[fact["customer"]].owner:
                for offset in self._rules.offsets:
                    day = date.fromisoformat(fact["date"]) + timedelta(days=offset)
                    if day.year == self._year:
                        yield Due(fact["customer"], REMINDER, f"{fact['ref']}@{offset}d", day)

    def _by_customer(self, lines: Sequence[Line]) -> dict[str, list[Send]]:
        sends: dict[str, list[Send]] = defaultdict(list)
        for line in lines:
            if line["verdict"] == "send":
                names = ("customer", "touchpoint", "occurrence", "channel", "category", "topic")
                values = {name: line[name] for name in names}
                sends[line["customer"]].append(
                    Send(**values, at=datetime.fromisoformat(line["send_at"]))
                )
        return sends

    def _open_ways(self, due: Due) -> list[str]:
        """The channels with address and consent, in the customer's order."""
        person = self._people[due.customer]
        return [
            channel
            for channel in _ordered(person, due)
            if channel in person.addresses and person.agrees(due.category, channel)
        ]

    def _sent(self, line: Line, due: Due, sends: list[Send]) -> Iterator[str]:
        rules, channel = self._rules, str(line["channel"])
        at = datetime.fromisoformat(line["send_at"])
        if at.utcoffset() != at.replace(tzinfo=self._zone).utcoffset():
            yield f"{line['send_at']} is not a time of {rules.zone}"
        if at.date() != due.day:
            yield f"went out on {at.date()}, not on {due.day}"
        if not _allowed(rules, channel, at.hour * 60 + at.minute):
            yield f"went out at {at:%H:%M} by {channel}"
        ways = self._open_ways(due)
        if channel not in ways:
            yield f"went out by {channel}; open are {ways}"
        elif channel != ways[0] and not self._full(sends, due, ways[0]):
            yield f"went out by {channel}, though {ways[0]} comes first and had room"
        place = _ordered(self._people[due.customer], due).index(channel)
        worth = dict(rules.priorities)[due.touchpoint] * 0.8**place
        if abs(line["score"] - worth) > 1e-6:
            yield f"is scored {line['score']}, not {worth}"
        if line["reason"] is not None:
            yield f"went out with the reason {line['reason']}"

    def _withheld(self, line: Line, due: Due, sends: list[Send]) -> Iterator[str]:
        person, reason, ways = self._people[due.customer], line["reason"], self._open_ways(due)
        if (line["channel"], line["send_at"]) != (None, None):
            yield "is withheld, yet has a channel or a time"
        if not ways:
            agreed = any(person.agrees(due.category, channel) for channel in due.channels)
            expected = "no_address" if agreed else "no_consent"
            if reason != expected:
                yield f"is withheld as {reason}, not as {expected}"
            return
        if not (str(reason).startswith("cap:") or reason == "gap"):
            yield f"is withheld as {reason}, though {ways} are open"
        if not line["detail"]:
            yield f"is withheld as {reason} without a word"
        for channel in ways:
            if not self._full(sends, due, channel):
                yield f"is withheld as {reason}, though {channel} had room"
        cheaper = [send for send in sends if send.at.date() == due.day and self._cheaper(send, due)]
        yield from (f"made room for {send.touchpoint}, which is worth less" for send in cheaper)

    def _cheaper(self, send: Send, due: Due) -> bool:
        worth = dict(self._rules.priorities)
        return worth[send.touchpoint] < worth[due.touchpoint] * 0.8

    def _full(self, sends: list[Send], due: Due, channel: str) -> bool:
        """Whether no minute of the day has room for this message on a channel."""
        others = [send for send in sends if (send.touchpoint, send.occurrence) != due.key[1:]]
        start = datetime(due.day.year, due.day.month, due.day.day, tzinfo=self._zone)
        topic = "birthday" if due.touchpoint == GREETING else "payment"
        tried = Send(*due.key, channel, due.category, topic, start)
        if list(self._too_many([*others, tried], tried)):
            return True
        minutes = [start + timedelta(minutes=m) for m in range(*self._rules.window)]
        free = (
            at
            for at in minutes
            if _allowed(self._rules, channel, at.hour * 60 + at.minute)
            and all(abs(send.at - at) >= self._rules.gap for send in others)
        )
        return next(free, None) is None

    def _broken(self, sends: list[Send]) -> Iterator[str]:
        """The caps and the gap that one customer's messages break."""
        for send in sends:
            yield from self._too_many(sends, send)
        ordered = sorted(sends, key=lambda send: send.at)
        for before, after in pairwise(ordered):
            if after.at - before.at < self._rules.gap:
                yield f"{before.at} and {after.at} are less than {self._rules.gap} apart"

    def _too_many(self, sends: list[Send], around: Send) -> Iterator[str]:
        """The caps that are broken in a window of dates that holds one of the messages."""
        for cap in self._rules.caps:
            if not cap.counts(around):
                continue
            days = sorted(send.at.date() for send in sends if cap.counts(send))
            last = around.at.date()
            for first in (day for day in days if timedelta(0) <= last - day < timedelta(cap.days)):
                within = sum(first <= day < first + timedelta(cap.days) for day in days)
                if within > cap.most:
                    yield f"{within} messages in {cap.days} days from {first} break {cap.name}"


def read_lines(file: Path) -> list[dict[str, Any]]:
    """The decisions of a file of JSON lines."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def _people(folder: Path, year: int) -> Iterator[tuple[str, Person]]:
    consents: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    # Denied sorts before granted: read backwards, it has the last word at one instant.
    for row in sorted(
        _rows(folder / "consents.csv"), key=lambda row: (row["at"], -ord(row["state"][0]))
    ):
        assert datetime.fromisoformat(row["at"]).year < year, (
            "the checker takes consents as settled"
        )
        for channel in ("email", "sms") if row["channel"] == "*" else (row["channel"],):
            for category in (
                ("marketing", "service") if row["category"] == "*" else (row["category"],)
            ):
                consents[row["customer"]][category, channel] = row["state"]
    for row in _rows(folder / "customers.csv"):
        assert row["status"] in {"", "active"}
        yield (
            row["id"],
            Person(
                id=row["id"],
                birthday=date.fromisoformat(row["birthday"]),
                owner=row["role"] == "owner",
                order=tuple(filter(None, row["channels"].split(";"))),
                addresses=frozenset(
                    channel
                    for channel, field in (("email", "email"), ("sms", "phone"))
                    if row[field]
                ),
                consents=consents[row["id"]],
            ),
        )


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def _in_year(birthday: date, year: int) -> date:
    try:
        return birthday.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _ordered(person: Person, due: Due) -> list[str]:
    ranked = [channel for channel in person.order if channel in due.channels]
    return [*ranked, *(channel for channel in due.channels if channel not in ranked)]


def _allowed(rules: Rules, channel: str, minute: int) -> bool:
    opens, closes = next((start, end) for name, start, end in rules.hours if name == channel)
    return max(opens, rules.window[0]) <= minute < min(closes, rules.window[1])
