"""The pace of sending: rates, one queue for several workers, and what closes first goes first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from tests.office import POLICY, Desk, Office, at, local, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.message import Outcome, Receipt
from touchpoints.engine.ticking import Loop, null_channels, run_virtually

EIGHT = "2026-12-07T08:00"
EMAIL = "email: {transport: file"
RATED = POLICY.replace(EMAIL, f'{EMAIL}, rate: "600 per minute"').replace("0d 09:00", "0d 08:00")
SLOW = RATED.replace("600 per minute", "2 per minute")


def crowd(office: Office, many: int, *, first: int = 0, due: str = "2026-12-10") -> None:
    """So many customers who are to be reminded on 7 December at eight."""
    ids = [f"K{number:05d}" for number in range(first, first + many)]
    office.take("customers", *({"id": id_, "email": f"{id_}@example.org"} for id_ in ids))
    fact = {"kind": "instalment", "ref": "L1", "date": due, "status": "open"}
    usual = fact | {"amount": "1", "currency": "CNY"}
    office.take("facts", *({"customer": id_} | usual for id_ in ids))


def opened(office: Office, clock: FixedClock, email: RecordingChannel) -> Loop:
    loop = office.loop(clock, email=email)
    loop.start()
    return loop


def by_minute(email: RecordingChannel) -> dict[str, int]:
    return dict(Counter(f"{local(int(each.sent_at.timestamp()))}" for each in email.messages))


def fullest(email: RecordingChannel, span: int) -> int:
    """The most that left in any run of seconds, wherever it starts."""
    left = sorted(int(each.sent_at.timestamp()) for each in email.messages)
    return max(sum(start <= each < start + span for each in left) for start in set(left))


def test_many_that_are_due_at_once_leave_at_the_rate(offices: Callable[[str], Office]) -> None:
    office = offices(RATED)
    crowd(office, 1500)
    clock, email = FixedClock(at(EIGHT)), RecordingChannel()
    loop = opened(office, clock, email)
    loop.plan()
    delivered = loop.deliver_all()
    assert by_minute(email) == {
        "2026-12-07 08:00": 600,
        "2026-12-07 08:01": 600,
        "2026-12-07 08:02": 300,
    }
    assert (fullest(email, 60), fullest(email, 1)) == (600, 10)
    assert (delivered.accepted, delivered.stops, delivered.room_at) == (1500, {}, None)


def test_without_a_rate_everything_leaves_at_once(offices: Callable[[str], Office]) -> None:
    office = offices(RATED.replace(', rate: "600 per minute"', ""))
    crowd(office, 300)
    clock, email = FixedClock(at(EIGHT)), RecordingChannel()
    loop = opened(office, clock, email)
    loop.plan()
    assert loop.deliver().accepted == 300
    assert clock.now() == at(EIGHT)


def test_what_has_no_room_stays_planned_and_is_said_to_have_room_later(
    offices: Callable[[str], Office],
) -> None:
    office = offices(SLOW)
    crowd(office, 3)
    clock, email = FixedClock(at(EIGHT)), RecordingChannel()
    loop = opened(office, clock, email)
    loop.plan()
    delivered = loop.deliver()
    assert delivered.room_at is not None
    assert datetime.fromtimestamp(delivered.room_at, UTC) == at("2026-12-07T08:00:30")
    assert Counter(office.states().values()) == {"accepted": 1, "planned": 2}
    again = loop.deliver()
    assert (again.accepted, again.room_at) == (0, delivered.room_at)


def test_two_workers_on_one_database_never_exceed_the_rate_together(
    offices: Callable[[str], Office],
) -> None:
    office = offices(RATED)
    crowd(office, 200)
    clock, email = FixedClock(at(EIGHT)), RecordingChannel()
    first, second = opened(office, clock, email), opened(office, clock, email)
    first.plan()
    for second_of_day in range(25):
        clock.move_to(at(f"2026-12-07T08:00:{second_of_day:02d}"))
        workers = (first, second) if second_of_day % 2 else (second, first)
        assert sum(each.deliver().accepted for each in workers) == (10 if second_of_day < 20 else 0)
    assert len(set(email.keys)) == len(email.keys) == 200


def test_other_channels_go_on_meanwhile(offices: Callable[[str], Office]) -> None:
    office = offices(SLOW)
    for number in range(4):
        office.owes_as_new(f"C{number}", channels="sms" if number % 2 else "email")
    clock, email = FixedClock(at(EIGHT)), RecordingChannel()
    sms = RecordingChannel("sms", "text")
    loop = office.loop(clock, email=email, sms=sms)
    loop.start()
    loop.plan()
    loop.deliver()
    assert (len(email.keys), len(sms.keys)) == (1, 2)


def test_what_closes_first_goes_first_and_nothing_with_room_expires(
    offices: Callable[[str], Office],
) -> None:
    """2 a minute from 8:00: 20 greetings close at 8:20, 10 reminders at 20:00."""
    windows = SLOW.replace('close: "0d 20:00"', 'close: "0d 08:20"', 1)
    office = offices(windows)
    crowd(office, 10)
    for number in range(20):
        office.customer(f"C{number:02d}", birthday="1990-12-07")
        office.says(f"C{number:02d}", "granted", "2026-01-01T00:00")
    clock, email = FixedClock(at(EIGHT)), RecordingChannel()
    loop = opened(office, clock, email)
    loop.plan()
    loop.deliver_all()
    kinds = [each.touchpoint for each in email.messages]
    assert kinds == ["greeting"] * 20 + ["reminder"] * 10
    assert max(by_minute(email)) == "2026-12-07 08:14"


def test_what_finds_no_room_before_its_window_closes_is_expired(
    offices: Callable[[str], Office],
) -> None:
    office = offices(SLOW.replace('close: "0d 20:00"', 'close: "0d 08:05"'))
    crowd(office, 12)
    clock, email = FixedClock(at(EIGHT)), RecordingChannel()
    loop = opened(office, clock, email)
    loop.plan()
    loop.deliver_all()
    assert len(email.keys) == 10
    rounds(loop, clock, "2026-12-07T08:05")
    assert Counter(office.states().values()) == {"accepted": 10, "expired: expired": 2}


def test_a_rate_that_is_slower_than_a_minute_does_not_keep_a_single_round_waiting(
    offices: Callable[[str], Office],
) -> None:
    office = offices(RATED.replace("600 per minute", "100 per day"))
    crowd(office, 2)
    clock, email = FixedClock(at(EIGHT)), RecordingChannel()
    loop = opened(office, clock, email)
    loop.plan()
    delivered = loop.deliver_all()
    assert (len(email.keys), clock.now()) == (1, at(EIGHT))
    assert delivered.room_at == int(at(EIGHT).timestamp()) + 864


def test_messages_that_are_judged_away_take_no_slot(offices: Callable[[str], Office]) -> None:
    office = offices(SLOW)
    crowd(office, 2)
    clock, email = FixedClock(at(EIGHT)), RecordingChannel()
    loop = opened(office, clock, email)
    loop.plan()
    office.owes("K00000", "L1", "2026-12-10", status="paid")
    loop.deliver()
    assert email.keys == ["K00001/reminder/L1@-3d"]


def test_messages_that_are_given_back_give_back_their_slots(
    offices: Callable[[str], Office],
) -> None:
    """Somebody opts out while the first of ten is sent: the other nine are judged once more."""
    office = offices(RATED)
    crowd(office, 20)
    clock = FixedClock(at(EIGHT))
    email = Desk(lambda: office.customer("C1"))
    loop = opened(office, clock, email)
    loop.plan()
    assert loop.deliver().accepted == 10


def test_the_simulated_day_keeps_to_the_rate_too(offices: Callable[[str], Office]) -> None:
    office = offices(SLOW)
    crowd(office, 6)
    clock, channels = FixedClock(at("2026-12-07T07:00")), null_channels(office.workspace)
    loop = office.loop(clock, **channels)
    loop.start()
    run_virtually(loop, clock, at("2026-12-08T07:00"), lambda _instant: None)
    sent = sorted(local(row["sent_at"]) or "" for row in office.messages().values())
    assert sent == [f"2026-12-07 08:0{minute}" for minute in (0, 0, 1, 1, 2, 2)]


@pytest.mark.parametrize("asked", [None, 7200])
def test_back_off_holds_although_the_plan_is_made_every_minute(
    offices: Callable[[str], Office], asked: int | None
) -> None:
    office = offices(POLICY.replace('close: "0d 20:00"', 'close: "0d 10:30"'))
    office.owes_as_new("C1")
    clock = FixedClock(at("2026-12-07T09:00"))
    later = Receipt(Outcome.TEMPORARY, "450 later", retry_after=asked)
    email = RecordingChannel(receipts=iter(lambda: later, None))
    loop = opened(office, clock, email)
    rounds(loop, clock, *(f"2026-12-07T{9 + n // 60:02d}:{n % 60:02d}" for n in range(92)))
    tries = [int(each.sent_at.timestamp()) for each in email.messages]
    gaps = [after - before for before, after in pairwise(tries)]
    assert gaps == [] if asked else len(gaps) in range(4, 9)
    assert all(gap >= 30 * 2**n for n, gap in enumerate(gaps[:6]))
    assert office.states() == {"C1/reminder/L1@-3d": "expired: expired"}


def test_a_retry_that_falls_into_the_night_is_made_in_the_morning_and_no_sooner(
    offices: Callable[[str], Office],
) -> None:
    night = POLICY.replace(EMAIL, 'email: {hours: "09:00-20:00", transport: file')
    office = offices(night.replace('close: "0d 20:00"', 'close: "2d 20:00"'))
    office.owes_as_new("C1")
    clock = FixedClock(at("2026-12-07T19:55"))
    email = RecordingChannel(receipts=[Receipt(Outcome.TEMPORARY, "429", retry_after=600)])
    loop = opened(office, clock, email)
    rounds(loop, clock, *(f"2026-12-07T{19 + n // 60}:{n % 60:02d}" for n in range(55, 80)))
    assert len(email.messages) == 1
    rounds(loop, clock, "2026-12-08T08:59", "2026-12-08T09:00")
    assert [local(int(each.sent_at.timestamp())) for each in email.messages] == [
        "2026-12-07 19:55",
        "2026-12-08 09:00",
    ]
