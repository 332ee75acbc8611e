"""Schedules and silence in a running workspace."""

from __future__ import annotations

from collections.abc import Callable

from tests.occasions import happens, ruled, went, working
from tests.office import Office, at, local, rounds

MONTHLY = ruled(
    "letter", "{schedule: 'FREQ=MONTHLY;BYMONTHDAY=31'}", audience="customer.tier == 'gold'"
)


def test_a_schedule_asks_everybody_and_the_audience_decides(
    opened: Callable[[str], Office],
) -> None:
    office = opened(MONTHLY)
    office.customer("C2", tier="gold", timezone="America/New_York")
    office.customer("C3", tier="gold")
    lines = office.preview("2026-11-29T08:00")
    assert [(line.customer, line.occurrence, local(line.send_at)) for line in lines] == [
        ("C2", "2026-11-30", "2026-11-30 22:00"),
        ("C3", "2026-11-30", "2026-11-30 09:00"),
    ]


def test_a_scheduled_day_goes_once_however_often_it_is_planned(
    opened: Callable[[str], Office],
) -> None:
    office = opened(MONTHLY)
    office.customer("C3", tier="gold")
    loop, clock, email = working(office, "2026-11-30T08:00")
    rounds(loop, clock, *(f"2026-11-30T{hour:02d}:00" for hour in range(8, 20)), "2026-12-01T09:00")
    assert went(email) == [("C3/letter/2026-11-30", "2026-11-30 09:00")]


SILENT = ruled("miss-you", "{lapsed: 90d, since: parcel-left}")


def test_silence_counts_from_the_latest_event_and_a_new_one_ends_it(
    opened: Callable[[str], Office],
) -> None:
    office = opened(SILENT)
    office.customer("C2")
    happens(office, "2026-08-01T12:00", "E1")
    happens(office, "2026-08-29T12:00", "E2")
    office.plan("2026-11-25T08:00")
    assert office.states() == {"C1/miss-you/2026-11-27": "planned"}
    happens(office, "2026-11-26T12:00", "E3")
    assert office.plan("2026-11-26T12:01").vanished == 1
    assert office.states() == {"C1/miss-you/2026-11-27": "cancelled: stale"}
    (line,) = office.preview("2027-02-24T08:00")
    assert (line.occurrence, local(line.send_at)) == ("2027-02-24", "2027-02-24 09:00")


def test_an_event_right_before_sending_ends_the_silence_too(
    opened: Callable[[str], Office],
) -> None:
    office = opened(SILENT)
    happens(office, "2026-08-29T12:00", "E2")
    loop, clock, email = working(office, "2026-11-26T08:00")
    loop.plan()
    happens(office, "2026-11-27T08:59", "E3")
    clock.move_to(at("2026-11-27T09:00"))
    loop.deliver()
    assert email.messages == []
    assert office.states() == {"C1/miss-you/2026-11-27": "withheld: stale"}


def test_the_text_about_silence_tells_the_latest_event(opened: Callable[[str], Office]) -> None:
    office = opened(SILENT)
    happens(office, "2026-08-29T12:00", "E2")
    loop, clock, email = working(office, "2026-11-27T09:00")
    rounds(loop, clock, "2026-11-27T09:00")
    assert email.messages[0].body.strip() == "E2 on August 29 at 12:00\u202fPM"


def test_an_event_that_lies_ahead_does_not_end_the_silence_yet(
    opened: Callable[[str], Office],
) -> None:
    office = opened(SILENT)
    happens(office, "2026-08-29T12:00", "E2")
    happens(office, "2026-12-24T12:00", "E3")
    (line,) = office.preview("2026-11-27T08:00")
    assert line.occurrence == "2026-11-27"
