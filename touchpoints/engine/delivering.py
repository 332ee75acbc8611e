"""Deliver: claim what is due, judge it again with fresh data, send it, record the answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from touchpoints.clock import Clock
from touchpoints.core.gate import Gate
from touchpoints.core.message import Channel, Outcome, Receipt, State, looks_at_bytes
from touchpoints.engine.brief import seconds
from touchpoints.engine.claiming import Claimed, Claims
from touchpoints.engine.delivered import Delivered
from touchpoints.engine.doubts import Doubts
from touchpoints.store import recovering, sections, sending
from touchpoints.store.database import Database
from touchpoints.store.sending import Result
from touchpoints.store.worker import Worker
from touchpoints.workspace import Workspace

BATCH = 200
FIRST_RETRY = 60
LONGEST_RETRY = 3600
"""Seconds until a message is tried again: doubled each time, from the first to the longest."""


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
        self._worker = worker
        self._doubts = Doubts(workspace.policy, channels)
        unseen = [name for name, channel in channels.items() if not looks_at_bytes(channel)]
        self._claims = Claims(workspace, gates, self._doubts, worker, unseen)
        self._stopping = False

    def stop(self) -> None:
        """Claim no more; what is under way is finished."""
        self._stopping = True

    def bind(self) -> None:
        """Send what is planned as it is planned, or not at all: the plan has been approved."""
        self._claims.bind()

    def recover(self) -> int:
        """Take up what was left behind by a crash; how many messages are held by that."""
        now, held = seconds(self._clock.now()), 0
        stamp = self._worker.stamp(now)
        with self._database.writing() as connection:
            for each in sending.abandoned(connection, self._worker, now, alone=True):
                if each.state == State.CLAIMED:
                    recovering.let_wait(connection, each, stamp)
                else:
                    again = self._doubts.may_resend(each)
                    taken = recovering.doubt(connection, each, stamp, again=again)
                    held += taken and not again
        return held

    def deliver(self) -> Delivered:
        """Send everything that is due now; a channel that cannot be reached rests this round."""
        total, resting = Delivered(held=self.recover()), set[str]()
        while not self._stopping:
            now = self._clock.now()
            with self._database.writing() as connection:
                due = sending.due(connection, seconds(now), resting, BATCH)
                claimed = self._claims.claim(connection, due, now, total)
            if not due:
                break
            self._send(claimed, resting, total)
        return total

    def _send(self, claimed: Sequence[Claimed], resting: set[str], total: Delivered) -> None:
        """Send one after another; each attempt is on disk before its first byte leaves.

        One transaction records the answer to a message and the attempt at the next one.
        """
        answered: tuple[Claimed, Receipt] | None = None
        ours: Counter[int] = Counter()
        for each in claimed:
            with self._database.writing() as connection:
                self._record(connection, answered, ours, total)
                answered = None
                begun = each.due.channel not in resting and self._begin(connection, each, ours)
                if not begun:
                    self._give_back(connection, each)
            if begun:
                receipt = self._channels[each.due.channel].send(each.message)
                answered = each, receipt
                if receipt.unreachable:
                    resting.add(each.due.channel)
                    total.troubles[each.due.channel] = receipt.detail
        with self._database.writing() as connection:
            self._record(connection, answered, ours, total)

    def _begin(self, connection: Connection, each: Claimed, ours: Counter[int]) -> bool:
        """Write the attempt, if the judgement still stands: the same minute, and the same facts.

        What this batch itself has changed, by number of customer, was judged together with it.
        """
        now = seconds(self._clock.now())
        if self._stopping or now // 60 != each.minute:
            return False
        seen = each.seen[0] + ours[each.due.customer_no], each.seen[1]
        sha256 = each.message.sha256
        begun = sending.begin_sending(connection, each.due, sha256, seen, (self._worker, now))
        if begun:
            sections.follow(connection, each.due, State.SENDING, self._worker.stamp(now))
        return begun

    def _give_back(self, connection: Connection, each: Claimed) -> None:
        stamp = self._worker.stamp(seconds(self._clock.now()))
        if sending.give_back(connection, each.due, stamp):
            waiting = State.IN_DOUBT if each.due.in_doubt else State.WITHHELD
            sections.follow(connection, each.due, waiting, stamp)

    def _record(
        self,
        connection: Connection,
        answered: tuple[Claimed, Receipt] | None,
        ours: Counter[int],
        total: Delivered,
    ) -> None:
        if answered is None:
            return
        (each, receipt), now = answered, seconds(self._clock.now())
        result, stamp = self._result(each, receipt, now), self._worker.stamp(now)
        if not sending.finish(connection, each.due, result, stamp):
            # Somebody else has taken it up meanwhile; it is theirs to say what became of it.
            return
        ours[each.due.customer_no] += 1
        doubtful = each.due.in_doubt or receipt.outcome == Outcome.IN_DOUBT
        sections.follow(
            connection, each.due, sections.state_after(result, doubtful=doubtful), stamp
        )
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
        pause = min(FIRST_RETRY * 2**each.due.attempts, LONGEST_RETRY)
        pause = max(pause, receipt.retry_after or 0)
        if receipt.outcome == Outcome.TEMPORARY:
            return Result(State.RETRY_WAIT, receipt, retry_at=now + pause)
        # In doubt it counts as sent when it was tried.
        tried_at = seconds(each.message.sent_at)
        if self._doubts.may_resend(each.due):
            return Result(State.RETRY_WAIT, receipt, sent_at=tried_at, retry_at=now + pause)
        return Result(State.HELD, receipt, sent_at=tried_at)
