"""Claim: what is due is judged once more with fresh data, and its very bytes are frozen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import Connection

from touchpoints.core.gate import Gate
from touchpoints.core.message import Message, State
from touchpoints.engine.brief import Brief
from touchpoints.engine.delivered import Delivered
from touchpoints.engine.planning import Planned, as_decided, must_hold, planned, still_waiting
from touchpoints.engine.wording import Subject, Wording
from touchpoints.errors import RenderError, UsageError
from touchpoints.store import outbox, sending
from touchpoints.store.changes import mark
from touchpoints.store.database import data_version
from touchpoints.store.sections import planned_sections, take_along
from touchpoints.store.sending import Due
from touchpoints.workspace import Workspace

Basis = tuple[int, int]
"""The state of the data and the minute in which a message was judged."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is ours, with the bytes that will leave."""

    due: Due
    message: Message
    judged: Basis


def basis(connection: Connection, now: datetime) -> Basis:
    """What a judgement rests on now; while it stays the same, the judgement stands."""
    return data_version(connection), _seconds(now) // 60


class Claims:
    """Judges and claims the messages of one workspace; of `unseen` channels nobody reads bytes."""

    def __init__(
        self, workspace: Workspace, gates: Sequence[Gate], unseen: Collection[str] = ()
    ) -> None:
        self._workspace, self._gates = workspace, gates
        self._wording = Wording(workspace, unseen)
        self._bound = False

    def bind(self) -> None:
        """Withhold what fresh data would send later or by another channel than was planned."""
        self._bound = True

    def claim(
        self, connection: Connection, due: Sequence[Due], now: datetime, total: Delivered
    ) -> list[Claimed]:
        """Judge once more what is due, with the data of this very transaction."""
        if not due:
            return []
        customers = tuple(dict.fromkeys(each.customer for each in due))
        made = planned(connection, Brief.of(self._workspace, now, customers=customers), self._gates)
        judged = basis(connection, now)
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
            if decision.verdict == "send" and later and self._bound:
                elsewhere = "it could go otherwise only than was approved"
                sending.withhold(connection, each, "stale", elsewhere, _seconds(now))
                total.withheld += 1
                continue
            if decision.verdict == "withhold" or later:
                self._redecide(connection, each, (made, number, decision.reason), _seconds(now))
                total.withheld += decision.verdict == "withhold"
                continue
            travelling = self._sections(connection, each, (made, number))
            message = self._worded(connection, each, (made, number, travelling), total)
            if message is None:
                total.withheld += 1
            elif sending.claim(connection, each, message, _seconds(now)):
                take_along(connection, travelling.values(), _seconds(now))
                claimed.append(Claimed(each, message, judged))
        return claimed

    def _sections(
        self, connection: Connection, each: Due, of: tuple[Planned, int]
    ) -> dict[int, int]:
        """What travels in a message as it is judged now: candidates of the plan, and numbers."""
        made, number = of
        losers = np.flatnonzero(made.plan.awards.into == number).tolist()
        stored = planned_sections(connection, each) if losers else {}
        labels = {loser: made.plan.label(loser).split("/", 1) for loser in losers}
        keys = {loser: (touchpoint, key) for loser, (touchpoint, key) in labels.items()}
        return {loser: stored[key] for loser, key in keys.items() if key in stored}

    def _worded(
        self,
        connection: Connection,
        each: Due,
        of: tuple[Planned, int, Collection[int]],
        total: Delivered,
    ) -> Message | None:
        """The message from fresh data; one that may have gone out already keeps its bytes."""
        (made, number, travelling), now = of, datetime.fromtimestamp(of[0].plan.case.as_of, UTC)
        subject = Subject.of(made.plan, number, each.customer_no, each.channel)
        words = sending.frozen(connection, each.no) if each.in_doubt else None
        if words is not None:
            return subject.message(words, now)
        try:
            sections = [
                Subject.of(made.plan, loser, each.customer_no, each.channel) for loser in travelling
            ]
            return self._wording.message(connection, subject, now, sections)
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
        self, connection: Connection, each: Due, of: tuple[Planned, int, str | None], now: int
    ) -> None:
        """Fresh data say later, elsewhere, or no: it waits again, or is withheld."""
        decided = as_decided(*of)
        if must_hold(each, decided):
            self._close(connection, each, now)
        else:
            mark(connection, [each.customer_no])
            outbox.redecide(connection, [(each, still_waiting(each, decided))], now)


def _by_key(made: Planned) -> dict[tuple[int, str, str], int]:
    candidates, designs = made.plan.case.candidates, made.plan.case.rulebook.touchpoints
    columns = (candidates.customer, candidates.touchpoint, candidates.occurrence)
    return {
        (int(made.nos[customer]), designs[touchpoint].name, str(occurrence)): number
        for number, (customer, touchpoint, occurrence) in enumerate(zip(*columns, strict=True))
    }


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())
