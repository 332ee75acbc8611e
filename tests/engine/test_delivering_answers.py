"""What a channel answers, and what becomes of the message: sent, tried again, held, given up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import repeat

import pytest

from tests.office import POLICY, Office, at, local, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.message import Outcome, Receipt
from touchpoints.engine.ticking import Loop
from touchpoints.store.sending import next_due

KEY = "C1/reminder/L1@-3d"
NINE = "2026-12-07T09:00"
LATER = Receipt(Outcome.TEMPORARY, "450 later")
NEVER = Receipt(Outcome.PERMANENT, "550 no such mailbox")
DOUBT = Receipt(Outcome.IN_DOUBT, "no answer after the content")
DOWN = Receipt(Outcome.TEMPORARY, "cannot reach the server", unreachable=True)


class Post:
    """A loop at nine o'clock on a channel that answers as told."""

    def __init__(self, office: Office, receipts: Iterable[Receipt], when: str = NINE) -> None:
        self.office = office
        self.clock = FixedClock(at(when))
        self.email = RecordingChannel(receipts=receipts)
        self.loop: Loop = office.loop(self.clock, email=self.email)
        self.loop.start()
        self.loop.plan()

    @property
    def row(self) -> dict[str, object]:
        """The one message."""
        (row,) = self.office.table("message")
        return row

    def next_due(self) -> datetime | None:
        """When something is due again."""
        with self.office.database.reading() as connection:
            instant = next_due(connection)
        return None if instant is None else datetime.fromtimestamp(instant, UTC)


@pytest.fixture
def post(office: Office) -> Callable[..., Post]:
    """Opens the loop over one reminder that is due."""

    def open_(*receipts: Receipt, ever: Receipt | None = None, on_doubt: str | None = None) -> Post:
        if on_doubt:
            office.rule(POLICY.replace("  reminder:", f"  reminder:\n    on_doubt: {on_doubt}", 1))
        office.owes_as_new("C1")
        return Post(office, repeat(ever) if ever else receipts)

    return open_


def test_what_the_other_side_refuses_for_good_is_not_tried_again(post: Callable[..., Post]) -> None:
    desk = post(NEVER)
    desk.office.customer(phone=None)
    desk.loop.plan()
    assert desk.loop.deliver().rejected == 1
    rounds(desk.loop, desk.clock, "2026-12-07T10:00", "2026-12-07T19:00")
    assert (desk.row["state"], desk.row["detail"]) == ("rejected", "550 no such mailbox")
    assert len(desk.email.messages) == 1


def test_what_was_in_doubt_before_it_was_refused_is_held(post: Callable[..., Post]) -> None:
    desk = post(DOUBT, NEVER, on_doubt="resend")
    desk.loop.deliver()
    rounds(desk.loop, desk.clock, "2026-12-07T09:30", "2026-12-07T19:00")
    assert (desk.row["state"], desk.row["channel"]) == ("held", "email")
    assert [receipt["outcome"] for receipt in desk.office.table("attempt")] == [
        "in_doubt",
        "permanent",
    ]


def test_what_was_refused_for_good_is_given_back_to_the_caps(
    offices: Callable[[str], Office],
) -> None:
    office = offices(POLICY.replace("caps: []", "caps: [{name: one-a-day, max: 1, per: 1d}]"))
    office.owes_as_new("C1", birthday="1990-12-07")
    office.customer(phone=None, birthday="1990-12-07")
    office.says("C1", "granted", "2026-01-01T00:00")
    desk = Post(office, [NEVER])
    rounds(desk.loop, desk.clock, NINE, "2026-12-07T09:05")
    assert desk.email.keys == [KEY, "C1/greeting/2026"]


def test_what_is_refused_for_now_is_tried_again_within_a_minute(post: Callable[..., Post]) -> None:
    desk = post(LATER)
    assert desk.loop.deliver().waiting == 1
    nine = int(at(NINE).timestamp())
    assert (desk.row["state"], 30 <= desk.row["send_at"] - nine <= 60) == ("retry_wait", True)
    rounds(desk.loop, desk.clock, "2026-12-07T09:00:29")
    assert len(desk.email.messages) == 1
    rounds(desk.loop, desk.clock, "2026-12-07T09:01")
    assert (desk.row["state"], desk.row["attempts"], desk.row["detail"]) == ("accepted", 2, None)
    outcomes = [each["outcome"] for each in desk.office.table("attempt")]
    assert outcomes == ["temporary", "accepted"]


