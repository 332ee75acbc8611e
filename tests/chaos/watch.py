"""Looks at the outbox after every kill: what may never be so, not even for a moment."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from tests.chaos.designs import DESIGNS
from tests.chaos.ledger import Entry, LedgerReader
from tests.chaos.outbox import Standing, standings
from tests.chaos.provider import KEYED
from touchpoints.store.database import Database

_WAITING = {"retry_wait", "claimed"}
_BACK = {"planned", "cancelled", "withheld", "expired", "rejected"}


@dataclass
class Watch:
    """Remembers how messages stood, and what was wrong."""

    reader: LedgerReader
    ledger: list[Entry] = field(default_factory=list)
    before: dict[str, Standing] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)
    _by: dict[str, str] = field(default_factory=dict)

    def look(self, database: Database, after: str) -> None:
        """Read the ledger, then the outbox, which must know of all that the ledger has."""
        for entry in self.reader.more():
            self.ledger.append(entry)
            self._by |= dict.fromkeys(entry.holds, entry.channel)
        now = standings(database)
        wrong = (*fell(self.before, now), *vanished(self.seen, now), *went_back(now, self._by))
        self.remarks += [f"after {after}: {what}" for what in wrong]
        self.before = now
        self.seen |= now.keys()


def fell(before: Mapping[str, Standing], now: Mapping[str, Standing]) -> Iterator[str]:
    """Fences only grow."""
    for key, then in before.items():
        if key in now and now[key].fence < then.fence:
            yield f"the fence of {key} fell from {then.fence} to {now[key].fence}"


def vanished(seen: Collection[str], now: Mapping[str, Standing]) -> Iterator[str]:
    """What was planned once stays in the outbox."""
    yield from (f"{key} is not in the outbox any more" for key in seen if key not in now)


def went_back(now: Mapping[str, Standing], by: Mapping[str, str]) -> Iterator[str]:
    """What the provider took is not where it could be decided anew; `by` names its channel.

    It may wait for another try only in doubt, and only by a key or where `resend` was chosen.
    """
    for key, channel in by.items():
        stands = now.get(key)
        if stands is None:
            yield f"{key} was taken, and is not in the outbox"
            continue
        again = channel == KEYED or DESIGNS[key.split("/")[1]].resend
        waits = stands.state in _WAITING and not (stands.in_doubt and again)
        if waits or stands.state in _BACK:
            yield f"{key} was taken by {channel}, and is {stands.state}"
