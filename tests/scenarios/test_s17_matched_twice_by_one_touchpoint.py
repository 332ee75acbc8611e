"""S17: a customer who is matched twice by one touchpoint gets one message for each occasion."""

from __future__ import annotations

from tests.office import Office, at, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock

NINE = "2026-12-07T09:00"


def sent(office: Office) -> list[str]:
    clock, email = FixedClock(at(NINE)), RecordingChannel()
    loop = office.loop(clock, email=email)
    loop.start()
    rounds(loop, clock, NINE, NINE)
    return email.keys


def test_the_same_fact_imported_twice_is_one_occasion(office: Office) -> None:
    office.owes_as_new("C1")
    office.owes("C1", "L1", "2026-12-10")
    assert sent(office) == ["C1/reminder/L1@-3d"]


def test_the_same_customer_imported_twice_is_one_customer(office: Office) -> None:
    office.customer(birthday="1990-12-07")
    office.customer(birthday="1991-12-07")
    office.says("C1", "granted", "2026-01-01T00:00")
    office.says("C1", "granted", "2026-02-01T00:00", channel="email")
    assert sent(office) == ["C1/greeting/2026"]


def test_two_facts_on_one_day_are_two_occasions_unless_a_cap_says_otherwise(office: Office) -> None:
    office.owes_as_new("C1")
    office.owes("C1", "L2", "2026-12-10")
    assert sent(office) == ["C1/reminder/L1@-3d", "C1/reminder/L2@-3d"]
