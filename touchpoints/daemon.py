"""The daemon: a few ticks on APScheduler, a graceful stop, and no state of its own.

The scheduler only rings the bell; what is due stands in the outbox. If its thread dies, or a tick
fails for good, the process ends with 1 so that its supervisor starts it anew.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from touchpoints.clock import SystemClock
from touchpoints.engine.ticking import Loop
from touchpoints.errors import StoreError
from touchpoints.workspace import Ticks

log = logging.getLogger("touchpoints")

PATIENCE = 5
"""Failed ticks in a row after which the daemon gives up; each is logged."""


class Daemon:
    """Plans and delivers until SIGTERM or SIGINT; a second signal forces."""

    def __init__(self, loop: Loop, ticks: Ticks) -> None:
        self._loop, self._ticks = loop, ticks
        self._over = threading.Event()
        self._working = threading.Lock()
        self._failures = 0
        self._code = 0
        self._scheduler = self._made_scheduler()
        self._stops: dict[str, str] = {}

    def run(self) -> int:
        """Start up, tick until told to stop, shut down; returns the exit code."""
        previous = {number: signal.signal(number, self._stop) for number in _SIGNALS}
        try:
            held = self._loop.start()
            log.info("started; %d messages are held", held)
            self._tick(self._plan)
            self._scheduler.start()
            while not self._over.wait(timeout=1.0):
                if not _alive(self._scheduler):
                    log.error("the scheduler's thread has died")
                    self._code = 1
                    self._over.set()
            self._scheduler.shutdown(wait=True)
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
        log.info("stopped")
        return self._code

    def _made_scheduler(self) -> BackgroundScheduler:
        scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(2)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for work, seconds in ((self._plan, self._ticks.plan), (self._deliver, self._ticks.deliver)):
            scheduler.add_job(self._tick, "interval", args=[work], seconds=seconds)
        return scheduler

    def _tick(self, work: Callable[[], None]) -> None:
        """One tick at a time; a full disk or a locked database may pass, so the next one tries."""
        with self._working:
            if self._over.is_set():
                return
            try:
                work()
                self._failures = 0
            except StoreError as error:
                self._failures += 1
                log.error("%s", error)
                if self._failures >= PATIENCE:
                    self._give_up()
            except Exception:
                log.exception("a tick failed")
                self._give_up()

    def _plan(self) -> None:
        count = self._loop.plan()
        log.info("planned %d, withheld %d, new %d", count.sends, count.withheld, count.new)
        self._deliver()

    def _deliver(self) -> None:
        """Deliver, and ring again as soon as there is room for what had none on its channel."""
        delivered = self._loop.deliver()
        self._say_stops(delivered.stops)
        if delivered.room_at is not None:
            self._ring_at(datetime.fromtimestamp(delivered.room_at, UTC))
        if delivered.accepted or delivered.troubles:
            log.info("sent %d, waiting %d", delivered.accepted, delivered.waiting)
        for channel, trouble in delivered.troubles.items():
            log.warning("%s: %s", channel, trouble)

    def _ring_at(self, instant: datetime) -> None:
        """Deliver once more at an instant of the loop's clock, unless the next tick is sooner."""
        span = instant - self._loop.clock.now()
        if span < timedelta(seconds=self._ticks.deliver):
            self._scheduler.add_job(
                self._tick,
                "date",
                args=[self._deliver],
                run_date=SystemClock().now() + max(span, timedelta(0)),
                id="room",
                replace_existing=True,
                max_instances=2,  # the one that asks for the next may not have ended by then
            )

    def _say_stops(self, stops: dict[str, str]) -> None:
        """Say what keeps messages here that are due, once, and that it does no more."""
        for name, why in stops.items():
            if self._stops.get(name) != why:
                log.warning("%s: %s", name, why)
        for name in self._stops.keys() - stops.keys():
            log.info("%s: goes on", name)
        self._stops = stops

    def _give_up(self) -> None:
        self._code = 1
        self._over.set()

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        """The first signal lets what is under way finish; the second ends at once."""
        if self._over.is_set():
            # Python would wait for the pool's threads; the outbox survives this as it does a kill.
            os._exit(128 + number)
        self._loop.deliverer.stop()
        self._over.set()


_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def _alive(scheduler: BackgroundScheduler) -> bool:
    return any(thread.name == "APScheduler" for thread in threading.enumerate()) and bool(
        scheduler.running
    )
