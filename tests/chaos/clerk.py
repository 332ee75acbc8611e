"""Brings what happens in the world into touchpoints, through the import that its users use."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime

from tests.chaos.clock import WorldClock
from tests.chaos.world import START, Happening, Word, World
from touchpoints.engine.importing import ImportRequest, import_file
from touchpoints.store.database import Database
from touchpoints.workspace import Workspace


class Clerk:
    """Imports files while the workers are at work, and notes in the world what is committed.

    The database is opened anew for each: no connection may be there when a worker is forked.
    """

    def __init__(self, workspace: Workspace, world: World) -> None:
        self._workspace, self._world = workspace, world
        self._folder = workspace.root / "in"
        self._folder.mkdir(exist_ok=True)

    def found(self) -> None:
        """Import everybody, what they owe and wish, and that they agree to marketing."""
        people = self._world.people.values()
        self._take(
            "customers",
            (
                {
                    "id": each.id,
                    "timezone": each.zone,
                    "birthday": each.birthday.isoformat(),
                    "channels": ";".join(each.order),
                    "email": f"{each.id.lower()}@example.org",
                    "phone": f"+8613800000{each.id[1:]}",
                    "address.push": f"device-{each.id}",
                }
                for each in people
            ),
        )
        self._take(
            "preferences",
            (
                {"customer": each.id}
                | ({} if each.quiet is None else {"quiet_hours": each.quiet})
                | ({} if each.most is None else {"max": each.most, "per": "1d"})
                for each in people
                if each.quiet or each.most
            ),
        )
        consent = {"channel": "*", "category": "marketing", "state": "granted"}
        since = {"at": "2026-01-01T00:00:00Z"}
        self._take("consents", ({"customer": each.id} | consent | since for each in people))
        self._take("facts", (self._fact(ref, "open") for ref in self._world.instalments))

    def happens(self, events: Iterable[Happening]) -> None:
        """Import events; they are part of the world from here on."""
        batch = list(events)
        self._take(
            "events", (_event(each.customer, each.kind, each.ref, each.at) for each in batch)
        )
        self._world.happenings |= {each.ref: each for each in batch}

    def receipts(self, told: Iterable[tuple[str, str, float]]) -> None:
        """Import receipts: kind, the message's key, and when; the same may come again."""
        self._take(
            "events", (_event(key.partition("/")[0], kind, key, at) for kind, key, at in told)
        )

    def opts_out(self, customer: str, clock: WorldClock) -> None:
        """Import that somebody wants nothing any more that needs a consent."""
        denied = {"channel": "*", "category": "*", "state": "denied"}
        at = datetime.fromtimestamp(clock.seconds(), UTC).isoformat(timespec="seconds")
        self._take("consents", [{"customer": customer, "at": at} | denied])
        self._note(Word(customer, "opted out", "", 0), clock)

    def pays(self, ref: str, clock: WorldClock) -> None:
        """Import that an instalment has been paid."""
        self._take("facts", [self._fact(ref, "paid")])
        self._note(Word(self._world.instalments[ref].customer, "paid", ref, 0), clock)

    def _note(self, word: Word, clock: WorldClock) -> None:
        """It is committed. Two seconds pass, so that whatever begins now has a later second."""
        at = math.ceil(clock.seconds())
        clock.advance(2)
        self._world.words.append(Word(word.customer, word.what, word.ref, at))

    def _fact(self, ref: str, status: str) -> dict[str, object]:
        owed = self._world.instalments[ref]
        due: dict[str, object] = {"date": owed.due.isoformat(), "status": status, "amount": "100"}
        return {"customer": owed.customer, "kind": "instalment", "ref": ref} | due

    def _take(self, kind: str, records: Iterable[Mapping[str, object]]) -> None:
        file = self._folder / f"{kind}.jsonl"
        file.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
        if not file.stat().st_size:
            return
        request = ImportRequest(kind=kind, file=file, today=START.date())
        with closing(Database(self._workspace.database)) as database:
            summary = import_file(request, database, self._workspace.policy)
        assert summary.rejected == (), summary.rejected


def _event(customer: str, kind: str, ref: str, at: float) -> dict[str, object]:
    when = datetime.fromtimestamp(int(at), UTC).isoformat()
    return {"customer": customer, "kind": kind, "ref": ref, "at": when}
