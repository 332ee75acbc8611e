"""An independent checker of years of decisions.

It reads the JSON lines of the decisions and the files that were imported, and is told the policy as
plain values; nothing of touchpoints is imported here or in the modules that it uses.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import sqrt
from pathlib import Path
from typing import Any

from tests.years.room import Room, most_around
from tests.years.verdict import Line, Verdict
from tests.years.words import Cap, Due, Person, Rules, Send, instant

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Book:
    """A house as its files tell it: the policy, the people, and what is due from an instant on."""

    rules: Rules
    people: Mapping[str, Person]
    dues: Sequence[Due]


class Checker:
    """Compares decisions of a span of time with what the files and the rules ask for."""

    def __init__(self, book: Book, span: tuple[datetime, datetime]) -> None:
        self._rules, self._people, self._span = book.rules, book.people, span
        self._dues = {due.key: due for due in book.dues}

    def faults(self, lines: Iterable[Line]) -> list[str]:
        """Everything that is wrong with these decisions; an empty list is a good span of time."""
        told = list(lines)
        strangers = {line["customer"] for line in told} - set(self._people)
        if strangers:
            return [f"nobody is called {each}" for each in sorted(strangers)]
        sent = (line for line in told if line["verdict"] == "send")
        room = Room(self._rules, self._span[0], map(self._send, sent))
        dues = self._dues | {due.key: due for due in self._followers(room)}
        faults = list(_keys(told, dues, self._told_for(dues.values(), room)))
        if faults:
            return faults
        for line in told:
            verdict = Verdict(room, self._people[line["customer"]], dues[_key(line)], line)
            faults += [f"{_key(line)}: {fault}" for fault in verdict.faults()]
        faults += list(room.overfull())
        faults += list(_holdouts(told, self._rules))
        for customer, its in room.of.items():
            faults += [f"{customer}: {fault}" for fault in self._broken(customer, its, room)]
        for address, its in room.to.items():
            for cap in (each for each in self._rules.caps if each.by_address):
                faults += [f"{address}: {fault}" for fault in _too_many(its, cap, room)]
        return faults

    def _send(self, line: Line) -> Send:
        names = ("customer", "touchpoint", "occurrence", "channel", "category", "topic", "score")
        address = self._people[line["customer"]].addresses.get(line["channel"], "?")
        at = datetime.fromisoformat(line["send_at"])
        there = at.astimezone(instant(at.date(), 0, self._rules.zone).tzinfo)
        due = self._dues.get(_key(line))
        opened = there.date() if due is None else due.day
        values = {name: line[name] for name in names}
        return Send(**values, at=there, address=address, opened=opened)

    def _followers(self, room: Room) -> Iterator[Due]:
        """What is due because another message went out: its key is that message's key."""
        for design in self._rules.designs.values():
            if design.follows is None:
                continue
            parent, days = design.follows
            for send in (each for its in room.of.values() for each in its):
                if send.touchpoint == parent:
                    key = f"{send.customer}/{send.touchpoint}/{send.occurrence}"
                    day = send.at.date() + timedelta(days=days)
                    yield Due(send.customer, design.name, key, day, known=send.at)

    def _told_for(self, dues: Iterable[Due], room: Room) -> dict[Key, bool]:
        """Which messages may be told, and whether they must be."""
        since, until = self._span
        found = {}
        for due in dues:
            opens, closes = room.window(due)
            if opens < until and closes > since and opens < closes:
                found[due.key] = closes <= until and (due.ends is None or due.ends >= closes)
        return found

    def _broken(self, customer: str, sends: list[Send], room: Room) -> Iterator[str]:
        """The caps and the gap that one customer's messages break."""
        for cap in (each for each in room.caps(self._people[customer]) if not each.by_address):
            yield from _too_many(sends, cap, room)
        for before, after in pairwise(sorted(sends, key=lambda send: send.at)):
            if after.at - before.at < self._rules.gap and _obeys(self._rules, before, after):
                yield f"{before.at} and {after.at} are less than {self._rules.gap} apart"


def read_lines(file: Path) -> list[dict[str, Any]]:
    """The decisions of a file of JSON lines."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def _keys(
    told: Sequence[Line], dues: Mapping[Key, Due], asked: Mapping[Key, bool]
) -> Iterator[str]:
    counts = Counter(map(_key, told))
    yield from (f"{key} is told {count} times" for key, count in counts.items() if count > 1)
    yield from (f"{key} is not told" for key, must in asked.items() if must and key not in counts)
    yield from (f"{key} was not asked for" for key in counts if key not in asked)


def _key(line: Line) -> Key:
    return line["customer"], line["touchpoint"], line["occurrence"]


def _obeys(rules: Rules, *sends: Send) -> bool:
    return any(rules.categories[send.category].obeys for send in sends)


def _too_many(sends: Sequence[Send], cap: Cap, room: Room) -> Iterator[str]:
    """The windows of a cap that hold too many, among them one that obeys it."""
    for send in sends:
        if cap.counts(send) and _obeys(room.rules, send):
            seen = [each for each in sends if room.foreseen(each, send.at.date())]
            count = most_around(seen, cap, send.at.date())
            if count > cap.most:
                yield f"{count} messages around {send.at} break {cap.name}"


def _holdouts(told: Sequence[Line], rules: Rules) -> Iterator[str]:
    """Whoever is held out once always is, and they are the share that the policy says."""
    for design in rules.designs.values():
        lines = [line for line in told if line["touchpoint"] == design.name]
        held: dict[str, set[bool]] = defaultdict(set)
        for line in lines:
            held[line["customer"]].add(line["reason"] == "holdout")
        yield from (
            f"{who} is held out of {design.name} at times"
            for who, both in held.items()
            if len(both) > 1
        )
        if held:
            share, p = sum(map(max, held.values())) / len(held), design.holdout
            if abs(share - p) > 5 * sqrt(p * (1 - p) / len(held)):
                yield f"{share:.1%} are held out of {design.name}, not {p:.1%}"
