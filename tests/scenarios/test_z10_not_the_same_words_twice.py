"""Z10: the second reminder for the same instalment has its own text."""

from __future__ import annotations

from collections.abc import Callable

from tests.office import POLICY, Office, at
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock

TWO_TEXTS = POLICY.replace(
    "    moment: {fact: instalment, offset: -3d}\n",
    "    moment: {fact: instalment, offset: [-1d, -3d]}\n    template: [second, first]\n",
)


def test_each_offset_has_the_text_that_stands_at_its_place_in_the_list(
    offices: Callable[[str], Office],
) -> None:
    office = offices(TWO_TEXTS)
    for name in ("first", "second"):
        office.write(f"templates/{name}/email.j2", f"---\nsubject: {name}\n---\nThe {name}.\n")
    office.owes_as_new("C1")
    email, clock = RecordingChannel("email", "email"), FixedClock(at("2026-12-07T09:00"))
    loop = office.loop(clock, email=email)
    loop.start()
    for day in ("2026-12-07T09:00", "2026-12-09T09:00"):
        clock.move_to(at(day))
        loop.plan()
        loop.deliver()
    assert [(each.occurrence, each.subject) for each in email.messages] == [
        ("L1@-3d", "first"),
        ("L1@-1d", "second"),
    ]
