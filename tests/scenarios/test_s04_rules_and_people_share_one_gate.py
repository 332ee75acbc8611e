"""S04: what rules send and what people send by hand go through one gate: both are counted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.office import POLICY, Office, local

RULES = POLICY.replace("caps: []", "caps: [{name: two-a-week, max: 2, per: 7d}]")
BY_HAND = {"customer": "C1", "channel": "sms", "category": "service", "touchpoint": "by hand"}


@pytest.mark.parametrize(
    ("by_hand", "expected"),
    [
        ([], "2026-12-07 09:00"),
        (["2026-12-06T15:00:00+08:00"], "2026-12-07 09:00"),
        (["2026-12-06T15:00:00+08:00", "2026-12-06T16:00:00+08:00"], "cap:two-a-week"),
        (["2026-11-29T15:00:00+08:00", "2026-12-06T16:00:00+08:00"], "2026-12-07 09:00"),
    ],
)
def test_messages_sent_by_hand_use_up_the_room_of_rules(
    offices: Callable[[str], Office], by_hand: list[str], expected: str
) -> None:
    office = offices(RULES)
    office.owes_as_new("C1")
    if by_hand:
        office.take("history", *(BY_HAND | {"sent_at": instant} for instant in by_hand))
    (line,) = office.preview("2026-12-07T08:00")
    assert (line.reason or local(line.send_at)) == expected
    assert line.reason is None or "by hand at 2026-12-06T15:00" in (line.detail or "")
