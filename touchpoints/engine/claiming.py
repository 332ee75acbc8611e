"""Claim: what is due is judged once more with fresh data, and its very bytes are frozen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import Connection

from touchpoints.core.gate import Gate
from touchpoints.core.message import Message, State
from touchpoints.core.rulebook import Rulebook
from touchpoints.engine.brief import Brief, seconds
from touchpoints.engine.crowd import by_address
from touchpoints.engine.delivered import Delivered
from touchpoints.engine.doubts import Doubts
from touchpoints.engine.planning import Planned, as_decided, must_hold, planned, still_waiting
from touchpoints.engine.wording import Subject, Wording
from touchpoints.errors import RenderError, UsageError
from touchpoints.store import outbox, sections, sending
from touchpoints.store.changes import Version, mark, settle_order, versions
from touchpoints.store.dialect import CAPACITIES, dialect_of
from touchpoints.store.holding import free
from touchpoints.store.reading import sharers
from touchpoints.store.sending import Due
from touchpoints.store.stamp import Stamp
from touchpoints.store.worker import Worker
from touchpoints.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is ours, with the bytes that will leave.

    The judgement stands while its customer has this version, in this minute since the epoch.
    `carries` says whether others travel in it: most messages carry none, and need not look.
    """

    due: Due
    message: Message
    seen: Version
    minute: int
    carries: bool


