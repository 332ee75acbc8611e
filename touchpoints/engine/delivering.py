"""Deliver: claim what is due, judge it again with fresh data, send it, record the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from touchpoints.clock import Clock, monotonic
from touchpoints.core.gate import Gate
from touchpoints.core.message import Channel, Outcome, Receipt, State, looks_at_bytes
from touchpoints.engine.brief import seconds
from touchpoints.engine.claiming import Claimed, Claims, basis
from touchpoints.engine.delivered import Delivered
from touchpoints.engine.doubts import Doubts
from touchpoints.engine.observing import Observer, Unobserved
from touchpoints.store import sections, sending
from touchpoints.store.database import Database
from touchpoints.store.sending import Result
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
    ) -> None:
        self._database, self._channels, self._clock = database, channels, clock
        self._doubts = Doubts(workspace.policy, channels)
        unseen = [name for name, channel in channels.items() if not looks_at_bytes(channel)]
        self._claims = Claims(workspace, gates, self._doubts, unseen)
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
        """After a crash: nothing claimed is lost, what was being sent is held or sent again."""
        now = seconds(self._clock.now())
        with self._database.writing() as connection:
            sections.recover(connection, now)
            held = sending.recover(connection, self._doubts.touchpoints, self._doubts.channels, now)
            sections.hold(connection, now)
            return held

    def deliver(self) -> Delivered:
        """Send everything that is due now; a channel that cannot be reached rests this round."""
        total, resting = Delivered(), set[str]()
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
        for place, each in enumerate(claimed):
            with self._database.writing() as connection:
                self._record(connection, answered, total)
                answered = None
                if self._stopping or not self._holds(connection, each):
                    self._give_back(connection, claimed[place:])
                    return
                begun = each.due.channel not in resting and self._begin(connection, each)
                if not begun:
                    self._give_back(connection, [each])
            if begun:
                receipt = self._try(each)
                answered = each, receipt
                if receipt.unreachable:
                    resting.add(each.due.channel)
                    total.troubles[each.due.channel] = receipt.detail
        with self._database.writing() as connection:
            self._record(connection, answered, total)

    def _try(self, each: Claimed) -> Receipt:
        began = monotonic()
        receipt = self._channels[each.due.channel].send(each.message)
        self._observer.attempted(each.due.channel, receipt.outcome, monotonic() - began)
        return receipt

    def _holds(self, connection: Connection, each: Claimed) -> bool:
        """Whether the judgement still stands: the same minute, and nobody has stored since."""
        return each.judged == basis(connection, self._clock.now())

    def _begin(self, connection: Connection, each: Claimed) -> bool:
        now = seconds(self._clock.now())
        begun = sending.begin_sending(connection, each.due, each.message, now)
        if begun:
            sections.follow(connection, each.due, State.SENDING, now)
        return begun

    def _give_back(self, connection: Connection, claimed: Sequence[Claimed]) -> None:
        now = seconds(self._clock.now())
        for each in claimed:
            sending.give_back(connection, each.due, now)
            waiting = State.IN_DOUBT if each.due.in_doubt else State.WITHHELD
            sections.follow(connection, each.due, waiting, now)

    def _record(
        self, connection: Connection, answered: tuple[Claimed, Receipt] | None, total: Delivered
    ) -> None:
        if answered is None:
            return
        (each, receipt), now = answered, seconds(self._clock.now())
        result = self._result(each, receipt, now)
        sending.finish(connection, each.due, result, now)
        doubtful = each.due.in_doubt or receipt.outcome == Outcome.IN_DOUBT
        after = sections.state_after(result, doubtful=doubtful)
        sections.follow(connection, each.due, after, now)
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
