"""Deliver: claim what is due, judge it again with fresh data, send it, record the answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from touchpoints.clock import Clock, monotonic
from touchpoints.core.backoff import retry_at
from touchpoints.core.gate import Gate
from touchpoints.core.message import Channel, Outcome, Receipt, State, looks_at_bytes
from touchpoints.engine.brief import seconds
from touchpoints.engine.ceilings import Ceilings
from touchpoints.engine.claimed import Claimed
from touchpoints.engine.claiming import Claims
from touchpoints.engine.delivered import Delivered
from touchpoints.engine.doubts import Doubts
from touchpoints.engine.observing import Observer, Unobserved
from touchpoints.engine.pacing import Pacing
from touchpoints.store import queue, recovering, sections, sending
from touchpoints.store.database import Database
from touchpoints.store.sending import Due, Result
from touchpoints.store.worker import Worker
from touchpoints.workspace import Workspace

BATCH, LARGEST_BATCH = 200, 1_600
QUICKLY = 2.5
"""Messages that are claimed together: at first few, twice as many after a batch that went quickly.

Judging and reading cost as much for one as for hundreds (40 ms), so that large batches are quicker
by half; but what is claimed waits, and is given back where its minute passes. In seconds.
"""


class Deliverer:
    """Sends what is due through the channels of one workspace."""

    def __init__(
        self,
        database: Database,
        workspace: Workspace,
        channels: Mapping[str, Channel],
        gates: Sequence[Gate],
        clock: Clock,
        worker: Worker,
    ) -> None:
        self._database, self._channels, self._clock = database, channels, clock
        self.worker = worker
        self._doubts = Doubts(workspace.policy, channels)
        unseen = [name for name, channel in channels.items() if not looks_at_bytes(channel)]
        self._claims = Claims(workspace, gates, self._doubts, worker, unseen)
        self._pacing = Pacing(workspace)
        self._ceilings = Ceilings(workspace.limits, workspace.policy.timezone)
        self._stopping = False
        self._observer: Observer = Unobserved()

    def tell(self, observer: Observer) -> None:
        """Tell somebody of each attempt from now on."""
        self._observer = observer

    def stop(self) -> None:
        """Claim no more; what is under way is finished."""
        self._stopping = True

    def bind(self) -> None:
        """Send what is planned as it is planned, or not at all: the plan has been approved."""
        self._claims.bind()

    def recover(self) -> int:
        """Take up what was left behind by a crash; how many messages are held by that."""
        now, held = seconds(self._clock.now()), 0
        stamp = self.worker.stamp(now)
        with self._database.writing() as connection:
            for each in recovering.abandoned(connection, self.worker, now):
                if each.state == State.CLAIMED:
                    recovering.let_wait(connection, each, stamp)
                else:
                    again = self._doubts.may_resend(each)
                    taken = recovering.doubt(connection, each, stamp, again=again)
                    held += taken and not again
            sections.hold_left(connection, stamp)
        return held

    def deliver(self) -> Delivered:
        """Send what is due and may leave now; a channel that fails rests this round."""
        total, resting, most = Delivered(held=self.recover()), set[str](), BATCH
        while not self._stopping:
            now, began = self._clock.now(), monotonic()
            with self._database.writing() as connection:
                due = self._due(connection, seconds(now), resting, most)
                claimed = self._claims.claim(connection, due, now, total)
                self._pacing.reserve(connection, [each.due for each in claimed], seconds(now))
            if not due:
                break
            self._send(claimed, resting, total)
            quick = monotonic() - began < QUICKLY
            most = min(most * 2, LARGEST_BATCH) if quick else max(most // 2, BATCH)
        self._look_ahead(total)
        return total

    def _due(self, connection: Connection, now: int, resting: set[str], most: int) -> list[Due]:
        """What is due and may leave; where nothing may, what is too late, which is told so."""
        self._claims.take_turns(connection)
        if self._ceilings.reached(connection, now):
            nos = queue.too_late(connection, now, most)
        else:
            nos = self._pacing.due(connection, now, resting, most)
        return self._pacing.admitted(connection, self._claims.held(connection, nos), now)

    def _look_ahead(self, total: Delivered) -> None:
        """Say what keeps messages here that are due, or when there is room for them."""
        now = seconds(self._clock.now())
        with self._database.reading() as connection:
            reached = self._ceilings.reached(connection, now)
            if not reached:
                total.stops = self._pacing.stops(connection, now)
                total.room_at = self._pacing.room_at(connection, now)
            elif queue.waits(connection, now):
                total.stops = reached

    def _send(self, claimed: Sequence[Claimed], resting: set[str], total: Delivered) -> None:
        """Send one after another; each attempt is on disk before its first byte leaves.

        One transaction records the answer to a message and the attempt at the next one.
        """
        answered: tuple[Claimed, Receipt] | None = None
        ours: Counter[int] = Counter()
        for place, each in enumerate(claimed):
            with self._database.writing() as connection:
                self._record(connection, answered, (ours, resting), total)
                answered = None
                now = seconds(self._clock.now())
                if self._stopping or now // 60 != each.minute:
                    for left in claimed[place:]:
                        self._give_back(connection, left)
                    return
                rests = each.due.channel in resting
                begun = not rests and self._begin(connection, each, ours, now)
                if not begun:
                    self._give_back(connection, each)
            if begun:
                receipt = self._try(each)
                answered = each, receipt
                if receipt.unreachable:
                    resting.add(each.due.channel)
                    total.troubles[each.due.channel] = receipt.detail
        with self._database.writing() as connection:
            self._record(connection, answered, (ours, resting), total)

    def _try(self, each: Claimed) -> Receipt:
        began = monotonic()
        receipt = self._channels[each.due.channel].send(each.message)
        self._observer.attempted(each.due.channel, receipt.outcome, monotonic() - began)
        return receipt

    def _begin(self, connection: Connection, each: Claimed, ours: Counter[int], now: int) -> bool:
        """Write the attempt, if the judgement still stands: its customer has the same facts.

        What this batch itself has changed, by number of customer, was judged together with it.
        """
        if not self._ceilings.count(connection, now):
            return False
        seen = each.seen[0] + ours[each.due.customer_no], each.seen[1]
        sha256 = each.message.sha256
        begun = sending.begin_sending(connection, each.due, sha256, seen, (self.worker, now))
        if begun:
            self._follow(connection, each, State.SENDING, now)
        else:
            self._ceilings.give_back(connection, now)
        return begun

    def _give_back(self, connection: Connection, each: Claimed) -> None:
        now = seconds(self._clock.now())
        if sending.give_back(connection, each.due, self.worker.stamp(now)):
            self._pacing.give_back(connection, each.due, seconds(each.message.sent_at), now)
            waiting = State.IN_DOUBT if each.due.in_doubt else State.WITHHELD
            self._follow(connection, each, waiting, now)

    def _follow(self, connection: Connection, each: Claimed, to: State, now: int) -> None:
        if each.carries:
            sections.follow(connection, each.due, to, self.worker.stamp(now))

    def _record(
        self,
        connection: Connection,
        answered: tuple[Claimed, Receipt] | None,
        batch: tuple[Counter[int], set[str]],
        total: Delivered,
    ) -> None:
        if answered is None:
            return
        (each, receipt), now = answered, seconds(self._clock.now())
        ours, resting = batch
        if self._pacing.answered(connection, each.due.channel, receipt, now):
            resting.add(each.due.channel)
        result, stamp = self._result(each, receipt, now), self.worker.stamp(now)
        if not sending.finish(connection, each.due, result, stamp):
            # Somebody else has taken it up meanwhile; it is theirs to say what became of it.
            return
        ours[each.due.customer_no] += 1
        doubtful = each.due.in_doubt or receipt.outcome == Outcome.IN_DOUBT
        self._follow(connection, each, sections.state_after(result, doubtful=doubtful), now)
        total.accepted += result.state == State.ACCEPTED
        total.waiting += result.state == State.RETRY_WAIT
        total.rejected += result.state == State.REJECTED
        total.held += result.state == State.HELD
        total.resent += each.due.in_doubt

    def _result(self, each: Claimed, receipt: Receipt, now: int) -> Result:
        if receipt.outcome == Outcome.ACCEPTED:
            return Result(State.ACCEPTED, receipt, sent_at=seconds(each.message.sent_at))
        if receipt.outcome == Outcome.PERMANENT:
            # A refusal now does not prove that an attempt before has not got through.
            return Result(State.HELD if each.due.in_doubt else State.REJECTED, receipt)
        window, asked = (now, each.due.close_at), receipt.retry_after or 0
        again = retry_at(each.message.key, each.due.attempts + 1, window, asked)
        if receipt.outcome == Outcome.TEMPORARY:
            return Result(State.RETRY_WAIT, receipt, retry_at=again)
        # In doubt it counts as sent when it was tried.
        tried_at = seconds(each.message.sent_at)
        if self._doubts.may_resend(each.due):
            return Result(State.RETRY_WAIT, receipt, sent_at=tried_at, retry_at=again)
        return Result(State.HELD, receipt, sent_at=tried_at)
