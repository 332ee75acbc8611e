"""One line of the decisions, held against what the files and the rules ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.years.room import Room, ways
from tests.years.words import Design, Due, Person, instant

Line = Mapping[str, Any]
STAGES = ("no_consent", "no_address", "paused", "no_time", "room")
"""How far a channel gets, in the order of the gates."""


@dataclass(frozen=True)
class Verdict:
    """One line, and what it is about."""

    room: Room
    person: Person
    due: Due
    line: Line

    def faults(self) -> Iterator[str]:
        """What is wrong with this line by itself."""
        design = self._design
        if (self.line["category"], self.line["topic"]) != (design.category, design.topic):
            yield f"is told as {self.line['category']}, {self.line['topic']}"
        yield from self._sent() if self.line["verdict"] == "send" else self._withheld()

    @property
    def _design(self) -> Design:
        return self.room.rules.designs[self.due.touchpoint]

    def _sent(self) -> Iterator[str]:
        design, channel, line = self._design, str(self.line["channel"]), self.line
        at = datetime.fromisoformat(line["send_at"])
        there = instant(at.date(), at.hour * 60 + at.minute, self.room.rules.zone)
        if at != there or at.utcoffset() != there.utcoffset() or at.second:
            yield f"{line['send_at']} is not a minute of {self.room.rules.zone}"
        if design.shadow:
            yield "is a shadow, and went out"
        if channel not in design.channels or channel not in self.person.addresses:
            yield f"went out by {channel}"
            return
        if there not in self.room.allowed_on(at.date(), self.due, self.person, channel):
            yield f"went out by {channel} at {line['send_at']}, which is not allowed"
            return
        late = (at.date() - self.room.days(self.due)[0]).days
        place = ways(design, self.person).index(channel)
        worth = design.priority * 0.8**place * 0.9**late
        if abs(line["score"] - worth) > 1e-6:
            yield f"is scored {line['score']}, not {worth}"
        if line["reason"] is not None:
            yield f"went out with the reason {line['reason']}"
        yield from self._better(there, channel, worth)

    def _better(self, at: datetime, channel: str, worth: float) -> Iterator[str]:
        """A way or a day that is worth more and had room, and an earlier minute of the same day."""
        for score, other, day in self._options():
            if score <= worth + 1e-9:
                break
            free = self.room.free(self.due, self.person, other, day)
            if free is not None and score > worth * (1 + self.room.rules.keep):
                yield f"went out at {at} by {channel}, though {other} had room at {free}"
        if channel not in self.room.rules.capacity:
            free = self.room.free(self.due, self.person, channel, at.date())
            if free is not None and free != at:
                yield f"went out at {at} by {channel}, though {free} was the first minute"

    def _options(self) -> list[tuple[float, str, date]]:
        """Every channel and date with its worth, the best one first."""
        days, design = self.room.days(self.due), self._design
        return sorted(
            (
                (design.priority * 0.8**place * 0.9**late, channel, day)
                for place, channel in enumerate(ways(design, self.person))
                for late, day in enumerate(days)
            ),
            key=lambda option: -option[0],
        )

    def _withheld(self) -> Iterator[str]:
        line, reason = self.line, str(self.line["reason"])
        if (line["channel"], line["send_at"]) != (None, None):
            yield "is withheld, yet has a channel or a time"
        if reason == "holdout" and self._design.holdout:
            return
        if self.due.ends is not None and self.due.ends < self.room.window(self.due)[1]:
            return
        days = self.room.days(self.due)
        furthest, at_last = self._furthest(days), self._furthest(days[-1:])
        if furthest != reason == at_last:
            # The reason is that of the last plan, made on the last date: what was left by then.
            if furthest == "room":
                yield from self._crowded("cap:")
        elif furthest != "room":
            if reason != furthest:
                yield f"is withheld as {reason}, not as {furthest}"
        elif not (reason == "shadow" and self._design.shadow):
            yield from self._crowded(reason)

    def _furthest(self, days: Sequence[date]) -> str:
        """How far the best of the channels gets on some dates of the window."""
        return max((self._stage(each, days) for each in self._design.channels), key=STAGES.index)

    def _stage(self, channel: str, days: Sequence[date]) -> str:
        """The gate at which a channel fails, `room` where only caps, gap and capacity may."""
        if not self.room.agrees(self.due, self.person, channel):
            return "no_consent"
        if channel not in self.person.addresses:
            return "no_address"
        if self._has_minute(channel, days):
            return "room"
        return "paused" if self._has_minute(channel, days, paused=True) else "no_time"

    def _has_minute(self, channel: str, days: Sequence[date], *, paused: bool = False) -> bool:
        """Whether hours, line and wishes leave a minute of these dates; `paused`: but the pause."""
        due, person = self.due, self.person
        return any(
            next(self.room.allowed_on(day, due, person, channel, paused=paused), None) is not None
            for day in days
        )

    def _crowded(self, reason: str) -> Iterator[str]:
        """Whether there really was no room, and nothing worth less went out instead."""
        if not self.line["detail"]:
            yield f"is withheld as {reason} without a word"
        if reason == "merged":
            yield from self._merged()
        elif not reason.startswith(("cap:", "capacity:")) and reason != "gap":
            yield f"is withheld as {reason}"
        elif reason.startswith("cap:") and reason[4:] and reason[4:] not in set(self._full()):
            yield f"is withheld as {reason}, which was not full"
        for _, channel, day in self._options():
            free = self.room.free(self.due, self.person, channel, day)
            if free is not None:
                yield f"is withheld as {reason}, though {channel} had room at {free}"
        if reason != "merged" and not self._design.shadow:
            yield from self._cheaper(reason)

    def _full(self) -> Iterator[str]:
        for _, channel, day in self._options():
            if channel in self.person.addresses:
                yield from self.room.full(self.due, self.person, channel, day)

    def _merged(self) -> Iterator[str]:
        home = next(
            (
                send
                for send in self.room.of[self.due.customer]
                if f"{send.touchpoint}/{send.occurrence}" == self.line["merged_into"]
            ),
            None,
        )
        if home is None:
            yield "is a section of what did not go out"
        elif (self.due.touchpoint, home.touchpoint, home.channel) not in self.room.rules.merges:
            yield f"is a section of {home.touchpoint} by {home.channel}"
        elif home.at not in self.room.allowed(self.due, self.person, home.channel):
            yield f"is a section at {home.at}, when it may not go out itself"

    def _cheaper(self, reason: str) -> Iterator[str]:
        """What went out instead, is worth less, and was decided when this was known."""
        rules = self.room.rules
        opens, _ = self.room.window(self.due)
        seen = max(
            opens - rules.horizon + timedelta(days=1), self.due.known or opens - rules.horizon
        )
        for send in self.room.of[self.due.customer]:
            if send.at < seen or not rules.categories[send.category].obeys:
                continue
            for score, channel, day in self._options():
                if score <= send.score * (1 + rules.keep):
                    break
                free = self.room.free(self.due, self.person, channel, day, without=send)
                if free is not None:
                    yield f"is withheld as {reason} for {send.touchpoint} {send.at}, worth less"
                    break
