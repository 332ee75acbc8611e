"""S06: a deferred message shows the reason, the messages that were counted, and the next try."""

from __future__ import annotations

from collections.abc import Callable

from tests.office import POLICY, Office

AS_OF = ("--as-of", "2026-12-06T10:00:00+08:00")
RULES = POLICY.replace("caps: []", "caps: [{name: two-in-three, max: 2, per: 3d}]")
SENT = {"channel": "sms", "category": "marketing", "topic": "points"}


def desk(offices: Callable[[str], Office], close: str) -> Office:
    """One message of another system, a reminder and a greeting, and room for two in three days."""
    office = offices(RULES.replace('close: "0d 20:00"', f'close: "{close}"', 1))
    office.owes_as_new("C1", birthday="1990-12-07")
    office.says("C1", "granted", "2026-01-01T00:00")
    office.take("history", {"customer": "C1", "sent_at": "2026-12-05T12:00:00+08:00"} | SENT)
    return office


def test_what_is_withheld_says_what_was_counted_and_when_it_could_go(
    offices: Callable[[str], Office],
) -> None:
    office = desk(offices, "0d 20:00")
    greeting, reminder = office.lines("explain", "C1", *AS_OF, "--format", "json")
    assert reminder["send_at"] == "2026-12-07T09:00:00+08:00"
    assert greeting["reason"] == "cap:two-in-three"
    assert greeting["detail"] == (
        "2 of 2 in 3d: points at 2026-12-05T12:00+08:00, reminder at 2026-12-07T09:00+08:00"
    )
    assert greeting["next_allowed"] == "2026-12-08T09:00:00+08:00"
    assert greeting["lost_to"] == [
        {
            "touchpoint": "points",
            "occurrence": None,
            "at": "2026-12-05T12:00:00+08:00",
            "score": None,
        },
        {
            "touchpoint": "reminder",
            "occurrence": "L1@-3d",
            "at": "2026-12-07T09:00:00+08:00",
            "score": 90.0,
        },
    ]
    assert greeting["worth"] == 60.0
    without, later = greeting["changes"]
    assert without == "there would be room if reminder at 2026-12-07T09:00+08:00 did not go out"
    assert later == (
        "there is room again at 2026-12-08T09:00+08:00, but its window closes"
        " at 2026-12-07T20:00+08:00"
    )


def test_what_waits_inside_its_window_says_for_what_it_waits(
    offices: Callable[[str], Office],
) -> None:
    office = desk(offices, "3d 20:00")
    greeting, _ = office.lines("explain", "C1", *AS_OF, "--format", "json")
    assert greeting["send_at"] == "2026-12-08T09:00:00+08:00"
    assert greeting["waits_for"] == {
        "gate": "cap:two-in-three",
        "channel": "email",
        "passed": False,
        "detail": "2 of 2 in 3d: points at 2026-12-05T12:00+08:00,"
        " reminder at 2026-12-07T09:00+08:00",
    }
    assert greeting["changes"] == []
