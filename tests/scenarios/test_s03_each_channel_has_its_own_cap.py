"""S03: SMS and e-mail caps each read their own; what is off by then is not sent at release."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.builders import SHANGHAI, Sent, Wanted, World, cap, day, instant, policy, touchpoint
from tests.office import POLICY, Office, at, local, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ((), {"text": None, "letter": None}),
        (("sms",), {"text": "cap:sms", "letter": None}),
        (("email", "email"), {"text": None, "letter": "cap:email"}),
        (("sms", "email"), {"text": "cap:sms", "letter": None}),
        (("push", "push", "push"), {"text": None, "letter": None}),
    ],
)
def test_a_cap_on_one_channel_reads_only_that_channel(
    sent: tuple[str, ...], expected: dict[str, str | None]
) -> None:
    designs = (
        touchpoint("text", channels=("sms",)),
        touchpoint("letter", channels=("email",)),
    )
    caps = (cap("sms", 1, "7d", channels=["sms"]), cap("email", 2, "7d", channels=["email"]))
    world = World(
        policy(*designs, caps=caps),
        tuple(Wanted(each.name, day("2026-06-01")) for each in designs),
        instant("2026-06-01T00:00", SHANGHAI),
        sent=tuple(Sent(instant("2026-05-31T10:00", SHANGHAI), channel=name) for name in sent),
    )
    assert {each.touchpoint: each.reason for each in world.decisions()} == expected


RULES = POLICY.replace(
    "caps: []", "caps: [{name: one-mail, max: 1, per: 3d, channels: [email]}]"
).replace('close: "0d 20:00"}\n    category: service', 'close: "4d 20:00"}\n    category: service')


@pytest.mark.parametrize("off", ["paused", "disabled"])
def test_what_is_off_when_the_cap_would_let_it_go_is_not_sent(
    offices: Callable[[str], Office], off: str
) -> None:
    office = offices(RULES)
    office.owes_as_new("C1", phone="")
    office.take(
        "history", {"customer": "C1", "sent_at": "2026-12-06T10:00:00+08:00", "channel": "email"}
    )
    clock, email = FixedClock(at("2026-12-07T08:00")), RecordingChannel()
    loop = office.loop(clock, email=email)
    loop.start()
    loop.plan()
    (waiting,) = office.preview("2026-12-07T08:00")
    assert local(waiting.send_at) == "2026-12-09 09:00"
    if off == "paused":
        office.pause("reminder", "2026-12-08T12:00")
    else:
        office.rule(RULES.replace("topic: payment", "topic: payment\n    enabled: false"))
        loop = office.loop(clock, email=email)
    rounds(loop, clock, "2026-12-08T12:01", "2026-12-09T08:59", "2026-12-09T09:00")
    assert email.messages == []
    assert office.states() == {"C1/reminder/L1@-3d": "withheld: disabled"}
