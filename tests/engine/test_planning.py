"""The plan and its storing: what a preview says, what a tick changes, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.office import POLICY, Office, at, local, rounds
from touchpoints.clock import FixedClock
from touchpoints.engine.brief import Brief
from touchpoints.engine.planning import preview
from touchpoints.gates import all_gates

REMINDER = "C1/reminder/L1@-3d"
GREETING = "C1/greeting/2026"
CAPPED = POLICY.replace("caps: []", "caps: [{name: one-a-day, max: 1, per: 1d}]")


@pytest.fixture
def debtor(office: Office) -> Office:
    """A workspace with one customer, who owes an instalment on 10 December 2026."""
    office.customer()
    office.owes("C1", "L1", "2026-12-10")
    return office


def test_a_preview_writes_nothing(debtor: Office) -> None:
    before = [debtor.table(name) for name in ("message", "share", "change", "meta")]
    (line,) = debtor.preview("2026-12-06T10:00")
    assert (line.verdict, line.channel, local(line.send_at)) == (
        "send",
        "email",
        "2026-12-07 09:00",
    )
    assert debtor.table("message") == []
    assert [debtor.table(name) for name in ("message", "share", "change", "meta")] == before


def test_the_stored_plan_is_the_preview(debtor: Office) -> None:
    debtor.customer("C2", birthday="1990-12-08")
    debtor.customer("C3", birthday="1990-12-08", status="closed")
    previewed = debtor.preview("2026-12-06T10:00")
    count = debtor.plan("2026-12-06T10:00")
    stored = debtor.messages()
    assert [(line.verdict, line.reason) for line in previewed] == [
        ("send", None),
        ("withhold", "no_consent"),
        ("withhold", "blocked"),
    ]
    for line in previewed:
        row = stored[f"{line.customer}/{line.touchpoint}/{line.occurrence}"]
        assert row["state"] == {"send": "planned", "withhold": "withheld"}[line.verdict]
        for name in ("channel", "send_at", "category", "topic", "score", "reason", "detail"):
            assert row[name] == getattr(line, name), name
    assert (count.sends, count.withheld, count.new) == (1, 2, 3)


def test_planning_again_changes_nothing(debtor: Office) -> None:
    debtor.plan("2026-12-06T10:00")
    before = debtor.table("message")
    count = debtor.plan("2026-12-06T10:01")
    assert (count.new, count.changed, count.vanished) == (0, 0, 0)
    assert debtor.table("message") == before


def test_who_is_left_out_by_the_audience_is_no_line_of_the_plan(debtor: Office) -> None:
    debtor.owes("C1", "L1", "2026-12-10", status="paid")
    assert debtor.preview("2026-12-06T10:00") == []
    debtor.plan("2026-12-06T10:00")
    assert debtor.table("message") == []


def test_what_is_paid_after_planning_is_cancelled_and_what_is_reopened_is_planned_again(
    debtor: Office,
) -> None:
    debtor.plan("2026-12-06T10:00")
    debtor.owes("C1", "L1", "2026-12-10", status="paid")
    debtor.plan("2026-12-06T11:00")
    assert debtor.states() == {REMINDER: "cancelled: stale"}
    debtor.owes("C1", "L1", "2026-12-10")
    debtor.plan("2026-12-06T12:00")
    assert debtor.states() == {REMINDER: "planned"}


@pytest.mark.parametrize(
    ("due", "again", "send_at"),
    [
        ("2026-12-09", "2026-12-06T10:30", "2026-12-06 10:15"),
        ("2026-12-11", "2026-12-08T08:00", "2026-12-08 09:00"),
        ("2027-01-10", "2027-01-07T08:00", "2027-01-07 09:00"),
        ("2027-01-31", "2027-01-28T19:59", "2027-01-28 19:59"),
    ],
)
def test_a_due_date_that_moves_takes_its_message_along_however_far(
    debtor: Office, due: str, again: str, send_at: str
) -> None:
    debtor.plan("2026-12-06T10:00")
    debtor.owes("C1", "L1", due)
    debtor.plan("2026-12-06T10:15")
    debtor.plan(again)
    assert debtor.states() == {REMINDER: "planned"}
    assert local(debtor.messages()[REMINDER]["send_at"]) == send_at


def test_what_was_withheld_comes_back_when_a_longer_window_opens_again(office: Office) -> None:
    office.customer(birthday="1990-12-07")
    rounds(office.loop(clock := FixedClock(at("2026-12-07T08:00"))), clock, "2026-12-07T08:00")
    assert office.states() == {GREETING: "withheld: no_consent"}
    office.rule(POLICY.replace('close: "0d 20:00"', 'close: "2d 20:00"'))
    office.says("C1", "granted", "2026-12-08T08:00")
    office.plan("2026-12-08T08:30")
    assert office.states() == {GREETING: "planned"}


def test_a_touchpoint_that_leaves_the_policy_takes_its_plans_along(debtor: Office) -> None:
    debtor.plan("2026-12-06T10:00")
    debtor.rule(POLICY[: POLICY.index("  reminder:")])
    count = debtor.plan("2026-12-06T10:01")
    assert (count.sends, count.vanished) == (0, 1)
    assert debtor.states() == {REMINDER: "cancelled: stale"}


def test_what_nobody_sent_before_its_window_closed_is_expired(debtor: Office) -> None:
    debtor.plan("2026-12-06T10:00")
    debtor.plan("2026-12-07T20:00")
    assert debtor.states() == {REMINDER: "expired: expired"}


def test_what_went_out_is_not_planned_again(debtor: Office) -> None:
    clock = FixedClock(at("2026-12-07T09:00"))
    rounds(debtor.loop(clock), clock, "2026-12-07T09:00")
    assert debtor.preview("2026-12-07T09:05") == []
    assert debtor.plan("2026-12-07T09:05").new == 0


def test_a_plan_further_away_than_freeze_makes_room_for_what_is_worth_more(
    offices: Callable[[str], Office],
) -> None:
    office = offices(CAPPED)
    office.customer(birthday="1990-12-07")
    office.says("C1", "granted", "2026-01-01T00:00")
    office.plan("2026-12-06T10:00")
    assert office.states() == {GREETING: "planned"}
    office.owes("C1", "L1", "2026-12-10")
    office.plan("2026-12-06T10:01")
    assert office.states() == {GREETING: "withheld: cap:one-a-day", REMINDER: "planned"}


def test_a_plan_nearer_than_freeze_keeps_its_minute(offices: Callable[[str], Office]) -> None:
    office = offices(CAPPED)
    office.customer(birthday="1990-12-07")
    office.says("C1", "granted", "2026-01-01T00:00")
    office.plan("2026-12-07T08:51")
    office.owes("C1", "L1", "2026-12-10")
    office.plan("2026-12-07T08:52")
    assert office.states() == {GREETING: "planned", REMINDER: "withheld: cap:one-a-day"}


def test_the_plan_of_one_customer_is_the_same_alone_as_among_all(office: Office) -> None:
    for number in range(6):
        office.customer(f"C{number}", birthday=f"1990-12-{number + 6:02d}")
        office.owes(f"C{number}", "L1", f"2026-12-1{number}")
    office.says("C2", "granted", "2026-01-01T00:00")
    whole = [line for line in office.preview("2026-12-06T10:00") if line.customer == "C2"]
    brief = Brief.of(office.workspace, at("2026-12-06T10:00"), None, ("C2",))
    assert list(preview(office.database, brief, all_gates()).decisions()) == whole
    assert len(whole) == 2


def test_a_plan_for_nobody_known_is_empty(debtor: Office) -> None:
    brief = Brief.of(debtor.workspace, at("2026-12-06T10:00"), None, ("C9",))
    assert list(preview(debtor.database, brief, all_gates()).decisions()) == []


def test_a_plan_over_an_empty_database_is_empty(office: Office) -> None:
    assert office.preview("2026-12-06T10:00") == []
    assert office.plan("2026-12-06T10:00").sends == 0


def test_a_name_from_the_outbox_that_means_nothing_now_does_no_harm(debtor: Office) -> None:
    debtor.plan("2026-12-06T10:00")
    debtor.rule(POLICY.replace("  reminder:", "  reminder-two:\n    template: reminder", 1))
    debtor.plan("2026-12-06T10:01")
    assert debtor.states() == {
        REMINDER: "cancelled: stale",
        "C1/reminder-two/L1@-3d": "planned",
    }


def test_caps_count_what_is_planned_what_was_sent_and_what_others_sent(
    offices: Callable[[str], Office],
) -> None:
    office = offices(POLICY.replace("caps: []", "caps: [{name: weekly, max: 3, per: 7d}]"))
    office.customer()
    office.take("history", {"customer": "C1", "sent_at": at("2026-12-01T12:00").isoformat()})
    for number, due in enumerate(("2026-12-05", "2026-12-08", "2026-12-09"), 1):
        office.owes("C1", f"L{number}", due)
    clock = FixedClock(at("2026-12-02T09:00"))
    rounds(office.loop(clock), clock, "2026-12-02T09:00")
    assert office.states() == {
        "C1/reminder/L1@-3d": "accepted",
        "C1/reminder/L2@-3d": "planned",
        "C1/reminder/L3@-3d": "withheld: cap:weekly",
    }
    detail = office.messages()["C1/reminder/L3@-3d"]["detail"]
    assert detail.startswith("3 of 3 in 7d: another sender at 2026-12-01T12:00+08:00, reminder at")
