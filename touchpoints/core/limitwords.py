"""What a cap or the gap counted, in words: for contests and for explanations alike."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from touchpoints.core.calendar import ZoneClock
from touchpoints.core.caps import Entry
from touchpoints.core.phrase import Phrase, Span, When
from touchpoints.core.policy import Duration
from touchpoints.core.rulebook import GAP, Limit

UNKNOWN = Phrase("sender.unknown")


def limit_in_words(limit: Limit, met: Sequence[Entry], clock: ZoneClock) -> Phrase:
    """How much of a limit these messages use up, or what they are too near to."""
    per = _span(limit.per)
    messages = tuple(message_in_words(each.label, each.at, clock) for each in met)
    if limit.code == GAP:
        if not met:
            return Phrase("gap_free", per=per)
        return Phrase("gap_met", per=per, messages=messages)
    if not met:
        return Phrase("cap_free", count=0, max=limit.max, per=per)
    return Phrase("cap_met", count=len(met), max=limit.max, per=per, messages=messages)


@lru_cache(maxsize=256)
def _span(per: str) -> Span:
    return Span(Duration.parse(per))


def message_in_words(name: str, at: int, clock: ZoneClock) -> Phrase:
    """A message by its name and time."""
    return Phrase("message", name=sender(name), at=When(at, clock.name))


def sender(name: str) -> str:
    """The name of a message; where nobody knows it, that can be told in other languages."""
    return UNKNOWN if name == UNKNOWN else name