class Claims:
    """Judges and claims the messages of one workspace; of `unseen` channels nobody reads bytes."""

    def __init__(
        self,
        workspace: Workspace,
        gates: Sequence[Gate],
        doubts: Doubts,
        worker: Worker,
        unseen: Collection[str] = (),
    ) -> None:
        self._workspace, self._gates, self._doubts = workspace, gates, doubts
        self._worker, self._rules = worker, Rulebook(workspace.policy)
        self._wording = Wording(workspace, unseen)
        self._bound = False

    def bind(self) -> None:
        """Withhold what fresh data would send later or by another channel than was planned."""
        self._bound = True

    def take_turns(self, connection: Connection) -> None:
        """Let one worker claim after another, where customers share what a line or channel takes.

        Each claims all that is due together: of two halves, each would leave the room to the other.
        """
        if self._rules.resources:
            dialect_of(connection).lock(connection, CAPACITIES)

    def held(self, connection: Connection, nos: Sequence[int]) -> list[Due]:
        """The messages of these numbers whose customers nobody else has at hand now.

        Nor those with whom they share an address, where a cap counts by it.
        """
        due = sending.chosen(connection, nos)
        if not dialect_of(connection).shared or not due:
            return due
        ours = free(connection, {each.customer_no for each in due})
        if by_address(self._rules):
            around = set(sharers(connection, sorted(ours))) - ours
            elsewhere = around - free(connection, around)
            ours -= set(sharers(connection, sorted(elsewhere))) if elsewhere else set()
        settle_order(connection, ours)
        # Once more, since whoever had them a moment ago may have changed them.
        fresh = sending.chosen(connection, [each.no for each in due if each.customer_no in ours])
        return [each for each in fresh if each.state in {State.PLANNED, State.RETRY_WAIT}]

    def claim(
        self, connection: Connection, due: Sequence[Due], now: datetime, total: Delivered
    ) -> list[Claimed]:
        """Judge once more what is due, with the data of this very transaction."""
        if not due:
            return []
        customers = tuple(dict.fromkeys(each.customer for each in due))
        # Before the data: what changes while they are read makes the judgement void.
        seen = versions(connection, {each.customer_no for each in due})
        made = planned(connection, Brief.of(self._workspace, now, customers=customers), self._gates)
        stamp = self._worker.stamp(seconds(now))
        numbers, codes = _by_key(made), made.plan.reason_codes()
        claimed = []
        for each in due:
            number = numbers.get((each.customer_no, each.touchpoint, each.occurrence))
            outlived = self._doubts.outlived(connection, each, now)
            if outlived or number is None or codes[number] == "audience":
                self._close(connection, each, stamp)
                total.withheld += 1
                continue
            if not self._goes_now(connection, each, (made, number, codes[number]), stamp, total):
                continue
            travelling = self._sections(connection, each, (made, number), total)
            texts = tuple(travelling.values())
            message = self._worded(connection, each, (made, number, texts), total)
            if message is None:
                total.withheld += 1
            elif self._take(connection, each, message, now):
                sections.take_along(connection, travelling, stamp)
                # In doubt, it may carry those that were in it before.
                carries = bool(travelling) or each.in_doubt
                version = seen[each.customer_no]
                claimed.append(Claimed(each, message, version, stamp.at // 60, carries))
        return claimed

    def _take(self, connection: Connection, each: Due, message: Message, now: datetime) -> bool:
        policy, worker = self._workspace.fingerprint, (self._worker, seconds(now))
        return sending.claim(connection, each, message, policy, worker)

    def _goes_now(
        self,
        connection: Connection,
        each: Due,
        of: tuple[Planned, int, str | None],
        stamp: Stamp,
        total: Delivered,
    ) -> bool:
        """Whether fresh data send it now as it was planned; else it is decided anew."""
        made, number, code = of
        decision = made.plan.decision(number, code)
        later = (decision.send_at or 0) > stamp.at or decision.channel != each.channel
        if decision.verdict == "send" and later and self._bound:
            elsewhere = "it could go otherwise only than was approved"
            sending.withhold(connection, each, ("stale", elsewhere), stamp)
            total.withheld += 1
            return False
        if decision.verdict == "withhold" or later:
            self._redecide(connection, each, of, stamp)
            total.withheld += decision.verdict == "withhold"
            return False
        return True

    def _sections(
        self, connection: Connection, each: Due, of: tuple[Planned, int], total: Delivered
    ) -> dict[int, str]:
        """What travels in a message as it is judged now: numbers in the outbox, and their texts.

        Nothing new joins one that may have gone out already: its bytes are frozen. What cannot be
        said for this customer stays behind, and does not hold the message back.
        """
        (made, number), now = of, datetime.fromtimestamp(of[0].plan.case.as_of, UTC)
        losers = [] if each.in_doubt else np.flatnonzero(made.plan.awards.into == number).tolist()
        stored = sections.planned_sections(connection, each) if losers else {}
        texts: dict[int, str] = {}
        for loser in losers:
            subject = Subject.of(made.plan, loser, each.customer_no, each.channel)
            no = stored.get((subject.design.name, subject.occurrence))
            if no is not None:
                try:
                    texts[no] = self._wording.section(connection, subject, now)
                except (RenderError, UsageError) as error:
                    total.troubles[subject.design.name] = str(error)
        return texts

    def _worded(
        self,
        connection: Connection,
        each: Due,
        of: tuple[Planned, int, Sequence[str]],
        total: Delivered,
    ) -> Message | None:
        """The message from fresh data; one that may have gone out already keeps its bytes.

        So does one whose key the provider may know, as long as it says the same to the same.
        """
        (made, number, texts), now = of, datetime.fromtimestamp(of[0].plan.case.as_of, UTC)
        subject = Subject.of(made.plan, number, each.customer_no, each.channel)
        kept = each.in_doubt or self._doubts.keeps_bytes(each)
        words = sending.frozen(connection, each.no) if kept else None
        if words is not None and each.in_doubt:
            return subject.message(words, now)
        try:
            fresh = self._wording.message(connection, subject, now, texts)
        except (RenderError, UsageError) as error:
            stamp = self._worker.stamp(seconds(now))
            sending.withhold(connection, each, ("render_error", str(error)), stamp)
            total.troubles[each.touchpoint] = str(error)
            return None
        same = words is not None and words[:3] == (fresh.address, fresh.subject, fresh.body)
        return subject.message(words, now) if words is not None and same else fresh

    def _close(self, connection: Connection, each: Due, stamp: Stamp) -> None:
        """Take back what is due no more; what may have gone out is held instead."""
        state, reason = State.WITHHELD, "stale"
        if each.in_doubt:
            state, reason = State.HELD, "in_doubt"
        elif each.close_at <= stamp.at:
            state, reason = State.EXPIRED, "expired"
        outbox.close(connection, [(each.no, each.state, state, reason)], stamp)
        if state == State.HELD:
            sections.follow(connection, each, state, stamp)

    def _redecide(
        self, connection: Connection, each: Due, of: tuple[Planned, int, str | None], stamp: Stamp
    ) -> None:
        """Fresh data say later, elsewhere, or no: it waits again, or is withheld."""
        decided = as_decided(*of)
        if must_hold(each, decided):
            self._close(connection, each, stamp)
        else:
            mark(connection, [each.customer_no])
            outbox.redecide(connection, [(each, still_waiting(each, decided))], stamp)


def _by_key(made: Planned) -> dict[tuple[int, str, str], int]:
    candidates, designs = made.plan.case.candidates, made.plan.case.rulebook.touchpoints
    columns = (candidates.customer, candidates.touchpoint, candidates.occurrence)
    return {
        (int(made.nos[customer]), designs[touchpoint].name, str(occurrence)): number
        for number, (customer, touchpoint, occurrence) in enumerate(zip(*columns, strict=True))
    }
