"""Forecasts that are made once, in the background, and kept while the same data and policy hold."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from touchpoints.engine.brief import Brief
from touchpoints.engine.forecast import Forecast
from touchpoints.engine.planning import preview
from touchpoints.gates import all_gates
from touchpoints.store.database import Database
from touchpoints.store.listing import freshness
from touchpoints.studio.studio import Studio
from touchpoints.workspace import Workspace

KEPT = 3
"""Forecasts that are kept: some 25 MB each for 100,000 customers and a month."""

PATIENCE = 2.0
"""Seconds that a page waits for one; after that it says so, and looks again by itself."""

LASTS = timedelta(minutes=15)
"""For how long a forecast of now is as good as one of now."""

SETTLES = timedelta(minutes=1)
"""For how long it is shown though the data have changed: a daemon at work changes them always."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A forecast that is being made or is there, by which rules and data, and as of when."""

    rules: str
    data: str
    days: int
    as_of: datetime
    made_at: datetime
    of_now: bool
    future: Future[Forecast] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """A forecast to show (None: it is still being made); `stale` says that data have changed."""

    as_of: datetime
    forecast: Forecast | None
    stale: bool


class Forecasts:
    """The forecasts of one studio; one at a time is made."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._lock = Lock()
        self._kept: OrderedDict[int, Kept] = OrderedDict()
        self._number = 0
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="forecast")

    def show(self, workspace: Workspace, as_of: datetime | None, days: int) -> Shown:
        """The forecast for so many days from an instant on (None: from now on)."""
        with self._studio.database(workspace) as database, database.reading() as connection:
            data = freshness(connection)
        with self._lock:
            kept = self._found(workspace, data, (as_of, days)) or self._begun(
                workspace, data, (as_of, days)
            )
        wait([kept.future], PATIENCE)
        done = kept.future.done()
        if done and (kept.future.cancelled() or kept.future.exception() is not None):
            self._forget(kept)
        forecast = kept.future.result() if done else None
        return Shown(kept.as_of, forecast, kept.data != data)

    def _found(
        self, workspace: Workspace, data: str, asked: tuple[datetime | None, int]
    ) -> Kept | None:
        (as_of, days), now = asked, self._studio.clock.now()
        for number, each in reversed(self._kept.items()):
            if (each.rules, each.days) != (workspace.fingerprint, days):
                continue
            age = now - each.made_at
            same = (
                each.of_now
                if as_of is None
                else each.as_of == as_of.replace(second=0, microsecond=0)
            )
            lasts = SETTLES if as_of is None and each.data != data else LASTS
            running = not each.future.done()
            if same and (running or timedelta(0) <= age <= lasts):
                self._kept.move_to_end(number)
                return each
        return None

    def _begun(self, workspace: Workspace, data: str, asked: tuple[datetime | None, int]) -> Kept:
        (as_of, days), now = asked, self._studio.clock.now()
        start = (as_of or now).replace(second=0, microsecond=0)
        future = self._worker.submit(_made, workspace, start, days)
        kept = Kept(workspace.fingerprint, data, days, start, now, as_of is None, future)
        self._number += 1
        self._kept[self._number] = kept
        while len(self._kept) > KEPT:
            _, old = self._kept.popitem(last=False)
            old.future.cancel()
        return kept

    def _forget(self, kept: Kept) -> None:
        with self._lock:
            for number, each in list(self._kept.items()):
                if each is kept:
                    del self._kept[number]


def _made(workspace: Workspace, as_of: datetime, days: int) -> Forecast:
    brief = Brief.of(workspace, as_of, days)
    database = Database(workspace.database, workspace.root)
    try:
        return Forecast.of(preview(database, brief, all_gates()), brief)
    finally:
        database.close()
