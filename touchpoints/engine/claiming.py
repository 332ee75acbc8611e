"""Claim: what is due is judged once more with fresh data, and its very bytes are frozen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from touchpoints.core.gate import Gate
from touchpoints.core.message import Message, State
from touchpoints.core.rulebook import Rulebook
from touchpoints.engine.brief import Brief, seconds
from touchpoints.engine.claimed import Claimed, Going
from touchpoints.engine.collecting import collecting_rarely
from touchpoints.engine.crowd import by_address
from touchpoints.engine.delivered import Delivered
from touchpoints.engine.doubts import Doubts
from touchpoints.engine.matters import Matters
from touchpoints.engine.planning import must_hold, planned, still_waiting
from touchpoints.engine.subject import subjects_of
from touchpoints.engine.verdicts import Verdicts
from touchpoints.engine.wording import Wording
from touchpoints.errors import RenderError, UsageError
from touchpoints.store import outbox, sections, sending
from touchpoints.store.changes import mark, settle_order, versions
from touchpoints.store.dialect import CAPACITIES, dialect_of
from touchpoints.store.holding import free
from touchpoints.store.outbox import Decided
from touchpoints.store.reading import sharers
from touchpoints.store.sending import Due
from touchpoints.store.stamp import Stamp
from touchpoints.store.worker import Worker
from touchpoints.workspace import Workspace


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

    @collecting_rarely()
    def claim(
        self, connection: Connection, due: Sequence[Due], now: datetime, total: Delivered
    ) -> list[Claimed]:
        """Judge once more what is due, with the data of this very transaction.

        All is read, and written, for all of them at once.
        """
        if not due:
            return []
        customers = tuple(dict.fromkeys(each.customer_no for each in due))
        # Before the data: what changes while they are read makes the judgement void.
        seen = versions(connection, set(customers))
        brief = replace(Brief.of(self._workspace, now), numbers=customers, whole=True)
        verdicts = Verdicts.of(planned(connection, brief, self._gates))
        stamp = self._worker.stamp(seconds(now))
        going = [each for each in due if self._goes_now(connection, each, verdicts, stamp, total)]
        outgoing = self._going(connection, going, verdicts)
        subjects = [part for each in outgoing for part in (each.subject, *each.travelling.values())]
        people = {row[0]: row for row in verdicts.made.people}
        matters = self._wording.matters(connection, subjects, now, people)
        worded = self._worded(connection, outgoing, (matters, now), total)
        policy, worker = self._workspace.fingerprint, (self._worker, stamp.at)
        pairs = [(each.due, message) for each, message, _ in worded]
        taken = sending.claim(connection, pairs, policy, worker)
        claimed = []
        for each, message, along in worded:
            if each.due.no in taken:
                if along:
                    sections.take_along(connection, along, stamp)
                # In doubt, it may carry those that were in it before.
                carries = bool(along) or each.due.in_doubt
                version = seen[each.due.customer_no]
                claimed.append(Claimed(each.due, message, version, stamp.at // 60, carries))
        return claimed

    def _goes_now(
        self,
        connection: Connection,
        each: Due,
        verdicts: Verdicts,
        stamp: Stamp,
        total: Delivered,
    ) -> bool:
        """Whether fresh data send it now as it was planned; else it is taken back or redecided."""
        number = verdicts.number(each)
        if number is None or self._doubts.outlived(connection, each, stamp.at):
            self._close(connection, each, stamp)
            total.withheld += 1
            return False
        sends = verdicts.sends[number]
        if sends and not verdicts.otherwise(each, number):
            return True
        if sends and self._bound:
            elsewhere = "it could go otherwise only than was approved"
            sending.withhold(connection, each, ("stale", elsewhere), stamp)
            total.withheld += 1
            return False
        self._redecide(connection, each, verdicts.decided(number), stamp)
        total.withheld += not sends
        return False

    def _going(self, connection: Connection, due: Sequence[Due], verdicts: Verdicts) -> list[Going]:
        """What each message is about, and what travels in it as it is judged now.

        Nothing new joins one that may have gone out already: its bytes are frozen.
        """
        plan = verdicts.made.plan
        numbers = [
            verdicts.numbers[each.customer_no, each.touchpoint, each.occurrence] for each in due
        ]
        pairs = zip(numbers, due, strict=True)
        subjects = subjects_of(plan, [(no, each.channel, each.customer_no) for no, each in pairs])
        going = []
        for each, number, subject in zip(due, numbers, subjects, strict=True):
            losers = () if each.in_doubt else verdicts.sections.get(number, ())
            if not losers:
                going.append(Going(each, subject, {}))
                continue
            stored = sections.planned_sections(connection, each)
            way = (each.channel, each.customer_no)
            parts = subjects_of(plan, [(loser, *way) for loser in losers])
            known = ((stored.get((part.design.name, part.occurrence)), part) for part in parts)
            along = {no: part for no, part in known if no is not None}
            going.append(Going(each, subject, along))
        return going

    def _worded(
        self,
        connection: Connection,
        going: Sequence[Going],
        fresh: tuple[Matters, datetime],
        total: Delivered,
    ) -> list[tuple[Going, Message, list[int]]]:
        """Each message from fresh data, and the numbers of those whose text it took in.

        What cannot be said for this customer stays behind, and does not hold the message back.
        """
        matters, now = fresh
        worded = []
        for each in going:
            texts: dict[int, str] = {}
            for no, part in each.travelling.items():
                try:
                    texts[no] = self._wording.section(matters, part, now)
                except (RenderError, UsageError) as error:
                    total.troubles[part.design.name] = str(error)
            try:
                message = self._message(connection, each, fresh, tuple(texts.values()))
            except (RenderError, UsageError) as error:
                stamp = self._worker.stamp(seconds(now))
                sending.withhold(connection, each.due, ("render_error", str(error)), stamp)
                total.troubles[each.due.touchpoint] = str(error)
                total.withheld += 1
            else:
                worded.append((each, message, list(texts)))
        return worded

    def _message(
        self,
        connection: Connection,
        each: Going,
        fresh: tuple[Matters, datetime],
        texts: Sequence[str],
    ) -> Message:
        """The message from fresh data; one that may have gone out already keeps its bytes.

        So does one whose key the provider may know, as long as it says the same to the same. Raises
        RenderError, UsageError.
        """
        (matters, now), due, subject = fresh, each.due, each.subject
        kept = due.in_doubt or self._doubts.keeps_bytes(due)
        words = sending.frozen(connection, due.no) if kept else None
        if words is not None and due.in_doubt:
            return subject.message(words, now)
        message = self._wording.message(matters, subject, now, texts)
        same = words is not None and words[:3] == (message.address, message.subject, message.body)
        return subject.message(words, now) if words is not None and same else message

    def _close(self, connection: Connection, each: Due, stamp: Stamp) -> None:
        """Take back what is due no more; what may have gone out is held instead."""
        state, reason = State.WITHHELD, "stale"
        if each.in_doubt:
            state, reason = State.HELD, "in_doubt"
        elif each.close_at <= stamp.at:
            state, reason = State.EXPIRED, "expired"
        outbox.close(connection, [(each.no, each.state, state, reason)], stamp)
        mark(connection, [each.customer_no])
        if state == State.HELD:
            sections.follow(connection, each, state, stamp)

    def _redecide(self, connection: Connection, each: Due, decided: Decided, stamp: Stamp) -> None:
        """Fresh data say later, elsewhere, or no: it waits again, or is withheld."""
        if must_hold(each, decided):
            self._close(connection, each, stamp)
        else:
            mark(connection, [each.customer_no])
            outbox.redecide(connection, [(each, still_waiting(each, decided))], stamp)
