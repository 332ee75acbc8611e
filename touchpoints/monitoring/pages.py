"""What /healthz and /metrics answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from threading import Lock

from touchpoints.clock import Clock, monotonic
from touchpoints.errors import TouchpointsError
from touchpoints.monitoring.exposition import CONTENT_TYPE, exposed
from touchpoints.monitoring.metrics import Stored, about_the_database, about_the_process, stored
from touchpoints.monitoring.tallies import Tallies
from touchpoints.store.database import Database
from touchpoints.store.statements import get_meta

SHORTEST = 5.0
SHARE = 20
"""Figures of the database are kept for so many seconds, or for so many times as long as reading
them took, so that it never takes more than a twentieth of the time: on a million messages, 1 s."""


@dataclass(frozen=True, slots=True)
class Page:
    """An answer over HTTP."""

    status: int
    content_type: str
    text: str


class Pages:
    """The two pages; the database is one of its own, whose connections nobody else uses."""

    def __init__(self, database: Database, clock: Clock, tallies: Tallies) -> None:
        self._database, self._clock = database, clock
        self._health, self._tallies = tallies.health, tallies
        self._turn = Lock()
        self._kept: tuple[float, Stored | None] | None = None

    def by_path(self) -> dict[str, Callable[[], Page]]:
        """Each page under its path."""
        return {"/healthz": self.healthz, "/metrics": self.metrics}

    def healthz(self) -> Page:
        """200 while ticks happen in time and the database can be read, else 503 with the reason."""
        reason = self._ailment()
        told: dict[str, object] = {
            "status": "ok" if reason is None else "failing",
            "seconds_since_success": round(self._health.silence, 1),
        }
        if reason is not None:
            told["reason"] = reason
        text = json.dumps(told) + "\n"
        return Page(200 if reason is None else 503, "application/json", text)

    def metrics(self) -> Page:
        """All metrics; without those of the database where it cannot be read."""
        process = about_the_process(self._tallies.counted(), self._ailment() is None)
        text = exposed(chain(process, about_the_database(self._stored())))
        return Page(200, CONTENT_TYPE, text)

    def _ailment(self) -> str | None:
        reason = self._health.ailment()
        if reason is not None:
            return reason
        try:
            with self._database.reading() as connection:
                get_meta(connection, "schema")
        except TouchpointsError:
            # Its text may quote paths and values; the log has it.
            return "the database cannot be read"
        return None

    def _stored(self) -> Stored | None:
        """The figures of the database, at most some seconds old; one request at a time reads."""
        with self._turn:
            began = monotonic()
            if self._kept is None or began > self._kept[0]:
                try:
                    found = stored(self._database, int(self._clock.now().timestamp()))
                except TouchpointsError:
                    found = None
                ended = monotonic()
                self._kept = (ended + max(SHORTEST, SHARE * (ended - began)), found)
            return self._kept[1]
