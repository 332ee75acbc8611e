"""Where there is room for a message: allowed minutes, caps, gap and capacity, one after another."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from tests.years.words import Cap, Design, Due, Person, Rules, Send, Spans, instant

HOUR = 60
DAY = timedelta(days=1)


class Room:
    """One policy, and all that went out under it `since` an instant."""

    def __init__(self, rules: Rules, since: datetime, sends: Iterable[Send]) -> None:
        self.rules, self._since = rules, since
        self.of: dict[str, list[Send]] = defaultdict(list)
        self.to: dict[tuple[str, str], list[Send]] = defaultdict(list)
        self.minutes: dict[str, list[int]] = defaultdict(list)
        for send in sends:
            self.of[send.customer].append(send)
            self.to[send.channel, send.address].append(send)
            if send.channel in rules.capacity:
                insort(self.minutes[send.channel], _minute(send.at))

    def window(self, due: Due) -> tuple[datetime, datetime]:
        """From when until when one may write, as instants."""
        design = self.rules.designs[due.touchpoint]
        opens = self._edge(due.day, design.opens)
        closes = self._edge(due.day, design.closes)
        if due.next_day is not None:
            closes = min(closes, self._edge(due.next_day, design.opens))
        return opens, closes

    def allowed(self, due: Due, person: Person, channel: str) -> Iterator[datetime]:
        """Every minute at which hours, consent, wishes and line allow a channel."""
        for day in self.days(due):
            yield from self.allowed_on(day, due, person, channel)

    def days(self, due: Due) -> list[date]:
        """The local dates of the window."""
        opens, closes = self.window(due)
        last = (closes - timedelta(seconds=1)).date()
        return [opens.date() + n * DAY for n in range((last - opens.date()).days + 1)]

    def allowed_on(
        self, day: date, due: Due, person: Person, channel: str, *, paused: bool = False
    ) -> Iterator[datetime]:
        """Those of one local date, the preferred ones first; `paused`: those of a pause too."""
        design, rules = self.rules.designs[due.touchpoint], self.rules
        category = rules.categories[design.category]
        opens, closes = self.window(due)
        if (
            person.pause
            and category.obeys
            and not paused
            and person.pause[0] <= day <= person.pause[1]
        ):
            return
        first = max(opens, self._since, due.known or opens)
        ordered = (*range(design.preferred, 1440), *range(design.preferred))
        for minute in ordered:
            if not _within(minute, rules.hours[channel]):
                continue
            if not _within(minute, category.hours[day.weekday()]) or _within(minute, person.quiet):
                continue
            at = instant(day, minute, rules.zone)
            if (at.date(), at.hour * 60 + at.minute) != (day, minute) or not first <= at < closes:
                continue
            if due.ends is not None and at >= due.ends:
                continue
            if design.desk is not None and not design.desk.answers(at):
                continue
            if person.agrees(category.consent, design.category, channel, at):
                yield at

    def agrees(self, due: Due, person: Person, channel: str) -> bool:
        """Whether the customer agrees at any instant of the window."""
        design, (opens, closes) = self.rules.designs[due.touchpoint], self.window(due)
        instants = [opens, *(said[0] for said in person.said if opens <= said[0] < closes)]
        consent = self.rules.categories[design.category].consent
        return any(person.agrees(consent, design.category, channel, at) for at in instants)

    def free(
        self, due: Due, person: Person, channel: str, day: date, without: Send | None = None
    ) -> datetime | None:
        """The first minute of a date at which a channel has room for a message, if there is one."""
        if channel not in person.addresses or any(self.full(due, person, channel, day, without)):
            return None
        obeys = self.rules.categories[self.rules.designs[due.touchpoint].category].obeys
        others = self._others(due, without)
        for at in self.allowed_on(day, due, person, channel):
            near = any(abs(send.at - at) < self.rules.gap for send in others)
            if not obeys or (not near and self._takes(channel, at, without)):
                return at
        return None

    def full(
        self, due: Due, person: Person, channel: str, day: date, without: Send | None = None
    ) -> Iterator[str]:
        """The caps that one more message on a channel and date would break."""
        design = self.rules.designs[due.touchpoint]
        if not self.rules.categories[design.category].obeys:
            return
        at = instant(day, 720, self.rules.zone)
        address = person.addresses[channel]
        tried = Send(*due.key, channel, design.category, design.topic, at, 0.0, address, day)
        for cap in self.caps(person):
            others = self._others(due, without, tried if cap.by_address else None)
            others = [send for send in others if self.foreseen(send, day, late=True)]
            if cap.counts(tried) and most_around([*others, tried], cap, day) > cap.most:
                yield cap.name

    def foreseen(self, send: Send, day: date, *, late: bool = False) -> bool:
        """Whether a plan of that day makes room for a message; `late`: at least later that day.

        What obeys no caps takes no notice of what went out before; it is known a horizon ahead.
        """
        ahead = send.opened - day - self.rules.horizon
        obeys = self.rules.categories[send.category].obeys
        return obeys or ahead < timedelta(0) or (late and not ahead)

    def caps(self, person: Person) -> tuple[Cap, ...]:
        """The caps of the policy, and the customer's own."""
        return self.rules.caps if person.own_cap is None else (*self.rules.caps, person.own_cap)

    def overfull(self) -> Iterator[str]:
        """The hours in which a channel had more to do than it can."""
        for channel, minutes in self.minutes.items():
            for place, minute in enumerate(minutes):
                count = bisect_left(minutes, minute + HOUR) - place
                if count > self.rules.capacity[channel]:
                    yield f"{count} messages by {channel} in an hour"

    def _takes(self, channel: str, at: datetime, without: Send | None) -> bool:
        """Whether every hour around a minute has room for one more."""
        if channel not in self.rules.capacity:
            return True
        minutes, minute = self.minutes[channel], _minute(at)
        spare = without is not None and without.channel == channel
        for start in range(minute, minute - HOUR, -1):
            count = bisect_left(minutes, start + HOUR) - bisect_left(minutes, start)
            if spare and without and start <= _minute(without.at) < start + HOUR:
                count -= 1
            if count >= self.rules.capacity[channel]:
                return False
        return True

    def _others(self, due: Due, without: Send | None, tried: Send | None = None) -> list[Send]:
        """What else goes to the customer; to the same address where a message tells one."""
        found = self.of[due.customer] if tried is None else self.to[tried.channel, tried.address]
        return [
            send
            for send in found
            if (send.customer, send.touchpoint, send.occurrence) != due.key and send is not without
        ]

    def _edge(self, day: date, edge: tuple[int, int]) -> datetime:
        return instant(day + edge[0] * DAY, edge[1], self.rules.zone)


def most_around(sends: Sequence[Send], cap: Cap, day: date) -> int:
    """The most messages in any window of a cap that holds a date."""
    days = [send.at.date() for send in sends if cap.counts(send)]
    firsts = [first for first in days if first <= day < first + cap.days * DAY]
    return max(
        (sum(first <= each < first + cap.days * DAY for each in days) for first in firsts),
        default=0,
    )


def ways(design: Design, person: Person) -> list[str]:
    """The channels of a touchpoint: those that the customer ranked come first in that order."""
    ranked = [channel for channel in person.order if channel in design.channels]
    return [*ranked, *(channel for channel in design.channels if channel not in ranked)]


def _within(minute: int, spans: Spans) -> bool:
    return any(
        start <= minute < end if start <= end else minute >= start or minute < end
        for start, end in spans
    )


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60
