"""What stops messages: a provider that fails, an operator's ceilings, a pause of everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import chain, repeat

import pytest

from tests.office import POLICY, Desk, Office, at, local, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.message import Outcome, Receipt
from touchpoints.engine.ticking import Loop
from touchpoints.store import pausing

NINE = "2026-12-07T09:00"
DOWN = Receipt(Outcome.TEMPORARY, "cannot reach the server", unreachable=True)
TAKEN = Receipt(Outcome.ACCEPTED)


class Morning:
    """Some customers who are to be reminded at nine, a clock, and a channel that answers."""

    def __init__(self, office: Office, many: int, receipts: Iterable[Receipt] = ()) -> None:
        self.office = office
        for number in range(1, many + 1):
            office.owes_as_new(f"C{number:02d}")
        self.clock = FixedClock(at(NINE))
        self.email = RecordingChannel(receipts=receipts)
        self.loop = self.worker()
        self.loop.plan()

    def worker(self) -> Loop:
        """One more process that delivers."""
        loop = self.office.loop(self.clock, email=self.email)
        loop.start()
        return loop

    def second(self, *seconds: int) -> list[int]:
        """How many left at each second after nine."""
        found = []
        for second in seconds:
            self.clock.move_to(at(f"2026-12-07T09:{second // 60:02d}:{second % 60:02d}"))
            before = len(self.email.messages)
            self.delivered = self.loop.deliver()
            found.append(len(self.email.messages) - before)
        return found

    def states(self) -> dict[str, int]:
        return dict(Counter(self.office.states().values()))

    def attempts(self) -> int:
        return len(self.office.table("attempt"))


@pytest.fixture
def mornings(offices: Callable[[str], Office]) -> Callable[..., Morning]:
    """Opens a morning under the usual policy, with some lines on top of it."""

    def open_(many: int, *receipts: Receipt, lines: str = "", ever: bool = False) -> Morning:
        answers = chain(receipts, repeat(receipts[-1])) if ever else iter(receipts)
        return Morning(offices(lines + POLICY), many, answers)

    return open_


def test_a_channel_opens_after_three_failures_rests_is_probed_and_goes_on(
    mornings: Callable[..., Morning],
) -> None:
    morning = mornings(8, DOWN, DOWN, DOWN, DOWN)
    assert morning.second(0, 5, 10) == [1, 1, 1]
    assert morning.delivered.stops == {
        "email": "rests until 2026-12-07T09:00+08:00: cannot reach the server"
    }
    # It rests for 30 s: what waits is not counted as tried.
    assert morning.second(15, 20, 39) == [0, 0, 0]
    assert (morning.attempts(), morning.states()) == (3, {"retry_wait": 3, "planned": 5})
    # One probe, which fails: twice the rest.
    assert morning.second(40, 45, 99) == [1, 0, 0]
    assert morning.states() == {"retry_wait": 4, "planned": 4}
    # The next probe succeeds, and the others follow in the same round.
    assert morning.second(100) == [8]
    assert morning.states() == {"accepted": 8}
    assert (morning.delivered.stops, morning.office.table("breaker")) == ({}, [])


def test_a_channel_that_leaves_doubts_rests_in_the_middle_of_a_batch(
    mornings: Callable[..., Morning],
) -> None:
    doubt = Receipt(Outcome.IN_DOUBT, "no answer after the content")
    morning = mornings(8, doubt, ever=True)
    assert morning.second(0, 5) == [3, 0]
    assert morning.states() == {"retry_wait": 3, "planned": 5}


def test_other_workers_and_a_restart_know_that_a_channel_rests(
    mornings: Callable[..., Morning],
) -> None:
    morning = mornings(6, DOWN, ever=True)
    morning.second(0, 5, 10)
    other = morning.worker()
    assert other.deliver().stops.keys() == {"email"}
    morning.clock.move_to(at("2026-12-07T09:00:40"))
    assert len(morning.email.messages) == 3
    other.deliver()
    morning.loop.deliver()
    assert len(morning.email.messages) == 4


def test_a_probe_that_is_judged_away_is_followed_by_another_one(
    mornings: Callable[..., Morning],
) -> None:
    morning = mornings(5, DOWN, DOWN, DOWN)
    morning.second(0, 5, 10)
    waiting = [key for key, state in morning.office.states().items() if state == "planned"]
    morning.office.owes(waiting[0].partition("/")[0], "L1", "2026-12-10", status="paid")
    assert morning.second(60) == [4]


def test_what_closes_while_its_channel_rests_is_expired(
    offices: Callable[[str], Office],
) -> None:
    morning = Morning(
        offices(POLICY.replace('close: "0d 20:00"', 'close: "0d 09:10"')), 5, repeat(DOWN)
    )
    morning.second(0, 5, 10, 60, 120, 240, 480)
    morning.second(600)
    assert morning.states() == {"expired: expired": 5}


def test_the_next_channel_is_not_tried_because_the_first_one_rests(
    mornings: Callable[..., Morning],
) -> None:
    morning = mornings(5, DOWN, ever=True)
    for minute in range(30):
        rounds(morning.loop, morning.clock, f"2026-12-07T09:{minute:02d}")
    assert {row["channel"] for row in morning.office.messages().values()} == {"email"}


def test_a_gateway_that_asks_to_be_left_alone_is_not_asked_for_others_either(
    mornings: Callable[..., Morning],
) -> None:
    wait = Receipt(Outcome.TEMPORARY, "429 Too Many Requests", retry_after=120)
    morning = mornings(4, TAKEN, wait)
    assert morning.second(0, 60, 119) == [2, 0, 0]
    assert morning.second(121) == [3]
    assert morning.states() == {"accepted": 4}


@pytest.mark.parametrize(("lines", "most"), [("limits: {per_run: 3}\n", 3)])
def test_a_run_sends_no_more_than_it_may_and_the_next_one_goes_on(
    mornings: Callable[..., Morning], lines: str, most: int
) -> None:
    morning = mornings(5, lines=lines)
    assert morning.second(0, 5, 10) == [most, 0, 0]
    assert morning.delivered.stops == {
        "limits.per_run": "3 have left; nothing more leaves in this run"
    }
    assert morning.states() == {"accepted": 3, "planned": 2}
    morning.loop = morning.worker()
    assert morning.second(15) == [2]
    assert morning.delivered.stops == {}


def test_a_day_has_no_more_than_it_may_over_all_workers_and_the_next_day_goes_on(
    offices: Callable[[str], Office],
) -> None:
    wide = POLICY.replace('close: "0d 20:00"', 'close: "2d 20:00"')
    morning = Morning(offices("limits: {per_day: 4}\n" + wide), 9)
    first, second = morning.loop, morning.worker()
    assert first.deliver().accepted == 4
    delivered = second.deliver()
    assert (delivered.accepted, delivered.stops) == (
        0,
        {"limits.per_day": "4 have left today; nothing more leaves until 2026-12-08T00:00+08:00"},
    )
    rounds(first, morning.clock, "2026-12-07T19:59", "2026-12-08T09:00")
    assert morning.states() == {"accepted": 8, "planned": 1}
    rounds(morning.worker(), morning.clock, "2026-12-09T09:00")
    assert morning.states() == {"accepted": 9}


def test_a_ceiling_that_is_set_at_noon_counts_the_morning(
    offices: Callable[[str], Office],
) -> None:
    office = offices(POLICY)
    morning = Morning(office, 3)
    assert morning.loop.deliver().accepted == 3
    office.rule("limits: {per_day: 4}\n" + POLICY)
    office.owes_as_new("D1")
    office.owes_as_new("D2")
    loop = morning.worker()
    (delivered,) = rounds(loop, morning.clock, "2026-12-07T12:00")
    assert delivered.accepted == 1


def test_a_mandatory_message_is_stopped_by_a_ceiling_too(
    offices: Callable[[str], Office],
) -> None:
    office = offices(
        "limits: {per_run: 1}\n" + POLICY.replace("category: service", "category: mandatory")
    )
    assert Morning(office, 2).second(0) == [1]


def all_paused(office: Office, when: str) -> bool:
    with office.database.writing() as connection:
        return pausing.pause_all(connection, int(at(when).timestamp()))


def all_resumed(office: Office) -> bool:
    with office.database.writing() as connection:
        return pausing.resume_all(connection)


def test_a_pause_of_everything_keeps_the_plan_and_resuming_sends_it(
    mornings: Callable[..., Morning],
) -> None:
    morning = mornings(3)
    assert all_paused(morning.office, "2026-12-07T08:59")
    assert not all_paused(morning.office, "2026-12-07T08:59")
    for minute in ("09:00", "09:30", "10:00"):
        (delivered,) = rounds(morning.loop, morning.clock, f"2026-12-07T{minute}")
        assert "everything is paused since 2026-12-07T08:59" in delivered.stops["pause"]
    assert morning.states() == {"planned": 3}
    assert all_resumed(morning.office)
    assert not all_resumed(morning.office)
    rounds(morning.loop, morning.clock, "2026-12-07T10:01")
    assert morning.states() == {"accepted": 3}


def test_what_closes_while_everything_is_paused_is_expired(
    mornings: Callable[..., Morning],
) -> None:
    morning = mornings(3)
    all_paused(morning.office, NINE)
    rounds(morning.loop, morning.clock, "2026-12-07T12:00", "2026-12-07T20:00")
    assert morning.states() == {"expired: expired": 3}
    all_resumed(morning.office)
    rounds(morning.loop, morning.clock, "2026-12-07T20:01")
    assert morning.email.messages == []


def test_a_pause_of_everything_in_mid_batch_stops_after_the_message_under_way(
    office: Office,
) -> None:
    morning = Morning(office, 5)
    morning.email = Desk(lambda: all_paused(office, NINE))
    morning.loop = morning.worker()
    morning.loop.deliver()
    assert len(morning.email.messages) == 1
    assert morning.states() == {"accepted": 1, "planned": 4}
    all_resumed(office)
    morning.loop.deliver()
    assert len(set(morning.email.keys)) == len(morning.email.keys) == 5


def test_resuming_everything_leaves_a_touchpoint_that_was_paused_by_name(
    mornings: Callable[..., Morning],
) -> None:
    morning = mornings(2)
    morning.office.pause("reminder", NINE)
    all_paused(morning.office, NINE)
    all_resumed(morning.office)
    rounds(morning.loop, morning.clock, "2026-12-07T09:05")
    assert morning.states() == {"withheld: disabled": 2}
    assert local(morning.office.table("pause")[0]["since"]) == "2026-12-07 09:00"
