"""The loop: starting after a crash, catching up after a stop, and a year on a virtual clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.office import GATES, POLICY, Desk, Office, at, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.message import Outcome, Receipt
from touchpoints.engine.ticking import Loop, null_channels, open_channels, run_virtually
from touchpoints.errors import StoreError
from touchpoints.store.statements import rows, write

KEY = "C1/reminder/L1@-3d"
NINE = "2026-12-07T09:00"


class CrashError(Exception):
    """Everything ends while a message is being sent."""


def crash() -> None:
    raise CrashError


def left_as(office: Office, state: str, touchpoint: str = "reminder") -> None:
    """A crash at nine, while the message of a touchpoint was being sent, left it in a state.

    Long ago: on a server others take it up only when its lease has ended.
    """
    office.owes_as_new("C1")
    if touchpoint == "greeting":
        office.take("customers", {"id": "C1", "birthday": "1990-12-07"})
        office.says("C1", "granted", "2026-01-01T00:00")
    loop = office.loop(FixedClock(at(NINE)), email=Desk(crash))
    loop.start()
    loop.plan()
    with pytest.raises(CrashError):
        loop.deliver()
    with office.database.writing() as connection:
        write(
            connection,
            "UPDATE message SET state = :state, lease_until = 0 WHERE touchpoint = :touchpoint",
            {"state": state, "touchpoint": touchpoint},
        )
        write(connection, "DELETE FROM transition", {})


def restarted(office: Office, *times: str) -> tuple[int, RecordingChannel]:
    """How many are held when a new loop starts at nine, and what it sends until the last time."""
    clock, email = FixedClock(at(NINE)), RecordingChannel()
    loop = office.loop(clock, email=email)
    held = loop.start()
    rounds(loop, clock, *times)
    return held, email


def test_what_was_claimed_when_it_crashed_goes_out(office: Office) -> None:
    left_as(office, "claimed")
    held, email = restarted(office, NINE)
    assert (held, email.keys) == (0, [KEY])


@pytest.mark.parametrize("state", ["sending", "in_doubt"])
def test_a_reminder_that_was_being_sent_when_it_crashed_is_sent_again(
    office: Office, state: str
) -> None:
    left_as(office, state)
    held, email = restarted(office, NINE)
    assert (held, email.keys) == (0, [KEY])


@pytest.mark.parametrize("state", ["sending", "in_doubt"])
def test_marketing_that_was_being_sent_when_it_crashed_is_held(office: Office, state: str) -> None:
    left_as(office, state, "greeting")
    held, email = restarted(office, NINE, "2026-12-07T12:00")
    assert (held, email.keys) == (1, [KEY])
    assert office.messages()["C1/greeting/2026"]["state"] == "held"


def test_what_was_held_once_is_told_once(office: Office) -> None:
    left_as(office, "sending", "greeting")
    assert restarted(office)[0] == 1
    assert restarted(office)[0] == 0


def test_a_touchpoint_that_left_the_policy_while_it_was_sending_is_held(office: Office) -> None:
    left_as(office, "sending")
    office.rule(POLICY[: POLICY.index("  reminder:")])
    assert restarted(office)[0] == 1


def test_down_for_four_hours_sends_once_what_is_still_in_its_window(office: Office) -> None:
    office.owes_as_new("C1")
    office.owes_as_new("C2", timezone="Pacific/Auckland")
    clock, email = FixedClock(at("2026-12-07T01:00")), RecordingChannel()
    loop = office.loop(clock, email=email)
    loop.start()
    loop.plan()
    rounds(
        loop, clock, *(f"2026-12-07T{hour}:{minute:02d}" for hour in (15, 16) for minute in (0, 30))
    )
    assert email.keys == [KEY]
    assert office.states() == {KEY: "accepted", "C2/reminder/L1@-3d": "expired: expired"}


def test_every_quarter_of_an_hour_for_two_days_sends_once(office: Office) -> None:
    office.owes_as_new("C1", birthday="1990-12-07")
    office.says("C1", "granted", "2026-01-01T00:00")
    sent = []
    for quarter in range(0, 192, 3):
        clock, email = (
            FixedClock(at("2026-12-06T12:00") + timedelta(minutes=15 * quarter)),
            Desk(int),
        )
        loop = office.loop(clock, email=email)
        loop.start()
        loop.plan()
        loop.deliver()
        sent += email.keys
    assert sorted(sent) == ["C1/greeting/2026", KEY]


def test_the_clock_a_day_ahead_and_two_hours_back_sends_nothing_twice(office: Office) -> None:
    office.owes_as_new("C1")
    office.owes("C1", "L2", "2026-12-11")
    clock, email = FixedClock(at("2026-12-06T10:00")), RecordingChannel()
    loop = office.loop(clock, email=email)
    loop.start()
    rounds(
        loop,
        clock,
        "2026-12-06T10:00",
        "2026-12-07T10:00",
        "2026-12-07T08:00",
        "2026-12-07T08:30",
        "2026-12-08T10:00",
        "2026-12-08T08:00",
        "2026-12-08T09:00",
    )
    assert email.keys == [KEY, "C1/reminder/L2@-3d"]


def test_a_clock_that_jumps_over_the_window_expires_it(office: Office) -> None:
    office.owes_as_new("C1")
    clock, email = FixedClock(at("2026-12-06T10:00")), RecordingChannel()
    loop = office.loop(clock, email=email)
    loop.start()
    rounds(loop, clock, "2026-12-06T10:00", "2026-12-08T10:00", "2026-12-06T11:00")
    assert (email.keys, office.states()) in (
        ([], {KEY: "expired: expired"}),
        ([], {KEY: "planned"}),
    )


def test_of_several_past_offsets_only_the_latest_is_sent(offices: Callable[[str], Office]) -> None:
    office = offices(
        POLICY.replace("offset: -3d", "offset: [-3d, -2d, -1d]").replace("0d 20:00", "5d 20:00")
    )
    office.owes_as_new("C1")
    clock, email = FixedClock(at("2026-12-09T10:00")), RecordingChannel()
    loop = office.loop(clock, email=email)
    loop.start()
    rounds(loop, clock, "2026-12-09T10:00", "2026-12-09T12:00", "2026-12-10T10:00")
    assert email.keys == ["C1/reminder/L1@-1d"]


def test_a_tick_is_noted_with_its_instant(office: Office) -> None:
    clock = FixedClock(at(NINE))
    loop = office.loop(clock)
    loop.start()
    assert office.standing(NINE).last_tick_at is None
    loop.plan()
    loop.deliver()
    standing = office.standing(NINE)
    assert standing.last_tick_at == standing.last_plan_at == int(at(NINE).timestamp())


def test_lag_is_how_long_the_oldest_due_message_has_waited(office: Office) -> None:
    office.owes_as_new("C1")
    office.plan("2026-12-07T08:00")
    assert (office.standing("2026-12-07T08:59").lag, office.standing("2026-12-07T08:59").due) == (
        0,
        0,
    )
    assert (office.standing("2026-12-07T09:10").lag, office.standing("2026-12-07T09:10").due) == (
        600,
        1,
    )


def virtual(office: Office, start: datetime, until: datetime) -> RecordingChannel:
    """What a simulation sends by e-mail."""
    clock, email = FixedClock(start), RecordingChannel()
    loop = office.loop(clock, email=email)
    loop.start()
    run_virtually(loop, clock, until, lambda _: None)
    assert clock.now() == until
    return email


def test_a_virtual_clock_jumps_from_one_due_minute_to_the_next(office: Office) -> None:
    for number, zone in enumerate(("Asia/Tokyo", "Asia/Shanghai", "Asia/Kolkata"), 1):
        office.owes_as_new(f"C{number}", timezone=zone)
    email = virtual(office, at("2026-12-01T00:00"), at("2026-12-12T00:00"))
    assert [f"{message.sent_at:%H:%M}" for message in email.messages] == ["00:00", "01:00", "03:30"]


def test_a_simulation_stops_at_its_end(office: Office) -> None:
    office.owes_as_new("C1")
    assert virtual(office, at("2026-12-01T00:00"), at(NINE)).messages == []
    assert virtual(office, at(NINE), at("2026-12-07T09:01")).keys == [KEY]


def test_tries_go_on_in_a_simulation(office: Office) -> None:
    office.owes_as_new("C1")
    clock = FixedClock(at("2026-12-06T00:00"))
    email = RecordingChannel(receipts=[Receipt(Outcome.TEMPORARY, "later")] * 3)
    loop = office.loop(clock, email=email)
    loop.start()
    total = run_virtually(loop, clock, at("2026-12-09T00:00"), lambda _: None)
    assert (total.accepted, total.waiting, len(email.messages)) == (1, 3, 4)


def test_channels_of_a_simulation_bear_the_names_of_the_workspace(office: Office) -> None:
    channels = null_channels(office.workspace)
    assert {name: channel.kind for name, channel in channels.items()} == {
        "email": "email",
        "sms": "text",
    }
    assert all(channel.local for channel in open_channels(office.workspace).values())


def test_a_simulation_spares_the_bytes_that_nobody_reads_and_still_finds_what_is_wrong(
    office: Office,
) -> None:
    office.owes_as_new("C1")
    office.owes_as_new("C2")
    office.owes("C2", "L1", "2026-12-10", currency="")
    clock = FixedClock(at("2026-12-01T00:00"))
    loop = office.loop(clock, **null_channels(office.workspace))
    loop.start()
    run_virtually(loop, clock, at("2026-12-12T00:00"), lambda _: None)
    with office.database.reading() as connection:
        sql = "SELECT state, reason, body, content FROM message ORDER BY customer_no"
        (state, _, body, content), failed = rows(connection, sql)
    assert (state, failed[:2]) == ("accepted", ("withheld", "render_error"))
    assert body == "100 CNY is due on December 10."
    assert b"Subject: Instalment L1" in content
    assert b"is due" not in content


def test_a_loop_over_a_missing_folder_says_so(office: Office) -> None:
    office.rule(POLICY.replace("locale: en", "locale: en\ndatabase: sqlite:///no/where.db"))
    with pytest.raises(StoreError, match="no such folder"):
        office.loop(FixedClock(at(NINE))).start()


def test_a_loop_may_be_built_from_its_parts(office: Office) -> None:
    clock = FixedClock(at(NINE))
    loop = Loop.over(office.database, office.workspace, {}, GATES, clock)
    assert loop.start() == 0
    assert loop.plan().sends == 0
    assert loop.deliver().accepted == 0
