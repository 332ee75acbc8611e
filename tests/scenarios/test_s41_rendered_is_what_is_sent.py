"""S41: `template render` for a customer equals, byte for byte, what the daemon sends."""

from __future__ import annotations

import pytest

from tests.office import Office, at, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock

NINE = "2026-12-07T09:00"


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("channel", ["email", "sms"])
def test_the_bytes_are_the_same_before_and_after_sending(
    office: Office, channel: str, moment: str
) -> None:
    office.owes_as_new("C1", name="Żaneta “Zoë” 王小明", channels=channel)
    kind = "email" if channel == "email" else "text"
    words = ("reminder", "--customer", "C1", "--channel", channel, "--as-of", at(NINE).isoformat())

    def rendered() -> bytes:
        return office.raw("template", "render", *words)

    early = rendered()
    clock, box = FixedClock(at(NINE)), RecordingChannel(channel, kind)
    loop = office.loop(clock, **{channel: box})
    loop.start()
    rounds(loop, clock, NINE)
    (message,) = box.messages
    assert (early if moment == "before" else rendered()) == message.content


def test_looking_counts_in_no_cap_and_leaves_no_trace(office: Office) -> None:
    office.owes_as_new("C1")
    words = ("reminder", "--customer", "C1", "--channel", "email", "--as-of", at(NINE).isoformat())
    office.raw("template", "render", *words)
    assert office.table("message") == office.table("attempt") == office.table("history") == []
