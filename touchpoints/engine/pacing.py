"""The pace of sending: which channels may send at this second, and how many messages.

A round takes what the rate gives to the very second, and says when there is room again, so that
whoever rings the bell rings it then. Taking all until the next tick would exceed the rate by a
tick's worth in some minute; waiting inside of a tick would keep the plan from being made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from touchpoints.core import pace
from touchpoints.core.breaker import Breaker, Passing
from touchpoints.core.calendar import zone_clock
from touchpoints.core.message import Receipt
from touchpoints.core.pace import Rate
from touchpoints.store import breaker as rests
from touchpoints.store import pace as slots
from touchpoints.store import queue
from touchpoints.store.sending import Due
from touchpoints.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Openings:
    """How many messages each limited channel may send now; the others may send all.

    `opens_at` says when those that may send none have room again.
    """

    room: Mapping[str, int]
    opens_at: Mapping[str, int]


class Pacing:
    """Holds the channels of one workspace to their rates, and rests those that keep failing."""

    def __init__(self, workspace: Workspace) -> None:
        channels = workspace.channels.values()
        self._clock = zone_clock(workspace.policy.timezone)
        self._rates: dict[str, Rate] = {each.name: each.rate for each in channels if each.rate}

    def due(
        self, connection: Connection, now: int, resting: Collection[str], most: int
    ) -> list[int]:
        """The numbers of messages that may leave now, but for channels at rest in this round.

        Those of limited channels stand first: their room passes with the second.
        """
        openings = self._openings(connection, now)
        found: list[int] = []
        for channel, room in openings.room.items():
            if room and channel not in resting:
                found += queue.first_closing(connection, now, channel, min(room, most))
        apart = {*resting, *openings.room}
        return found + queue.longest_waiting(connection, now, apart, most)

    def admitted(self, connection: Connection, due: Sequence[Due], now: int) -> list[Due]:
        """Those of them that may leave now, whatever other workers have done meanwhile.

        Others may not give away slots of these channels until this transaction ends.
        """
        meant = {each.channel for each in due}
        slots.lock(connection, sorted(meant & self._rates.keys()))
        rests.lock(connection, sorted(meant & rests.breakers(connection).keys()))
        left = dict(self._openings(connection, now).room)
        admitted = []
        for each in due:
            room = left.get(each.channel)
            if room != 0 or each.close_at <= now:
                admitted.append(each)
            if room and each.close_at > now:
                left[each.channel] = room - 1
        return admitted

    def reserve(self, connection: Connection, claimed: Sequence[Due], now: int) -> None:
        """Give their slots to claimed messages; that of a channel which has rested is a probe."""
        counted = Counter(each.channel for each in claimed)
        paced = [channel for channel in counted if channel in self._rates]
        before = slots.reserved(connection, paced) if paced else {}
        slots.reserve(
            connection,
            {
                each: pace.after(self._rates[each], before.get(each), now, counted[each])
                for each in paced
            },
        )
        for channel, breaker in rests.breakers(connection).items():
            if channel in counted and breaker.passing(now) == Passing.ONE:
                rests.keep(connection, channel, breaker.probing(now))

    def give_back(self, connection: Connection, claimed: Due, at: int, now: int) -> None:
        """Take back the slot of a message that was claimed at a second, and stays here.

        Only within that second: later, others may have gone on from there. If it was a probe, the
        next message is.
        """
        channel, rate = claimed.channel, self._rates.get(claimed.channel)
        if rate is not None and at == now:
            for name, before in slots.reserved(connection, [channel]).items():
                slots.reserve(connection, {name: before - rate.interval})
        breaker = rests.breakers(connection).get(channel)
        if breaker is not None and breaker.probing_until:
            rests.keep(connection, channel, breaker.given_up())

    def answered(self, connection: Connection, channel: str, receipt: Receipt, now: int) -> bool:
        """Take note of an answer: whether the provider is there; True where the channel rests."""
        before = rests.breakers(connection).get(channel, Breaker())
        after = before.after(receipt, now)
        if after != before:
            rests.keep(connection, channel, after, receipt.detail)
        return after.passing(now) == Passing.NONE

    def room_at(self, connection: Connection, now: int) -> int | None:
        """The first second in which a channel has room on which something waits for it alone."""
        resting = self._resting(connection)
        found = self._openings(connection, now).opens_at.items()
        waiting = (
            at
            for channel, at in sorted(found, key=lambda each: each[1])
            if channel not in resting and queue.waits(connection, now, channel)
        )
        return next(waiting, None)

    def stops(self, connection: Connection, now: int) -> dict[str, str]:
        """The channels that rest while something waits, and why, in words."""
        found = self.rests(connection, now).items()
        return {channel: why for channel, why in found if queue.waits(connection, now, channel)}

    def rests(self, connection: Connection, now: int) -> dict[str, str]:
        """The channels that rest now, until when and why, in words."""
        return {
            channel: f"rests until {self._clock.minute(until)}: {detail}"
            for channel, (until, detail) in self._resting(connection).items()
            if until > now
        }

    def _resting(self, connection: Connection) -> dict[str, tuple[int, str]]:
        return {channel: (until, detail) for channel, until, detail in rests.troubles(connection)}

    def _openings(self, connection: Connection, now: int) -> Openings:
        room: dict[str, int] = {}
        opens_at: dict[str, int] = {}
        given = slots.reserved(connection, list(self._rates)) if self._rates else {}
        for channel, rate in self._rates.items():
            room[channel] = pace.room(rate, given.get(channel), now)
            if not room[channel]:
                opens_at[channel] = pace.opens_at(rate, given.get(channel), now)
        for channel, breaker in rests.breakers(connection).items():
            passing = breaker.passing(now)
            if passing == Passing.ONE:
                room[channel] = min(room.get(channel, 1), 1)
            elif passing == Passing.NONE:
                room[channel] = 0
                opens_at[channel] = max(opens_at.get(channel, 0), breaker.opens_at(now))
        return Openings(room, opens_at)
