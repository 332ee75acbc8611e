"""Events in a running workspace: at the next tick, once, late, and never before they happen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.occasions import happens, ruled, went, working
from tests.office import Office, local, rounds
from touchpoints.store.statements import rows

TIP = ruled("tip", "{event: parcel-left}")


def test_an_event_is_answered_at_the_next_tick_and_the_text_tells_when_it_was(
    opened: Callable[[str], Office],
) -> None:
    office = opened(TIP)
    loop, clock, email = working(office, "2026-11-25T14:00")
    happens(office, "2026-11-25T14:00:20")
    rounds(loop, clock, "2026-11-25T14:01")
    assert went(email) == [("C1/tip/E1", "2026-11-25 14:01")]
    assert email.messages[0].body.strip() == "E1 on November 25 at 2:00\u202fPM"


def test_an_event_in_the_future_waits_for_its_instant(opened: Callable[[str], Office]) -> None:
    office = opened(TIP)
    loop, clock, email = working(office, "2026-11-25T14:00")
    happens(office, "2026-11-25T16:30:30")
    rounds(loop, clock, "2026-11-25T14:01", "2026-11-25T16:30", "2026-11-25T16:31")
    assert went(email) == [("C1/tip/E1", "2026-11-25 16:31")]


@pytest.mark.parametrize(
    ("told", "expected"),
    [("2026-11-26T19:59", [("C1/tip/E1", "2026-11-26 19:59")]), ("2026-11-26T20:00", [])],
)
def test_an_event_that_is_told_late_is_caught_up_while_its_window_is_open(
    opened: Callable[[str], Office], told: str, expected: list[tuple[str, str]]
) -> None:
    office = opened(TIP)
    loop, clock, email = working(office, "2026-11-25T14:00")
    rounds(loop, clock, "2026-11-26T19:00")
    happens(office, "2026-11-25T13:00")
    rounds(loop, clock, told, "2026-11-27T09:00")
    assert went(email) == expected


def test_what_a_stopped_daemon_missed_goes_out_once_or_expires(
    opened: Callable[[str], Office],
) -> None:
    office = opened(TIP)
    happens(office, "2026-11-25T07:00", "E1")
    happens(office, "2026-11-24T07:00", "E2")
    loop, clock, email = working(office, "2026-11-25T08:00")
    loop.plan()
    rounds(loop, clock, "2026-11-26T10:00", "2026-11-26T10:01", "2026-11-27T10:00")
    assert went(email) == [("C1/tip/E1", "2026-11-26 10:00")]
    assert office.states()["C1/tip/E2"] == "expired: expired"


def test_two_days_after_delivery_is_the_third_local_day(opened: Callable[[str], Office]) -> None:
    office = opened(ruled("survey", "{event: parcel-left, offset: 2d}"))
    happens(office, "2026-11-25T23:50")
    (line,) = office.preview("2026-11-26T08:00")
    assert (line.occurrence, local(line.send_at)) == ("E1", "2026-11-27 09:00")
    office.customer(timezone="Asia/Tokyo")
    (line,) = office.preview("2026-11-26T08:00")
    assert (line.occurrence, local(line.send_at)) == ("E1", "2026-11-28 08:00")


def test_an_audience_asks_for_fields_of_the_event(opened: Callable[[str], Office]) -> None:
    office = opened(
        ruled(
            "tip", "{event: parcel-left}", audience="event.carrier == 'post' and event.at.hour > 9"
        )
    )
    happens(office, "2026-11-25T10:00", "E1", carrier="post")
    happens(office, "2026-11-25T10:00", "E2", carrier="rail")
    happens(office, "2026-11-25T09:59", "E3", carrier="post")
    assert [line.occurrence for line in office.preview("2026-11-25T10:30")] == ["E1"]


def test_check_knows_the_fields_of_events(opened: Callable[[str], Office]) -> None:
    office = opened(ruled("tip", "{event: parcel-left}", audience="event.carier == 'post'"))
    happens(office, "2026-11-25T10:00", carrier="post")
    office.write("templates/note/sms.j2", "{{ event.weight }}")
    told = office.ask("check").out
    assert "no event has a 'carier' so far" in told
    assert "did you mean 'carrier'?" in told
    assert "event has no 'weight'" in told


@pytest.mark.sqlite
def test_the_reads_of_events_and_messages_use_an_index(office: Office) -> None:
    wanted = {
        "SELECT 1 FROM event e WHERE e.kind = 'x' AND e.at BETWEEN 1 AND 2": "ix_event_kind_at",
        "SELECT 1 FROM event l WHERE l.customer_no = 1 AND l.kind = 'x' AND l.at >= 2": "customer",
        "SELECT 1 FROM message m WHERE m.touchpoint = 'x' AND m.sent_at BETWEEN 1 AND 2": (
            "ix_message_touchpoint_sent_at"
        ),
    }
    with office.database.reading() as connection:
        for sql, index in wanted.items():
            plan = " ".join(str(row[3]) for row in rows(connection, f"EXPLAIN QUERY PLAN {sql}"))
            assert index in plan
