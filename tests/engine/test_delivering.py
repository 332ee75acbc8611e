"""Delivering: what is due is judged once more with fresh data, and goes out once or not at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.office import POLICY, Desk, Office, at, local, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.engine.ticking import Loop

REMINDER = "C1/reminder/L1@-3d"
GREETING = "C1/greeting/2026"
NINE = "2026-12-07T09:00"


class Morning:
    """A plan made at 08:50 and delivered at 09:00, with something happening in between."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.clock = FixedClock(at("2026-12-07T08:50"))
        self.email = RecordingChannel()
        self.sms = RecordingChannel("sms", "text")
        self.loop = self._opened()
        self.loop.start()
        self.loop.plan()

    def _opened(self) -> Loop:
        return self.office.loop(self.clock, email=self.email, sms=self.sms)

    def deliver(self, when: str = NINE) -> dict[str, str]:
        """Deliver with the policy as it is now; the states of all messages."""
        self.clock.move_to(at(when))
        self.loop = self._opened()
        self.loop.deliver()
        return self.office.states()


@pytest.fixture
def morning(office: Office) -> Morning:
    """One customer, planned: a greeting with consent, a reminder of an instalment."""
    office.customer(birthday="1990-12-07")
    office.says("C1", "granted", "2026-01-01T00:00")
    office.owes("C1", "L1", "2026-12-10")
    return Morning(office)


def test_what_is_due_goes_out_once_with_its_key_address_and_bytes(morning: Morning) -> None:
    assert morning.deliver("2026-12-07T08:59") == {GREETING: "planned", REMINDER: "planned"}
    assert morning.deliver() == {GREETING: "accepted", REMINDER: "accepted"}
    morning.deliver("2026-12-07T09:01")
    assert morning.email.keys == [GREETING, REMINDER]
    message, row = morning.email.messages[1], morning.office.messages()[REMINDER]
    assert message.address == row["address"] == "c1@example.org"
    assert message.content == row["content"]
    assert message.sha256 == row["sha256"]
    assert (row["attempts"], local(row["sent_at"])) == (1, "2026-12-07 09:00")
    attempts = morning.office.table("attempt")
    assert [(each["number"], each["outcome"]) for each in attempts] == [(1, "accepted")] * 2
    assert {each["sha256"] for each in attempts} == {each.sha256 for each in morning.email.messages}


def test_paid_in_between_is_stale(morning: Morning) -> None:
    morning.office.owes("C1", "L1", "2026-12-10", status="paid")
    assert morning.deliver()[REMINDER] == "withheld: stale"
    assert morning.email.keys == [GREETING]


def test_partly_paid_still_reminds_with_the_open_amount(morning: Morning) -> None:
    morning.office.owes("C1", "L1", "2026-12-10", amount="40")
    morning.deliver()
    assert morning.email.messages[1].body == "40 CNY is due on December 10."


@pytest.mark.parametrize("status", ["deceased", "closed", "blocked"])
def test_who_died_or_left_a_minute_before_gets_nothing(morning: Morning, status: str) -> None:
    morning.office.take("customers", {"id": "C1", "status": status})
    assert morning.deliver() == {GREETING: "withheld: blocked", REMINDER: "withheld: blocked"}
    assert morning.email.messages == []


def test_an_opt_out_after_planning_is_no_consent_and_is_not_tried_again(morning: Morning) -> None:
    morning.office.says("C1", "denied", "2026-12-07T08:59")
    assert morning.deliver()[GREETING] == "withheld: no_consent"
    for when in ("2026-12-07T09:05", "2026-12-07T12:00", "2026-12-07T19:59", "2026-12-08T09:00"):
        morning.clock.move_to(at(when))
        morning.loop.plan()
        morning.loop.deliver()
    assert morning.office.states()[GREETING] == "withheld: no_consent"
    assert morning.email.keys == [REMINDER]


def test_a_pause_of_the_touchpoint_cancels_and_resuming_brings_back_what_is_in_its_window(
    morning: Morning,
) -> None:
    assert morning.office.pause("reminder", "2026-12-07T08:55") == 1
    assert morning.office.pause("reminder", "2026-12-07T08:56") == 0
    assert morning.deliver()[REMINDER] == "cancelled: disabled"
    rounds(morning.loop, morning.clock, "2026-12-07T10:00")
    assert REMINDER not in morning.email.keys
    morning.office.resume("reminder")
    rounds(morning.loop, morning.clock, "2026-12-07T11:00")
    assert morning.email.keys == [GREETING, REMINDER]


def test_a_pause_that_outlasts_the_window_leaves_nothing_to_bring_back(morning: Morning) -> None:
    morning.office.pause("reminder", "2026-12-07T08:55")
    rounds(morning.loop, morning.clock, "2026-12-07T10:00")
    morning.office.resume("reminder")
    rounds(morning.loop, morning.clock, "2026-12-07T20:00", "2026-12-08T09:00")
    assert REMINDER not in morning.email.keys