def test_tries_become_rarer_never_more_than_an_hour_apart_and_end_with_the_window(
    post: Callable[..., Post],
) -> None:
    desk = post(ever=LATER)
    pauses = []
    while (due := desk.next_due()) is not None:
        before = desk.clock.now()
        desk.clock.move_to(max(due, before))
        pauses.append(int((desk.clock.now() - before).total_seconds()))
        desk.loop.deliver()
    assert pauses.pop(0) == 0
    longest = [60, 120, 240, 480, 960, 1920, *[3600] * 20]
    tries = pauses[:-1]
    assert all(most // 2 <= pause <= most for pause, most in zip(tries, longest, strict=False))
    assert len(tries) > 12
    assert (desk.row["state"], desk.row["reason"]) == ("expired", "expired")
    assert all(message.sent_at < at("2026-12-07T20:00") for message in desk.email.messages)


def test_planning_leaves_what_waits_for_another_try_where_it_is(post: Callable[..., Post]) -> None:
    desk = post(LATER)
    desk.loop.deliver()
    before = desk.row
    count = desk.loop.plan()
    assert (count.sends, count.changed) == (1, 0)
    assert desk.row == before


def test_what_waits_for_another_try_is_judged_again(post: Callable[..., Post]) -> None:
    desk = post(LATER)
    desk.loop.deliver()
    desk.office.owes("C1", "L1", "2026-12-10", status="paid")
    rounds(desk.loop, desk.clock, "2026-12-07T09:01")
    assert desk.row["state"] in {"cancelled", "withheld"}
    assert desk.row["reason"] == "stale"
    assert len(desk.email.messages) == 1


def test_what_waits_for_another_try_waits_through_the_night(office: Office) -> None:
    line = 'from: "Harbour Bank <hello@harbour.example>"'
    policy = POLICY.replace(line, f'{line}, hours: "09:00-20:00"')
    office.rule(policy.replace('close: "0d 20:00"', 'close: "2d 20:00"'))
    office.owes_as_new("C1")
    desk = Post(office, [LATER], when="2026-12-07T19:59:30")
    desk.loop.deliver()
    for when in ("2026-12-07T20:01", "2026-12-07T23:00", "2026-12-08T08:59"):
        rounds(desk.loop, desk.clock, when)
        desk.loop.deliver()
        assert desk.row["state"] == "retry_wait"
    rounds(desk.loop, desk.clock, "2026-12-08T09:00")
    assert (desk.row["state"], len(desk.email.messages)) == ("accepted", 2)


def test_what_waits_for_another_try_keeps_its_place_in_the_caps(
    offices: Callable[[str], Office],
) -> None:
    office = offices(POLICY.replace("caps: []", "caps: [{name: one-a-day, max: 1, per: 1d}]"))
    office.owes_as_new("C1", birthday="1990-12-07")
    office.says("C1", "granted", "2026-01-01T00:00")
    desk = Post(office, [LATER])
    rounds(desk.loop, desk.clock, NINE, "2026-12-07T09:00:30", "2026-12-07T09:01")
    assert desk.email.keys == [KEY, KEY]


def test_nobody_knows_and_marketing_is_held(office: Office) -> None:
    office.customer(birthday="1990-12-07")
    office.says("C1", "granted", "2026-01-01T00:00")
    desk = Post(office, [DOUBT])
    assert desk.loop.deliver().held == 1
    rounds(desk.loop, desk.clock, "2026-12-07T10:00", "2026-12-07T19:00")
    assert (desk.row["state"], desk.row["detail"]) == ("held", "no answer after the content")
    assert len(desk.email.messages) == 1


def test_what_is_held_counts_in_the_caps(offices: Callable[[str], Office]) -> None:
    office = offices(POLICY.replace("caps: []", "caps: [{name: one-a-day, max: 1, per: 1d}]"))
    office.customer(birthday="1990-12-07")
    office.says("C1", "granted", "2026-01-01T00:00")
    desk = Post(office, [DOUBT])
    desk.loop.deliver()
    office.owes("C1", "L1", "2026-12-10")
    rounds(desk.loop, desk.clock, "2026-12-07T10:00")
    assert office.states() == {"C1/greeting/2026": "held", KEY: "withheld: cap:one-a-day"}


def test_what_is_tried_again_tomorrow_counts_today_as_well(office: Office) -> None:
    """Nobody knows on which of the two days the reminder arrives, so neither has room for more."""
    line = 'from: "Harbour Bank <hello@harbour.example>"'
    policy = POLICY.replace("caps: []", "caps: [{name: one-a-day, max: 1, per: 1d}]")
    policy = policy.replace(line, f'{line}, hours: "09:00-20:00"')
    policy = policy.replace("priority: 60\n    channels: [email, sms]", "channels: [sms]")
    office.rule(policy.replace('close: "0d 20:00"', 'close: "2d 20:00"'))
    office.owes_as_new("C1", birthday="1990-12-07")
    desk = Post(office, [DOUBT], when="2026-12-07T19:59:30")
    desk.loop.deliver()
    office.says("C1", "granted", "2026-12-07T20:00")
    rounds(desk.loop, desk.clock, "2026-12-07T20:05")
    found = {key: (row["state"], local(row["send_at"])) for key, row in office.messages().items()}
    assert found[KEY] == ("retry_wait", "2026-12-08 09:00")
    assert found["C1/greeting/2026"] == ("planned", "2026-12-09 09:00")


def test_nobody_knows_and_service_is_sent_again_and_both_tries_are_counted(
    post: Callable[..., Post],
) -> None:
    desk = post(DOUBT)
    assert desk.loop.deliver().waiting == 1
    rounds(desk.loop, desk.clock, "2026-12-07T09:01")
    assert (desk.row["state"], desk.row["attempts"]) == ("accepted", 2)
    outcomes = [each["outcome"] for each in desk.office.table("attempt")]
    assert outcomes == ["in_doubt", "accepted"]


def test_both_tries_of_a_message_in_doubt_are_the_same_bytes(post: Callable[..., Post]) -> None:
    desk = post(DOUBT)
    desk.loop.deliver()
    desk.office.owes("C1", "L1", "2026-12-10", amount="40")
    rounds(desk.loop, desk.clock, "2026-12-07T09:01")
    assert len({message.sha256 for message in desk.email.messages}) == 1
    assert len({each["sha256"] for each in desk.office.table("attempt")}) == 1


@pytest.mark.parametrize(("on_doubt", "state"), [("hold", "held"), ("resend", "retry_wait")])
def test_the_touchpoint_may_say_what_to_do_in_doubt(
    post: Callable[..., Post], on_doubt: str, state: str
) -> None:
    desk = post(DOUBT, on_doubt=on_doubt)
    desk.loop.deliver()
    assert desk.row["state"] == state


def test_what_may_have_gone_out_is_never_told_as_cancelled(post: Callable[..., Post]) -> None:
    desk = post(DOUBT)
    desk.loop.deliver()
    desk.office.owes("C1", "L1", "2026-12-10", status="paid")
    rounds(desk.loop, desk.clock, "2026-12-07T09:01", "2026-12-07T20:01")
    assert desk.row["state"] == "held"


def test_a_channel_that_is_down_rests_for_the_round_and_costs_one_try(office: Office) -> None:
    for number in range(1, 6):
        office.owes_as_new(f"C{number}")
    desk = Post(office, [DOWN])
    delivered = desk.loop.deliver()
    assert delivered.troubles == {"email": "cannot reach the server"}
    assert len(desk.email.messages) == 1
    assert sorted(office.states().values()) == ["planned"] * 4 + ["retry_wait"]
    rounds(desk.loop, desk.clock, "2026-12-07T09:01")
    assert set(office.states().values()) == {"accepted"}
    assert len(set(desk.email.keys)) == 5


def test_a_channel_that_is_down_stops_no_other_channel(office: Office) -> None:
    office.owes_as_new("C1")
    office.owes_as_new("C2", channels="sms")
    clock, sms = FixedClock(at(NINE)), RecordingChannel("sms", "text")
    loop = office.loop(clock, email=RecordingChannel(receipts=repeat(DOWN)), sms=sms)
    loop.start()
    loop.plan()
    loop.deliver()
    assert sms.keys == ["C2/reminder/L1@-3d"]


def test_a_message_in_doubt_never_changes_its_channel(post: Callable[..., Post]) -> None:
    desk = post(DOUBT)
    desk.loop.deliver()
    desk.office.take("customers", {"id": "C1", "email": ""})
    rounds(desk.loop, desk.clock, "2026-12-07T09:01", "2026-12-07T09:05", "2026-12-07T12:00")
    assert desk.row["channel"] in {"email", None}
    assert desk.row["state"] != "accepted"


def test_a_pause_does_not_take_back_what_may_have_gone_out(post: Callable[..., Post]) -> None:
    desk = post(DOUBT)
    desk.loop.deliver()
    desk.office.pause("reminder", "2026-12-07T09:00")
    assert desk.row["state"] == "held"


def test_what_is_held_counts_when_it_was_tried_not_when_it_was_planned(
    offices: Callable[[str], Office],
) -> None:
    office = offices(POLICY.replace("caps: []", "gap: 4h"))
    office.customer(birthday="1990-12-07")
    office.says("C1", "granted", "2026-01-01T00:00")
    desk = Post(office, [DOUBT], when="2026-12-07T08:00")
    rounds(desk.loop, desk.clock, "2026-12-07T12:00")
    office.owes("C1", "L1", "2026-12-10")
    rounds(desk.loop, desk.clock, "2026-12-07T14:00")
    assert desk.email.keys == ["C1/greeting/2026"]
    assert local(office.messages()[KEY]["send_at"]) == "2026-12-07 16:00"
