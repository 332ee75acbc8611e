"""Deliver: claim what is due, judge it again with fresh data, send it, record the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from touchpoints.clock import Clock
from touchpoints.core.decision import Decision
from touchpoints.core.gate import Gate
from touchpoints.core.message import Channel, Message, Outcome, Receipt, State
from touchpoints.engine.brief import Brief
from touchpoints.engine.delivered import Delivered
from touchpoints.engine.planning import (
    Planned,
    as_decided,
    must_hold,
    planned,
    still_waiting,
)
from touchpoints.engine.wording import Subject, Wording
from touchpoints.errors import RenderError, UsageError
from touchpoints.store import outbox, sending
from touchpoints.store.database import Database, data_version
from touchpoints.store.sending import Due, Result
from touchpoints.workspace import Workspace

BATCH = 200
FIRST_RETRY = 60
LONGEST_RETRY = 3600
"""Seconds until a message is tried again: doubled each time, from the first to the longest."""


Basis = tuple[int, int]
"""The state of the data and the minute in which a message was judged."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is ours, with the bytes that will leave."""

    due: Due
    message: Message
    judged: Basis


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
        self._database, self._workspace, self._channels = database, workspace, channels
        self._gates, self._clock = gates, clock
        self._wording = Wording(workspace)
        self._stopping = False

    def stop(self) -> None:
        """Claim no more; what is under way is finished."""
        self._stopping = True

    def recover(self) -> int:
        """After a crash: nothing claimed is lost, what was being sent is held or sent again."""
        policy = self._workspace.policy
        resending = [name for name in policy.touchpoints if self._resends(name)]
        with self._database.writing() as connection:
            return sending.recover(connection, resending, _seconds(self._clock.now()))

    def deliver(self) -> Delivered:
        """Send everything that is due now; a channel that cannot be reached rests this round."""
        total, resting = Delivered(), set[str]()
        while not self._stopping:
            now = self._clock.now()
            with self._database.writing() as connection:
                due = sending.due(connection, _seconds(now), resting, BATCH)
                claimed = self._claim(connection, due, now, total)
            if not due:
                break
            self._send(claimed, resting, total)
        return total

    def _claim(
        self, connection: Connection, due: Sequence[Due], now: datetime, total: Delivered
    ) -> list[Claimed]:
        """Judge once more what is due, with the data of this very transaction."""
        if not due:
            return []
        customers = tuple(dict.fromkeys(each.customer for each in due))
        made = planned(connection, Brief.of(self._workspace, now, customers=customers), self._gates)
        judged = self._basis(connection, now)
        codes = made.plan.reason_codes()
        numbers = _by_key(made)
        claimed = []
        for each in due:
            number = numbers.get((each.customer_no, each.touchpoint, each.occurrence))
            if number is None or codes[number] == "audience":
                self._close(connection, each, _seconds(now))
                total.withheld += 1
                continue
            decision = made.plan.decision(number, codes[number])
            later = (decision.send_at or 0) > _seconds(now) or decision.channel != each.channel
            if decision.verdict == "withhold" or later:
                self._redecide(connection, each, (made, number, decision), _seconds(now))
                total.withheld += decision.verdict == "withhold"
                continue
            message = self._worded(connection, each, (made, number), total)
            if message is None:
                total.withheld += 1
            elif sending.claim(connection, each, message, _seconds(now)):
                claimed.append(Claimed(each, message, judged))
        return claimed

    def _worded(
        self, connection: Connection, each: Due, of: tuple[Planned, int], total: Delivered
    ) -> Message | None:
        """The message from fresh data; one that may have gone out already keeps its bytes."""
        (made, number), now = of, datetime.fromtimestamp(of[0].plan.case.as_of, UTC)
        subject = Subject.of(made.plan, number, each.customer_no, each.channel)
        words = sending.frozen(connection, each.no) if each.in_doubt else None
        if words is not None:
            return subject.message(words, now)
        try:
            return self._wording.message(connection, subject, now)
        except (RenderError, UsageError) as error:
            sending.withhold(connection, each, "render_error", str(error), _seconds(now))
            total.troubles[each.touchpoint] = str(error)
            return None

    def _close(self, connection: Connection, each: Due, now: int) -> None:
        """Take back what is due no more; what may have gone out is held instead."""
        state, reason = State.WITHHELD, "stale"
        if each.in_doubt:
            state, reason = State.HELD, "in_doubt"
        elif each.close_at <= now:
            state, reason = State.EXPIRED, "expired"
        outbox.close(connection, [(each.no, each.state, state, reason)], now)

    def _redecide(
        self, connection: Connection, each: Due, of: tuple[Planned, int, Decision], now: int
    ) -> None:
        """Fresh data say later, elsewhere, or no: it waits again, or is withheld."""
        decided = as_decided(*of)
        if must_hold(each, decided):
            self._close(connection, each, now)
        else:
            outbox.redecide(connection, [(each, still_waiting(each, decided))], now)

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
                receipt = self._channels[each.due.channel].send(each.message)
                answered = each, receipt
                if receipt.unreachable:
                    resting.add(each.due.channel)
                    total.troubles[each.due.channel] = receipt.detail
        with self._database.writing() as connection:
            self._record(connection, answered, total)

    def _holds(self, connection: Connection, each: Claimed) -> bool:
        """Whether the judgement still stands: the same minute, and nobody has stored since."""
        return each.judged == self._basis(connection, self._clock.now())

    def _begin(self, connection: Connection, each: Claimed) -> bool:
        now = _seconds(self._clock.now())
        return sending.begin_sending(connection, each.due, each.message, now)

    def _give_back(self, connection: Connection, claimed: Sequence[Claimed]) -> None:
        now = _seconds(self._clock.now())
        for each in claimed:
            sending.give_back(connection, each.due, now)

    def _basis(self, connection: Connection, now: datetime) -> Basis:
        return data_version(connection), _seconds(now) // 60

    def _record(
        self, connection: Connection, answered: tuple[Claimed, Receipt] | None, total: Delivered
    ) -> None:
        if answered is None:
            return
        (each, receipt), now = answered, _seconds(self._clock.now())
        result = self._result(each, receipt, now)
        sending.finish(connection, each.due, result, now)
        total.accepted += result.state == State.ACCEPTED
        total.waiting += result.state == State.RETRY_WAIT
        total.rejected += result.state == State.REJECTED
        total.held += result.state == State.HELD

    def _result(self, each: Claimed, receipt: Receipt, now: int) -> Result:
        if receipt.outcome == Outcome.ACCEPTED:
            return Result(State.ACCEPTED, receipt, sent_at=_seconds(each.message.sent_at))
        if receipt.outcome == Outcome.PERMANENT:
            # A refusal now does not prove that an attempt before has not got through.
            return Result(State.HELD if each.due.in_doubt else State.REJECTED, receipt)
        pause = min(FIRST_RETRY * 2**each.due.attempts, LONGEST_RETRY)
        if receipt.outcome == Outcome.TEMPORARY:
            return Result(State.RETRY_WAIT, receipt, retry_at=now + pause)
        # In doubt it counts as sent when it was tried.
        tried_at = _seconds(each.message.sent_at)
        if self._resends(each.due.touchpoint):
            return Result(State.RETRY_WAIT, receipt, sent_at=tried_at, retry_at=now + pause)
        return Result(State.HELD, receipt, sent_at=tried_at)

    def _resends(self, touchpoint: str) -> bool:
        """Whether a message in doubt is sent again; the default depends on what marketing is."""
        policy = self._workspace.policy
        design = policy.touchpoints.get(touchpoint)
        if design is None:
            return False
        if design.on_doubt is not None:
            return design.on_doubt == "resend"
        return policy.categories[design.category].consent != "required"


def _by_key(made: Planned) -> dict[tuple[int, str, str], int]:
    candidates, designs = made.plan.case.candidates, made.plan.case.rulebook.touchpoints
    columns = (candidates.customer, candidates.touchpoint, candidates.occurrence)
    return {
        (int(made.nos[customer]), designs[touchpoint].name, str(occurrence)): number
        for number, (customer, touchpoint, occurrence) in enumerate(zip(*columns, strict=True))
    }


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())
