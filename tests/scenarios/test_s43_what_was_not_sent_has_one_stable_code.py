"""S43: a message that was not sent has one code of a fixed list, and a detail in words."""

from __future__ import annotations

import re

from hypothesis import given, settings

from tests.builders import World
from tests.core.worlds import share, worlds

CODES = re.compile(
    r"disabled|blocked|holdout|no_consent|no_address|paused|no_time|cap:[a-z0-9-]+|gap"
)


@settings(max_examples=share(0.2), deadline=None)
@given(worlds())
def test_every_withheld_message_has_one_code_and_says_it_in_words(world: World) -> None:
    for decision in world.decisions():
        if decision.verdict == "withhold":
            assert CODES.fullmatch(decision.reason or "")
            assert decision.detail
            assert decision.score == 0
        else:
            assert (decision.reason, decision.detail, decision.next_allowed) == (None, None, None)
