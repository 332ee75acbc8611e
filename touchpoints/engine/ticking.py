"""The loop of the daemon: plan, deliver, and so on; on the real clock or on a virtual one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from touchpoints.channels import open_channel
from touchpoints.channels.null import NullChannel
from touchpoints.clock import Clock, FixedClock
from touchpoints.core.gate import Gate
from touchpoints.core.message import Channel
from touchpoints.engine.applying import PlanCount
from touchpoints.engine.approving import take_approved
from touchpoints.engine.brief import Brief, seconds
from touchpoints.engine.delivered import Delivered
from touchpoints.engine.delivering import Deliverer
from touchpoints.engine.standstill import note_stops
from touchpoints.engine.storing import store_plan
from touchpoints.moments.after import After
from touchpoints.store import happenings, retaining, sending
from touchpoints.store.database import Database
from touchpoints.store.stamp import PLANNER
from touchpoints.store.statements import put_meta
from touchpoints.store.worker import Worker
from touchpoints.workspace import Workspace

PATIENCE = timedelta(minutes=1)
"""How long a single round waits for room on a channel; of 100 per day, it sends one."""


@dataclass(frozen=True)
class Loop:
    """One workspace at work: what it plans with and delivers through."""

    database: Database
    workspace: Workspace
    gates: Sequence[Gate]
    clock: Clock
    deliverer: Deliverer
    approved: str | None = None

    @classmethod
    def over(
        cls,
        database: Database,
        workspace: Workspace,
        channels: Mapping[str, Channel],
        gates: Sequence[Gate],
        clock: Clock,
    ) -> Loop:
        """A loop that delivers through these channels."""
        deliverer = Deliverer(database, workspace, channels, gates, clock, Worker.new())
        return cls(database, workspace, gates, clock, deliverer)

    def only(self, approved: str) -> Loop:
        """This loop, bound to one plan: it plans nothing new, and sends nothing otherwise."""
        self.deliverer.bind()
        return replace(self, approved=approved)

    def start(self) -> int:
        """Make the database ready and take up what a crash left; how many messages are held now.

        Raises UsageError where the approved plan is not the one there is.
        """
        self.database.prepare()
        if self.approved is not None:
            brief = Brief.of(self.workspace, self.clock.now())
            take_approved(self.database, brief, self.gates, self.approved)
        return self.deliverer.recover()

    def plan(self) -> PlanCount:
        """Make the plan anew from the facts of now, and store it; not where one is approved."""
        if self.approved is not None:
            return PlanCount(0, 0, 0, 0, 0, self.approved)
        self._let_texts_go()
        brief = Brief.of(self.workspace, self.clock.now())
        planner = f"{PLANNER} {self.deliverer.worker.name}"
        return store_plan(self.database, brief, self.gates, planner=planner)

    def _let_texts_go(self) -> None:
        """Empty what is older than the policy's time of retention."""
        kept = self.workspace.retention
        while kept is not None:
            before = seconds(self.clock.now()) - kept
            with self.database.writing() as connection:
                if not retaining.let_go(connection, before):
                    return

    def plan_for(self, numbers: Collection[int]) -> None:
        """Plan these customers alone anew, by their numbers in the store."""
        if numbers:
            brief = replace(Brief.of(self.workspace, self.clock.now()), numbers=tuple(numbers))
            store_plan(self.database, brief, self.gates)

    def deliver_all(self) -> Delivered:
        """Send all that is due by now or while it takes, at the rates of the channels.

        Waits for room that comes within `PATIENCE`; what has to wait for longer waits on.
        """
        total = self.deliver()
        while total.room_at is not None:
            instant = datetime.fromtimestamp(total.room_at, UTC)
            if instant - self.clock.now() > PATIENCE:
                break
            self.clock.wait_until(instant)
            total.add(self.deliver())
        return total

    def deliver(self) -> Delivered:
        """Send what is due and may leave now, and note the tick."""
        delivered = self.deliverer.deliver()
        with self.database.writing() as connection:
            put_meta(connection, "last_tick_at", str(int(self.clock.now().timestamp())))
            note_stops(connection, delivered.stops)
        return delivered

    def lag(self) -> int:
        """For how many seconds the longest waiting message has been due; 0 where none is."""
        with self.database.reading() as connection:
            waiting_since = sending.next_due(connection)
        now = seconds(self.clock.now())
        return 0 if waiting_since is None else max(0, now - waiting_since)


def open_channels(workspace: Workspace) -> dict[str, Channel]:
    """The channels of a workspace, ready to send. Raises UsageError for wrong options."""
    return {
        each.name: open_channel(each.name, each.transport, each.kind, each.options, workspace.root)
        for each in workspace.channels.values()
    }


def null_channels(workspace: Workspace) -> dict[str, Channel]:
    """Channels of the same names and kinds that accept everything unseen and go nowhere."""
    return {
        each.name: NullChannel(each.name, each.kind, looks=False)
        for each in workspace.channels.values()
    }


def run_virtually(
    loop: Loop, clock: FixedClock, until: datetime, progress: Callable[[datetime], None]
) -> Delivered:
    """The daemon's loop on a virtual clock, which jumps to what is due or happens next.

    The plan is remade every day at the hour of the start, and at once for those to whom something
    happens, or has gone out that another message follows; the loop's clock must be `clock`.
    """
    total, followed = Delivered(), _followed(loop.workspace)
    while clock.now() < until:
        loop.plan()
        next_plan = min(clock.now() + PLAN_EVERY, until)
        room_at: int | None = seconds(clock.now())
        while (instant := _next(loop.database, clock.now(), room_at)) and instant < next_plan:
            before = clock.now()
            clock.move_to(max(instant, before))
            with loop.database.reading() as connection:
                met = happenings.since(connection, seconds(before), seconds(clock.now()))
            loop.plan_for(met)
            total.add(loop.deliverer.deliver())
            room_at = total.room_at
            with loop.database.reading() as connection:
                met = happenings.sent_at(connection, followed, seconds(clock.now()))
            loop.plan_for(met)
        clock.move_to(next_plan)
        progress(next_plan)
    return total


PLAN_EVERY = timedelta(days=1)


def _followed(workspace: Workspace) -> set[str]:
    """The touchpoints that another one follows."""
    moments = (each.moment for each in workspace.policy.touchpoints.values())
    return {moment.after for moment in moments if isinstance(moment, After)}


def _next(database: Database, now: datetime, room_at: int | None) -> datetime | None:
    """The instant at which the next message is due or has room to leave, or something happens."""
    with database.reading() as connection:
        due = sending.next_due(connection, seconds(now))
        event = happenings.next_event(connection, seconds(now))
    known = [each for each in (due, event, room_at) if each is not None]
    return datetime.fromtimestamp(min(known), UTC) if known else None