def test_a_customer_who_moved_east_is_not_written_to_at_night(morning: Morning) -> None:
    morning.office.customer("C1", timezone="Pacific/Kiritimati", birthday="1990-12-07")
    states = morning.deliver("2026-12-07T14:30")
    assert set(states.values()) <= {"expired: expired", "withheld: stale"}
    assert morning.email.messages == []


def test_a_customer_who_moved_west_waits_for_the_morning_there(morning: Morning) -> None:
    morning.office.customer("C1", timezone="Europe/London", birthday="1990-12-07")
    morning.deliver()
    assert morning.email.messages == []
    rounds(morning.loop, morning.clock, "2026-12-07T16:59")
    assert morning.email.messages == []
    rounds(morning.loop, morning.clock, "2026-12-07T17:00")
    assert morning.email.keys == [GREETING, REMINDER]


def test_a_fact_that_moved_by_a_day_is_told_a_day_later(morning: Morning) -> None:
    morning.office.owes("C1", "L1", "2026-12-11")
    morning.deliver()
    assert morning.email.keys == [GREETING]
    rounds(morning.loop, morning.clock, "2026-12-08T08:00", "2026-12-08T09:00")
    assert morning.email.messages[1].body == "100 CNY is due on December 11."


def test_an_address_that_vanished_leads_to_the_next_channel(morning: Morning) -> None:
    morning.office.take("customers", {"id": "C1", "email": ""})
    morning.deliver()
    rounds(morning.loop, morning.clock, "2026-12-07T09:01")
    assert (morning.email.keys, morning.sms.keys) == ([], [GREETING, REMINDER])


def test_a_new_address_is_the_one_that_is_used(morning: Morning) -> None:
    morning.office.take("customers", {"id": "C1", "email": "new@example.org"})
    morning.deliver()
    assert {message.address for message in morning.email.messages} == {"new@example.org"}


def test_a_channel_that_left_the_policy_leads_to_the_next_one(morning: Morning) -> None:
    line = next(line for line in POLICY.splitlines() if line.startswith("  email:"))
    policy = POLICY.replace(f"{line}\n", "").replace("[email, sms]", "[sms]")
    morning.office.rule(policy)
    morning.deliver()
    rounds(morning.loop, morning.clock, "2026-12-07T09:01")
    assert morning.sms.keys == [GREETING, REMINDER]
    assert morning.email.messages == []


def test_a_touchpoint_that_left_the_policy_sends_nothing(morning: Morning) -> None:
    morning.office.rule(POLICY[: POLICY.index("  reminder:")])
    assert morning.deliver()[REMINDER] == "withheld: stale"
    assert morning.email.keys == [GREETING]


def test_a_touchpoint_that_was_switched_off_sends_nothing(morning: Morning) -> None:
    morning.office.rule(POLICY.replace("  reminder:\n", "  reminder:\n    enabled: false\n"))
    assert morning.deliver()[REMINDER] == "withheld: disabled"


def test_another_system_that_was_faster_takes_the_slot(offices: Callable[[str], Office]) -> None:
    office = offices(POLICY.replace("caps: []", "caps: [{name: one-a-day, max: 1, per: 1d}]"))
    office.customer()
    office.owes("C1", "L1", "2026-12-10")
    morning = Morning(office)
    office.take("history", {"customer": "C1", "sent_at": at("2026-12-07T08:58").isoformat()})
    assert morning.deliver() == {REMINDER: "withheld: cap:one-a-day"}


def test_what_is_late_but_in_its_window_goes_out_once(morning: Morning) -> None:
    morning.deliver("2026-12-07T19:59")
    morning.loop.plan()
    morning.loop.deliver()
    assert morning.email.keys == [GREETING, REMINDER]


def test_what_is_too_late_is_expired(morning: Morning) -> None:
    assert morning.deliver("2026-12-07T20:00") == {
        GREETING: "expired: expired",
        REMINDER: "expired: expired",
    }
    assert morning.email.messages == []


def test_what_cannot_be_rendered_is_withheld_and_stops_nobody_else(morning: Morning) -> None:
    morning.office.customer("C2", name="", birthday="1990-12-07")
    morning.office.says("C2", "granted", "2026-01-01T00:00")
    morning.office.owes("C2", "L1", "2026-12-10")
    morning.loop.plan()
    states = morning.deliver()
    assert states["C2/greeting/2026"] == "withheld: render_error"
    assert "name" in morning.office.messages()["C2/greeting/2026"]["detail"]
    assert sorted(morning.email.keys) == [GREETING, REMINDER, "C2/reminder/L1@-3d"]


def test_a_template_that_is_not_there_is_a_render_error(morning: Morning) -> None:
    (morning.office.folder / "templates/greeting/email.j2").unlink()
    assert morning.deliver() == {GREETING: "withheld: render_error", REMINDER: "accepted"}
    assert "greeting" in morning.office.messages()[GREETING]["detail"]


