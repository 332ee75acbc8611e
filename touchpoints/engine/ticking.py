"""The loop of the daemon: plan, deliver, and so on; on the real clock or on a virtual one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from touchpoints.channels import open_channel
from touchpoints.channels.null import NullChannel
from touchpoints.clock import Clock, FixedClock
from touchpoints.core.gate import Gate
from touchpoints.core.message import Channel
from touchpoints.core.policy import Touchpoint
from touchpoints.engine.brief import Brief
from touchpoints.engine.delivered import Delivered
from touchpoints.engine.delivering import Deliverer
from touchpoints.engine.planning import PlanCount, store_plan
from touchpoints.moments.after import After
from touchpoints.store import happenings, sending
from touchpoints.store.database import Database, put_meta
from touchpoints.workspace import Workspace


@dataclass(frozen=True)
class Loop:
    """One workspace at work: what it plans with and delivers through."""

    database: Database
    workspace: Workspace
    gates: Sequence[Gate]
    clock: Clock
    deliverer: Deliverer

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
        deliverer = Deliverer(database, workspace, channels, gates, clock)
        return cls(database, workspace, gates, clock, deliverer)

    def start(self) -> int:
        """Make the database ready and take up what a crash left; how many messages are held now."""
        self.database.prepare()
        return self.deliverer.recover()

    def plan(self) -> PlanCount:
        """Make the plan anew from the facts of now, and store it."""
        return store_plan(self.database, Brief.of(self.workspace, self.clock.now()), self.gates)

    def plan_follow_ups(self) -> None:
        """Plan anew for customers who have this very moment got what another message follows."""
        now = self.clock.now()
        followed = {each.moment.after for each in self._designs if isinstance(each.moment, After)}
        if not followed:
            return
        with self.database.reading() as connection:
            customers = happenings.sent_at(connection, followed, int(now.timestamp()))
        if customers:
            brief = Brief.of(self.workspace, now, customers=tuple(customers))
            store_plan(self.database, brief, self.gates)

    @property
    def _designs(self) -> Collection[Touchpoint]:
        return self.workspace.policy.touchpoints.values()

    def deliver(self) -> Delivered:
        """Send what is due, and note the tick."""
        delivered = self.deliverer.deliver()
        with self.database.writing() as connection:
            put_meta(connection, "last_tick_at", str(int(self.clock.now().timestamp())))
        return delivered


def open_channels(workspace: Workspace) -> dict[str, Channel]:
    """The channels of a workspace, ready to send. Raises UsageError for wrong options."""
    return {
        each.name: open_channel(each.name, each.transport, each.kind, each.options, workspace.root)
        for each in workspace.channels.values()
    }


def null_channels(workspace: Workspace) -> dict[str, Channel]:
    """Channels of the same names and kinds that accept everything and go nowhere."""
    return {each.name: NullChannel(each.name, each.kind) for each in workspace.channels.values()}


def run_virtually(
    loop: Loop, clock: FixedClock, until: datetime, progress: Callable[[datetime], None]
) -> Delivered:
    """The daemon's loop on a virtual clock, which jumps from one due message to the next.

    The plan is remade every day at the hour of the start, and for one customer as soon as something
    has gone out that another message follows; the loop's clock must be `clock`.
    """
    total = Delivered()
    while clock.now() < until:
        loop.plan()
        next_plan = min(clock.now() + PLAN_EVERY, until)
        while (due := _next_due(loop.database)) is not None and due < next_plan:
            clock.move_to(max(due, clock.now()))
            total.add(loop.deliverer.deliver())
            loop.plan_follow_ups()
        clock.move_to(next_plan)
        progress(next_plan)
    return total


PLAN_EVERY = timedelta(days=1)


def _next_due(database: Database) -> datetime | None:
    with database.reading() as connection:
        instant = sending.next_due(connection)
    return None if instant is None else datetime.fromtimestamp(instant, UTC)
