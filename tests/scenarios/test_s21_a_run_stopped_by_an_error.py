"""S21, S22: a run that was stopped in mid-batch goes on after the last one that was sent."""

from __future__ import annotations

import pytest

from tests.office import Office, at
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.message import Message, Receipt

NINE = "2026-12-07T09:00"
COUNT = 12


class Collapsing(RecordingChannel):
    """Sends some messages, then everything breaks down."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self._after = after

    def send(self, message: Message) -> Receipt:
        if len(self.messages) == self._after:
            raise KeyboardInterrupt
        return super().send(message)


@pytest.mark.parametrize("after", [0, 1, 7, COUNT - 1])
def test_nobody_who_was_fetched_but_not_sent_is_skipped_and_nobody_gets_two(
    office: Office, after: int
) -> None:
    for number in range(COUNT):
        office.owes_as_new(f"C{number:02d}")
    clock, first, second = FixedClock(at(NINE)), Collapsing(after), RecordingChannel()
    loop = office.loop(clock, email=first)
    loop.start()
    loop.plan()
    with pytest.raises(KeyboardInterrupt):
        loop.deliver()
    assert len(office.states()) == COUNT
    office.outlast_leases(clock)
    again = office.loop(clock, email=second)
    again.start()
    again.plan()
    again.deliver()
    assert sorted(first.keys + second.keys) == [f"C{n:02d}/reminder/L1@-3d" for n in range(COUNT)]
    assert set(office.states().values()) == {"accepted"}
