"""Competitors around one ledger: who gets which slot, and who refused the rest.

They are one customer's, or those of customers who share an address where caps count by address.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from touchpoints.core.calendar import Ints, zone_clock
from touchpoints.core.caps import Entry, Ledger, Reach
from touchpoints.core.contender import Contender, Option, Placement, Way
from touchpoints.core.limitwords import limit_in_words
from touchpoints.core.merging import home_of
from touchpoints.core.options import Options, slices
from touchpoints.core.phrase import Phrase, When
from touchpoints.core.race import MERGED, Awards, Race, committed_entries
from touchpoints.core.search import hold, settle
from touchpoints.core.timetable import ALWAYS, Slot, first_minute


class Contest:
    """The competitors of some customers (row numbers) around one ledger: some rows of options."""

    def __init__(self, race: Race, members: Sequence[int], options: Options, rows: Ints) -> None:
        self._race, self._case = race, race.case
        customers, rules = race.case.customers, race.case.rulebook
        limits = {
            row: rules.limits_with(customers.wishes[customers.wish[row]].own_cap) for row in members
        }
        counted = [
            entry for row in members for entry in committed_entries(customers, race.committed, row)
        ]
        self._ledger = Ledger(limits, counted, race.load)
        contenders = list(self._contenders(options, rows))
        self._live = [each for each in contenders if not each.shadow]
        self._shadows = [each for each in contenders if each.shadow]
        self._placed: list[Placement] = []

    def hold(self, *, obeying: bool) -> None:
        """Place what obeys no limits, or else what is about to go out, before all the rest."""
        self._placed += hold(self._live, self._ledger, obeying=obeying)

    def serve(self, awards: Awards) -> None:
        """Settle who gets which slot, and say for the others which limit refused them."""
        live, placed = self._live, self._placed
        placed += settle(live, self._ledger)
        for contender in self._award(live, placed, awards):
            self._merge(contender, placed, awards)
        if self._shadows:
            self._record(self._shadows, awards)

    def _award(
        self, contenders: Sequence[Contender], placed: Sequence[Placement], awards: Awards
    ) -> list[Contender]:
        """Write down who got which slot, and what refused the others, who are returned."""
        for placement in placed:
            number = placement.contender.candidate
            awards.route[number] = placement.way.route
            awards.at[number] = placement.at
            awards.score[number] = placement.option.score
        taken = {each.contender.candidate for each in placed}
        left = [each for each in contenders if each.candidate not in taken]
        for contender in left:
            with self._ledger.without(contender.tried):
                self._refuse(contender, awards)
        return left

    def _record(self, shadows: Sequence[Contender], awards: Awards) -> None:
        """What shadows would get of the room that is left; all of it is given back."""
        placed = [
            *hold(shadows, self._ledger, obeying=False),
            *hold(shadows, self._ledger, obeying=True),
            *settle(shadows, self._ledger),
        ]
        self._award(shadows, placed, awards)
        for placement in placed:
            self._ledger.remove(placement.entry())

    def _contenders(self, options: Options, rows: Ints) -> Iterator[Contender]:
        candidates, rules = self._case.candidates, self._case.rulebook
        for start, end in slices(options.candidate[rows]):
            number = int(options.candidate[rows[start]])
            touchpoint = int(candidates.touchpoint[number])
            design, category = rules.touchpoints[touchpoint], rules.category_of[touchpoint]
            pinned = bool(candidates.pinned[number])
            its_options = tuple(self._options(options, rows[start:end]))
            first = min(its_options, key=lambda each: each.way.place).way.route
            yield Contender(
                candidate=number,
                tie=(
                    self._case.slots[self._case.routes.slots[first]].close,
                    design.name,
                    str(candidates.occurrence[number]),
                    str(self._case.customers.id[candidates.customer[number]]),
                ),
                options=its_options,
                obeys=category.obeys_caps,
                counts=category.counts,
                label=design.name,
                pinned=pinned,
                defers=design.on_cap == "defer" or pinned,
                shadow=design.shadow,
                tried=self._tried(number, design.name),
            )

    def _tried(self, number: int, label: str) -> Entry | None:
        """How an attempt at a candidate counts that may have got through, where there was one."""
        candidates = self._case.candidates
        at, customer = int(candidates.tried_at[number]), int(candidates.customer[number])
        if not at:
            return None
        entries = self._ledger.entries
        return next(
            (
                entry
                for entry in entries
                if (entry.at, entry.label, entry.reach.customer) == (at, label, customer)
            ),
            None,
        )

    def _options(self, options: Options, rows: Ints) -> Iterator[Option]:
        """The options of one candidate; columns are read at once, a number alone costs 0.1 µs."""
        names = (options.route, options.score, options.weight, options.slot, options.kept)
        columns, ways = [column[rows].tolist() for column in names], dict[int, Way]()
        for route, score, weight, slot, kept in zip(*columns, strict=True):
            if route not in ways:
                ways[route] = self._way(route)
            yield Option(score, weight, ways[route], options.slots[slot], kept)

    def _way(self, route: int) -> Way:
        columns, rules = self._case.routes, self._case.rulebook
        customer, touchpoint = int(columns.customer[route]), int(columns.touchpoint[route])
        channel = int(columns.channel[route])
        return Way(
            route=route,
            channel=channel,
            place=int(columns.place[route]),
            limits=rules.binding(touchpoint, channel),
            reach=Reach(customer, self._case.customers.address_of(customer, channel)),
            uses=rules.uses(touchpoint, channel),
        )

    def _refuse(self, contender: Contender, awards: Awards) -> None:
        """Tell the limit of the way and day that got furthest, and when it could go."""
        furthest: tuple[int, Way, int, int] | None = None
        for way, slot in _attempts(contender):
            room = self._ledger.room(slot, way.limits, way.reach, way.uses)
            if furthest is None or room.refused_by > furthest[0]:
                met = first_minute(room.met, slot.at) if room.met else slot.at
                furthest = (room.refused_by, way, slot.day, met)
        if furthest is not None:
            number, way, day, at = furthest
            reason, detail = self._in_numbers(way.reach, number, (day, at))
            awards.reason[contender.candidate] = reason
            awards.detail[contender.candidate] = detail
        awards.next_allowed[contender.candidate] = self._next_allowed(contender)

    def _in_numbers(self, reach: Reach, number: int, here: tuple[int, int]) -> tuple[str, str]:
        """The code of what refused, and what it counted.

        Plain text: a phrase keeps its values, 850 bytes more for each of a million withheld.
        """
        limits = self._ledger.limits(reach)
        if number >= len(limits):
            resource = self._case.rulebook.resources[number - len(limits)]
            return resource.code, str(Phrase("taken", capacity=str(resource.capacity)))
        limit, customers = limits[number], self._case.customers
        clock = zone_clock(customers.zone_of(reach.customer))
        counted = self._ledger.counted(number, reach, *here)
        named = [self._named(each, reach) for each in counted]
        return limit.code, str(limit_in_words(limit, named, clock))

    def _named(self, entry: Entry, reach: Reach) -> Entry:
        """A message as the other side of a shared address is told of it: with whom it is for."""
        if entry.reach.customer == reach.customer:
            return entry
        customer = self._case.customers.id[entry.reach.customer]
        return replace(entry, label=f"{entry.label} to {customer}")

    def _next_allowed(self, contender: Contender) -> int:
        found = ALWAYS
        ways = {each.way.route: each.way for each in contender.options}
        for way in ways.values():
            key = self._race.keys[int(self._case.routes.slots[way.route])]
            day = min(each.slot.day for each in contender.options if each.way is way)
            for _ in range(60):
                day = self._ledger.next_free_day(day, way.limits, way.reach)
                slot = self._race.timetable.later(key, day)
                if slot is not None:
                    room = self._ledger.room(slot, way.limits, way.reach, way.uses)
                    if room.spans:
                        found = min(found, first_minute(room.spans, slot.at))
                        break
                day += 1
        return 0 if found == ALWAYS else found

    def _merge(self, loser: Contender, placed: Sequence[Placement], awards: Awards) -> None:
        """Make a loser a section of the winner of its topic, where that has a place for it."""
        home = home_of(loser, placed, self._case)
        if home is not None:
            number, winner = loser.candidate, home.contender
            customers, channels = self._case.customers, self._case.rulebook.channels
            occurrence = self._case.candidates.occurrence[winner.candidate]
            at = When(home.at, customers.zone_of(home.way.reach.customer))
            phrase = Phrase(
                "section",
                home=f"{winner.label} {occurrence}",
                channel=channels[home.way.channel],
                at=at,
            )
            awards.reason[number], awards.detail[number] = MERGED, str(phrase)
            awards.next_allowed[number] = 0
            awards.into[number] = winner.candidate


def _attempts(contender: Contender) -> Iterator[tuple[Way, Slot]]:
    """The slots that a contender may take, in the customer's order of channels."""
    options = [each for each in contender.options if not each.kept]
    for each in sorted(options, key=lambda one: (one.way.place, one.slot.day)):
        yield each.way, contender.within(each.slot)
