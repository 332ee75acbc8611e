"""S03: separate SMS and e-mail caps each read their own messages."""

from __future__ import annotations

import pytest

from tests.builders import SHANGHAI, Sent, Wanted, World, cap, day, instant, policy, touchpoint


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
