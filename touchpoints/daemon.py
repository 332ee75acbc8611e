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
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from touchpoints.clock import SystemClock
from touchpoints.engine.ticking import Loop
from touchpoints.errors import StoreError
from touchpoints.monitoring.health import Health
from touchpoints.monitoring.logs import told
from touchpoints.monitoring.redacting import redacted
from touchpoints.monitoring.supervisor import Supervisor
from touchpoints.monitoring.tallies import Tallies
from touchpoints.workspace import Ticks

log = logging.getLogger("touchpoints")

PATIENCE = 5
"""Failed ticks in a row after which the daemon gives up; each is logged."""


class Daemon:
    """Plans and delivers until SIGTERM or SIGINT; a second signal forces."""

    def __init__(
        self,
        loop: Loop,
        ticks: Ticks,
        tallies: Tallies | None = None,
        supervisor: Supervisor | None = None,
    ) -> None:
        self._loop, self._ticks = loop, ticks
        self._tallies = tallies or Tallies(Health(ticks))
        self._health = self._tallies.health
        self._supervisor = supervisor or Supervisor(None)
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
            log.info("started; %d messages are held", held, extra=told("started", held=held))
            self._loop.deliverer.tell(self._tallies)
            self._scheduler.start()
            self._supervisor.tell("READY=1")
            self._watch()
            self._supervisor.tell("STOPPING=1")
            self._scheduler.shutdown(wait=True)
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
        log.info("stopped", extra=told("stopped", code=self._code))
        return self._code

    def _watch(self) -> None:
        """Wait for the end; as long as ticks happen in time, the supervisor hears of it."""
        while not self._over.wait(timeout=1.0):
            if not _alive(self._scheduler):
                self._health.end("the scheduler's thread has died")
                log.error("the scheduler's thread has died", extra=told("scheduler_died"))
                self._give_up()
            elif self._health.ailment() is None:
                self._supervisor.tell("WATCHDOG=1")

    def _made_scheduler(self) -> BackgroundScheduler:
        scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(2)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        # The first plan is made at once, and not in this thread, which tells the supervisor.
        at_once = {"next_run_time": SystemClock().now()}
        for work, seconds, first in (
            (self._plan, self._ticks.plan, at_once),
            (self._deliver, self._ticks.deliver, {}),
        ):
            scheduler.add_job(self._tick, "interval", args=[work], seconds=seconds, **first)
        return scheduler

    def _tick(self, work: Callable[[], None]) -> None:
        """One tick at a time; a full disk or a locked database may pass, so the next one tries."""
        with self._working:
            if self._over.is_set():
                return
            try:
                work()
                self._failures = 0
                self._health.beat()
            except StoreError as error:
                self._failures += 1
                self._tallies.failed("database")
                log.error("%s", error, extra=told("tick_failed", by="database"))
                if self._failures >= PATIENCE:
                    self._give_up()
            except Exception:
                self._tallies.failed("program")
                log.exception("a tick failed", extra=told("tick_failed", by="program"))
                self._give_up()

    def _plan(self) -> None:
        count = self._loop.plan()
        self._tallies.planned(count.sends, count.withheld)
        log.info(
            "planned %d, withheld %d, new %d",
            count.sends,
            count.withheld,
            count.new,
            extra=told("planned", planned=count.sends, withheld=count.withheld, new=count.new),
        )
        self._deliver(quietly=False)

    def _deliver(self, *, quietly: bool = True) -> None:
        """Deliver, and say so with the lag; a quiet round in which nothing was due says nothing."""
        delivered = self._loop.deliver()
        self._say_stops(delivered.stops)
        # Again as soon as there is room for what had none on its channel.
        if delivered.room_at is not None:
            self._ring_at(datetime.fromtimestamp(delivered.room_at, UTC))
        lag, figures = self._loop.lag(), asdict(delivered)
        for name in ("troubles", "stops", "room_at"):
            del figures[name]
        figures = {"sent": figures.pop("accepted"), **figures, "lag": lag}
        if delivered.troubles or any(figures.values()) or not quietly:
            log.info(
                "sent %d, waiting %d, lag %d s",
                delivered.accepted,
                delivered.waiting,
                lag,
                extra=told("delivered", **figures),
            )
        for channel, trouble in delivered.troubles.items():
            self._tallies.troubled(channel)
            text = redacted(trouble)
            extra = told("channel_trouble", channel=channel, trouble=text)
            log.warning("%s: %s", channel, text, extra=extra)

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
                said = redacted(why)
                log.warning("%s: %s", name, said, extra=told("stopped_by", by=name, why=said))
        for name in self._stops.keys() - stops.keys():
            log.info("%s: goes on", name, extra=told("goes_on", by=name))
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
