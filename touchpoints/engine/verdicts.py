"""What a plan says of messages that are due, found by the messages themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from touchpoints.engine.planning import Planned, decisions
from touchpoints.engine.subject import Identity
from touchpoints.store.outbox import Decided
from touchpoints.store.sending import Due


@dataclass(frozen=True, slots=True)
class Verdicts:
    """A plan, candidate by candidate, as plain lists: for many messages, each asked for once.

    `numbers` are the candidates' places by identity; `channels` and `at` tell how and when each
    would go out; `sections` are the candidates that travel in the message of another one.
    """

    made: Planned
    numbers: Mapping[Identity, int]
    codes: Sequence[str | None]
    sends: Sequence[bool]
    channels: Sequence[str]
    at: Sequence[int]
    sections: Mapping[int, Sequence[int]]

    @classmethod
    def of(cls, made: Planned) -> Verdicts:
        """The verdicts of a plan."""
        plan, candidates = made.plan, made.plan.case.candidates
        names = [each.name for each in plan.case.rulebook.touchpoints]
        columns = (made.nos[candidates.customer], candidates.touchpoint, candidates.occurrence)
        keys = zip(*(column.tolist() for column in columns), strict=True)
        on = np.where(plan.awards.route >= 0, plan.case.routes.channel[plan.awards.route], 0)
        sections: dict[int, list[int]] = defaultdict(list)
        for loser in np.flatnonzero(plan.awards.into >= 0).tolist():
            sections[int(plan.awards.into[loser])].append(loser)
        return cls(
            made=made,
            numbers={
                (no, names[row], str(occurrence)): number
                for number, (no, row, occurrence) in enumerate(keys)
            },
            codes=plan.reason_codes(),
            sends=plan.sends.tolist(),
            channels=[plan.case.rulebook.channels[channel] for channel in on.tolist()],
            at=plan.awards.at.tolist(),
            sections=sections,
        )

    def number(self, each: Due) -> int | None:
        """The candidate of a message; None where it is no line of the plan any more."""
        number = self.numbers.get((each.customer_no, each.touchpoint, each.occurrence))
        return None if number is None or self.codes[number] == "audience" else number

    def otherwise(self, each: Due, number: int) -> bool:
        """Whether what goes out would go later than now, or by another channel than planned."""
        return self.at[number] > self.made.plan.case.as_of or self.channels[number] != each.channel

    def decided(self, number: int) -> Decided:
        """A candidate's line as the outbox stores it."""
        return next(decisions(self.made, [number], self.codes))
