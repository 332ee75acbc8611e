"""Follow-ups in a running workspace: so long after a message, by what became of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.occasions import PARENT, TOUCHPOINT, happens, remind, ruled, went
from tests.office import Office, at, local, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.message import Outcome, Receipt

FOLLOW = ruled("follow", "{after: reminder, delay: 2d}")


@pytest.mark.parametrize(
    ("delay", "expected"),
    [
        ("0d", "2026-12-07 09:01"),
        ("2d", "2026-12-09 09:00"),
        ("1w", "2026-12-14 09:00"),
        ("90m", "2026-12-07 10:30"),
        ("20h", "2026-12-08 09:00"),
    ],
)
def test_a_follow_up_goes_so_long_after_the_message_under_its_key(
    opened: Callable[[str], Office], delay: str, expected: str
) -> None:
    office = opened(ruled("follow", f"{{after: reminder, delay: {delay}}}"))
    remind(office)
    (line,) = office.preview("2026-12-07T09:01")
    assert (line.occurrence, local(line.send_at)) == (PARENT, expected)


def test_a_follow_up_of_a_follow_up_works(opened: Callable[[str], Office]) -> None:
    office = opened(
        FOLLOW
        + TOUCHPOINT.format(
            name="last",
            moment="{after: follow, delay: 1d}",
            opens="0d 09:00",
            closes="1d 20:00",
            audience="true",
        )
    )
    loop, clock, email = remind(office)
    rounds(
        loop,
        clock,
        *(f"2026-12-{day:02d}T{hour}:00" for day in (8, 9, 10, 11) for hour in ("09", "12")),
    )
    assert went(email)[1:] == [
        (f"C1/follow/{PARENT}", "2026-12-09 09:00"),
        (f"C1/last/C1/follow/{PARENT}", "2026-12-10 09:00"),
    ]


def receipt(office: Office, kind: str, when: str = "2026-12-08T12:00") -> None:
    happens(office, when, PARENT, kind=kind)


@pytest.mark.parametrize(
    ("outcome", "told", "goes"),
    [
        ("accepted", None, True),
        ("accepted", "opened", True),
        ("accepted", "bounced", False),
        ("accepted", "undelivered", False),
        ("delivered", None, False),
        ("delivered", "delivered", True),
        ("bounced", "bounced", True),
        ("bounced", None, False),
        ("opened", "opened", True),
        ("opened", "clicked", False),
        ("complained", "complained", True),
        ("opted_out", "opted_out", True),
        ("not opened", None, True),
        ("not opened", "opened", False),
        ("not clicked", "opened", True),
        ("not replied", "replied", False),
        ("not replied", "bounced", False),
        ("rejected", None, False),
        ("expired", None, False),
    ],
)
def test_a_follow_up_depends_on_what_became_of_the_message(
    opened: Callable[[str], Office], outcome: str, told: str | None, goes: bool
) -> None:
    office = opened(ruled("follow", f"{{after: reminder, delay: 2d, outcome: {outcome}}}"))
    remind(office)
    if told is not None:
        receipt(office, told)
    lines = office.preview("2026-12-09T08:00")
    assert [line.touchpoint for line in lines] == (["follow"] if goes else [])


def test_a_receipt_of_another_message_is_none_of_this_one(opened: Callable[[str], Office]) -> None:
    office = opened(ruled("follow", "{after: reminder, delay: 2d, outcome: not opened}"))
    remind(office)
    happens(office, "2026-12-08T12:00", "C1/reminder/L2@-3d", kind="opened")
    assert len(office.preview("2026-12-09T08:00")) == 1


def test_an_opening_before_the_follow_up_goes_makes_it_stale(
    opened: Callable[[str], Office],
) -> None:
    office = opened(ruled("follow", "{after: reminder, delay: 2d, outcome: not opened}"))
    loop, clock, email = remind(office)
    rounds(loop, clock, "2026-12-08T12:00")
    assert office.states()[f"C1/follow/{PARENT}"] == "planned"
    receipt(office, "opened")
    clock.move_to(at("2026-12-09T09:00"))
    loop.deliver()
    assert office.states()[f"C1/follow/{PARENT}"] == "withheld: stale"
    assert len(email.messages) == 1


def test_what_was_refused_for_good_and_what_expired_have_follow_ups_too(
    opened: Callable[[str], Office],
) -> None:
    office = opened(ruled("follow", "{after: reminder, delay: 1d, outcome: rejected}"))
    office.customer(phone=None)
    office.owes("C1", "L1", "2026-12-10")
    clock = FixedClock(at("2026-12-07T09:00"))
    never = RecordingChannel(receipts=[Receipt(Outcome.PERMANENT, "550 no such mailbox")])
    loop = office.loop(clock, email=never)
    loop.start()
    rounds(loop, clock, "2026-12-07T09:00", "2026-12-08T09:00")
    assert never.keys == [PARENT, f"C1/follow/{PARENT}"]


def test_an_expired_message_has_a_follow_up_from_the_end_of_its_window_on(
    opened: Callable[[str], Office],
) -> None:
    office = opened(ruled("follow", "{after: reminder, delay: 1d, outcome: expired}"))
    office.owes("C1", "L1", "2026-12-10")
    office.plan("2026-12-06T09:00")
    office.plan("2026-12-07T21:00")
    (line,) = office.preview("2026-12-07T21:00")
    assert (line.occurrence, local(line.send_at)) == (PARENT, "2026-12-08 09:00")


def test_the_very_text_of_a_follow_up_can_be_looked_at_also_when_it_has_gone(
    opened: Callable[[str], Office],
) -> None:
    office = opened(FOLLOW)
    loop, clock, email = remind(office)
    rounds(loop, clock, "2026-12-09T09:00")
    words = ("template", "render", "follow", "--customer", "C1", "--channel", "email")
    when = ("--as-of", "2026-12-10T12:00:00+08:00")
    shown = office.raw(*words, "--occurrence", PARENT, *when)
    assert b"December 7" in shown
    assert b"Subject: Note" in shown
    assert len(email.messages) == 2
