"""One topic, one message: what loses its slot may become a section of the message that won."""

from __future__ import annotations

from collections.abc import Sequence

from touchpoints.core.contender import Contender, Placement
from touchpoints.core.gate import Case
from touchpoints.core.policy import Touchpoint


def home_of(loser: Contender, placed: Sequence[Placement], case: Case) -> Placement | None:
    """The message of the loser's topic that takes it in: of several the one that is worth most.

    Its text must have a place for sections, the loser a text that is one, and the loser must be
    allowed itself at that instant on that channel: by consent, hours and its own window.
    """
    design = _design(case, loser.candidate)
    if design.topic is None or case.rulebook.policy.topics.get(design.topic) != "merge":
        return None
    if _template(case, loser.candidate) not in case.rulebook.merging.sections:
        return None
    homes = [each for each in placed if _takes_in(each, design.topic, case)]
    allowed = [each for each in homes if _is_allowed(loser, each)]
    return min(allowed, key=lambda each: (-each.option.score, each.contender.tie), default=None)


def _takes_in(winner: Placement, topic: str, case: Case) -> bool:
    channel = case.rulebook.channels[winner.way.channel]
    place = _template(case, winner.contender.candidate), channel
    same = _design(case, winner.contender.candidate).topic == topic
    return same and place in case.rulebook.merging.places


def _is_allowed(loser: Contender, winner: Placement) -> bool:
    """Whether the loser itself could go to the same customer, at this instant and by this way."""
    return any(
        option.way.channel == winner.way.channel
        and option.way.reach.customer == winner.way.reach.customer
        and any(start <= winner.at < end for start, end in option.slot.spans)
        for option in loser.options
        if not option.kept
    )


def _design(case: Case, candidate: int) -> Touchpoint:
    return case.rulebook.touchpoints[int(case.candidates.touchpoint[candidate])]


def _template(case: Case, candidate: int) -> str:
    """The template of a candidate: its touchpoint's, or that of its offset."""
    return _design(case, candidate).template_of(int(case.candidates.offset[candidate]))
