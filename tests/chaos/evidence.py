"""All that a verdict rests on: the world, the provider's ledger, and the product's own tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tests.chaos.designs import DESIGNS, Design
from tests.chaos.ledger import Entry
from tests.chaos.outbox import Attempt, Step, Stored
from tests.chaos.world import Person, World


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an occurrence first reached its customer; `began` is its intent, in seconds."""

    key: str
    channel: str
    began: int

    @property
    def design(self) -> Design:
        """Its touchpoint."""
        return DESIGNS[self.key.split("/")[1]]


@dataclass(frozen=True)
class Evidence:
    """What is known when the world has come to its end.

    `seen` are the keys that were ever in the outbox, `remarks` what was wrong in mid-run.
    """

    world: World
    ledger: Sequence[Entry]
    messages: Sequence[Stored]
    attempts: Mapping[str, Sequence[Attempt]]
    end: float
    seen: frozenset[str] = frozenset()
    remarks: Sequence[str] = ()
    steps: Sequence[Step] = ()
    damages: Sequence[str] = field(default_factory=list)

    @cached_property
    def outbox(self) -> Mapping[str, Stored]:
        """The messages by key."""
        return {each.key: each for each in self.messages}

    @cached_property
    def copies(self) -> Mapping[str, Sequence[Entry]]:
        """The times that each occurrence reached its customer, in whichever message."""
        found = defaultdict(list)
        for entry in self.ledger:
            for key in entry.holds if not entry.replay else ():
                found[key].append(entry)
        return found

    @cached_property
    def taken(self) -> Mapping[str, Sequence[Entry]]:
        """What the provider took under each key, replays too."""
        found = defaultdict(list)
        for entry in self.ledger:
            found[entry.key].append(entry)
        return found

    @cached_property
    def deliveries(self) -> Mapping[str, Sequence[Delivery]]:
        """What reached each customer in messages of their own, once each, by the time of intent."""
        found = defaultdict(list)
        for key, entries in self.taken.items():
            first = entries[0]
            begun = [each.began_at for each in self.attempts.get(key, ())]
            began = max((at for at in begun if at <= first.at), default=int(first.at))
            found[key.split("/")[0]].append(Delivery(key, first.channel, began))
        return {id_: sorted(them, key=lambda it: it.began) for id_, them in found.items()}

    def intents(self) -> Iterator[tuple[Person, Stored, Attempt]]:
        """Every attempt, with its message and customer."""
        for key, tries in self.attempts.items():
            message = self.outbox[key]
            for attempt in tries:
                yield self.world.people[message.customer], message, attempt
