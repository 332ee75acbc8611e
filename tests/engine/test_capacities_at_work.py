"""What a channel can take holds for every message, also for one that obeys no caps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from tests.office import POLICY, Office, local

RULES = POLICY.replace(
    'from: "Harbour Bank <hello@harbour.example>"}',
    'from: "Harbour Bank <hello@harbour.example>", capacity: 6 per hour}',
).replace("category: service", "category: mandatory")


def owing(offices: Callable[[str], Office], closes: str, count: int) -> Office:
    """So many customers, each with an instalment and no phone."""
    office = offices(RULES.replace('close: "0d 20:00"', f'close: "0d {closes}"'))
    for number in range(count):
        office.owes_as_new(f"C{number:02}", phone="")
    return office


def test_letters_that_obey_no_caps_are_spread_over_what_their_channel_can_take(
    offices: Callable[[str], Office],
) -> None:
    office = owing(offices, "20:00", 20)
    lines = office.preview("2026-12-07T08:00")
    hours = Counter((local(line.send_at) or "")[:13] for line in lines)
    assert hours == {
        "2026-12-07 09": 6,
        "2026-12-07 10": 6,
        "2026-12-07 11": 6,
        "2026-12-07 12": 2,
    }


def test_what_finds_no_room_in_its_window_is_told_so(offices: Callable[[str], Office]) -> None:
    office = owing(offices, "11:00", 20)
    lines = office.preview("2026-12-07T08:00")
    reasons = Counter(line.reason for line in lines)
    assert reasons == {None: 12, "capacity:email": 8}
    assert office.ask("explain", "C19", "--as-of", "2026-12-07T08:00+08:00").code == 0