def test_a_name_full_of_line_ends_makes_no_new_header(morning: Morning) -> None:
    morning.office.take("customers", {"id": "C1", "name": "Ann\r\nBcc: x@y.example"})
    morning.deliver()
    assert morning.email.messages
    for message in morning.email.messages:
        assert b"\r\nBcc:" not in message.content.partition(b"\r\n\r\n")[0]


def test_stopping_claims_nothing_more(morning: Morning) -> None:
    morning.clock.move_to(at(NINE))
    morning.loop.deliverer.stop()
    assert morning.loop.deliver().accepted == 0
    assert morning.office.states() == {GREETING: "planned", REMINDER: "planned"}


def crowd(office: Office, meanwhile: Callable[[Office], object]) -> Desk:
    """Five customers' greetings in one batch; something happens while the first one is sent."""
    for number in range(1, 6):
        office.customer(f"C{number}", birthday="1990-12-07")
        office.says(f"C{number}", "granted", "2026-01-01T00:00")
    desk = Desk(lambda: meanwhile(office))
    clock = FixedClock(at("2026-12-07T08:00"))
    loop = office.loop(clock, email=desk)
    loop.start()
    rounds(loop, clock, "2026-12-07T08:00", NINE)
    return desk


def test_a_pause_in_mid_batch_keeps_the_rest_here_and_resuming_sends_it(office: Office) -> None:
    desk = crowd(office, lambda office: office.pause("greeting", NINE))
    assert desk.keys == [GREETING]
    assert set(office.states().values()) == {"accepted", "withheld: disabled"}
    office.resume("greeting")
    clock = FixedClock(at("2026-12-07T10:00"))
    rounds(office.loop(clock, email=desk), clock, "2026-12-07T10:00")
    assert sorted(desk.keys) == [f"C{number}/greeting/2026" for number in range(1, 6)]


def test_an_opt_out_in_mid_batch_keeps_the_rest_here(office: Office) -> None:
    def opt_out(office: Office) -> None:
        for number in range(1, 6):
            office.says(f"C{number}", "denied", NINE)

    desk = crowd(office, opt_out)
    assert desk.keys == [GREETING]
    assert set(office.states().values()) == {"accepted", "withheld: no_consent"}


def test_a_change_in_mid_batch_that_concerns_nobody_stops_nobody(office: Office) -> None:
    desk = crowd(office, lambda office: office.customer("C9"))
    assert len(desk.keys) == len(set(desk.keys)) == 5


def test_stopping_in_mid_batch_finishes_what_is_under_way_and_gives_the_rest_back(
    office: Office,
) -> None:
    for number in range(1, 6):
        office.owes_as_new(f"C{number}")
    clock = FixedClock(at(NINE))
    loops: list[Loop] = []
    desk = Desk(lambda: [loop.deliverer.stop() for loop in loops])
    loops.append(office.loop(clock, email=desk))
    loops[0].start()
    loops[0].plan()
    assert loops[0].deliver().accepted == 1
    assert sorted(office.states().values()) == ["accepted"] + ["planned"] * 4
    fresh = office.loop(clock, email=desk)
    fresh.start()
    fresh.deliver()
    assert len(desk.keys) == len(set(desk.keys)) == 5


def test_a_run_stopped_by_an_error_goes_on_after_the_last_one_sent(office: Office) -> None:
    class BreakdownError(Exception):
        """Something that no channel is allowed to raise."""

    def break_down() -> None:
        raise BreakdownError

    for number in range(1, 6):
        office.owes_as_new(f"C{number}", locale="en")
    clock = FixedClock(at(NINE))
    first = office.loop(clock, email=Desk(break_down))
    first.start()
    first.plan()
    with pytest.raises(BreakdownError):
        first.deliver()
    assert sorted(office.states().values()) == ["claimed"] * 4 + ["sending"]
    desk = RecordingChannel()
    office.outlast_leases(clock)
    second = office.loop(clock, email=desk)
    assert second.start() == 0
    second.plan()
    second.deliver()
    assert len(desk.keys) == len(set(desk.keys)) == 5
    assert set(office.states().values()) == {"accepted"}


def test_more_than_one_batch_goes_out_in_one_round(office: Office) -> None:
    customers = [{"id": f"C{n}", "email": f"c{n}@example.org"} for n in range(450)]
    fact = {
        "kind": "instalment",
        "ref": "L1",
        "date": "2026-12-10",
        "status": "open",
        "currency": "CNY",
    }
    office.take("customers", *customers)
    office.take("facts", *({"customer": f"C{n}", "amount": 1} | fact for n in range(450)))
    clock, email = FixedClock(at(NINE)), RecordingChannel()
    loop = office.loop(clock, email=email)
    loop.start()
    loop.plan()
    assert loop.deliver().accepted == 450
    assert len(set(email.keys)) == 450
