"""What is announced stays unless the gain is real; shadows are recorded and never sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from tests.office import POLICY, Office, at, local, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock

GREETING, REMINDER = "C1/greeting/2026", "C1/reminder/L1@-3d"
ONE_A_DAY = POLICY.replace("caps: []", "caps: [{name: one-a-day, max: 1, per: 1d}]")
SHADOW = ONE_A_DAY.replace("    priority: 90", "    priority: 90\n    shadow: true")
NINE = "2026-12-07T09:00"
Offices = Callable[[str], Office]


def planned_at(office: Office, key: str = REMINDER) -> tuple[str, str | None]:
    """Channel and time of a message in the outbox."""
    row = office.messages()[key]
    return row["channel"], local(row["send_at"])


@pytest.mark.parametrize(
    ("keep", "order", "expected"),
    [
        ("", "sms;email", ("sms", "2026-12-07 09:00")),  # 90 against 1.1 × 72
        ("keep: 24%\n", "sms;email", ("sms", "2026-12-07 09:00")),
        ("keep: 26%\n", "sms;email", ("email", "2026-12-07 09:00")),
        ("keep: 0%\n", "email;sms", ("email", "2026-12-07 09:00")),
    ],
)
def test_a_message_moves_to_a_channel_only_where_that_is_worth_the_share_to_keep(
    offices: Offices, keep: str, order: str, expected: tuple[str, str]
) -> None:
    office = offices(keep + POLICY)
    office.owes_as_new("C1", channels="email;sms")
    office.plan("2026-12-06T10:00")
    assert planned_at(office) == ("email", "2026-12-07 09:00")
    office.customer("C1", channels=order)
    office.plan("2026-12-06T10:05")
    assert planned_at(office) == expected


def test_the_same_rules_keep_the_announced_minute_and_changed_ones_plan_afresh(
    office: Office,
) -> None:
    """Quiet hours moved the reminder to half past ten; that they are gone again is no reason."""
    office.owes_as_new("C1")
    office.take("preferences", {"customer": "C1", "quiet_hours": "08:00-10:30"})
    office.plan("2026-12-06T21:00")
    office.take("preferences", {"customer": "C1", "quiet_hours": ""})
    office.plan("2026-12-06T21:05")
    assert planned_at(office) == ("email", "2026-12-07 10:30")
    office.rule(POLICY + "# a remark changes nothing\n")
    office.plan("2026-12-06T21:06")
    assert planned_at(office) == ("email", "2026-12-07 10:30")
    office.rule(POLICY.replace("priority: 60", "priority: 61"))
    office.plan("2026-12-06T21:07")
    assert planned_at(office) == ("email", "2026-12-07 09:00")


def test_planning_again_and_again_changes_no_row(offices: Offices) -> None:
    office = offices(SHADOW)
    for number in range(12):
        office.owes_as_new(f"C{number}", birthday="1990-12-07")
        office.says(f"C{number}", "granted", "2026-01-01T00:00")
    office.plan("2026-12-06T10:00")
    before = office.table("message")
    for minute in range(1, 5):
        count = office.plan(f"2026-12-06T10:0{minute}")
        assert (count.new, count.changed, count.vanished) == (0, 0, 0)
    assert office.table("message") == before


def birthday_and_debt(office: Office) -> None:
    """One customer whose greeting and shadow reminder want the same day."""
    office.owes_as_new("C1", birthday="1990-12-07")
    office.says("C1", "granted", "2026-01-01T00:00")


def test_a_shadow_is_recorded_takes_no_room_and_is_never_sent(offices: Offices) -> None:
    office = offices(SHADOW.replace("max: 1", "max: 2"))
    birthday_and_debt(office)
    clock, box = FixedClock(at("2026-12-06T10:00")), RecordingChannel()
    loop = office.loop(clock, email=box)
    loop.start()
    loop.plan()
    assert office.states() == {GREETING: "planned", REMINDER: "withheld: shadow"}
    row = office.messages()[REMINDER]
    assert (row["channel"], local(row["send_at"])) == ("email", "2026-12-07 09:00")
    assert row["detail"] == "would go out by email at 2026-12-07T09:00+08:00"
    rounds(loop, clock, NINE, "2026-12-07T12:00", "2026-12-07T21:00")
    assert box.keys == [GREETING]


def test_the_record_of_a_shadow_is_not_rewritten_after_its_time(offices: Offices) -> None:
    office = offices(SHADOW.replace("max: 1", "max: 2"))
    office.owes_as_new("C1")
    clock = FixedClock(at("2026-12-06T10:00"))
    loop = office.loop(clock)
    loop.start()
    loop.plan()
    before = office.messages()[REMINDER]
    rounds(loop, clock, NINE)
    office.owes("C1", "L1", "2026-12-10", status="paid")
    rounds(loop, clock, "2026-12-07T12:00", "2026-12-08T12:00", "2026-12-20T12:00")
    assert office.messages()[REMINDER] == before


def test_a_full_cap_refuses_a_shadow_too(offices: Offices) -> None:
    office = offices(SHADOW)
    birthday_and_debt(office)
    lines = {line.touchpoint: line.reason for line in office.preview("2026-12-06T21:00")}
    assert lines == {"greeting": None, "reminder": "cap:one-a-day"}


def test_a_simulation_sends_no_shadow(offices: Offices) -> None:
    office = offices(SHADOW.replace("max: 1", "max: 2"))
    birthday_and_debt(office)
    span = ("--from", "2026-12-06T10:00:00+08:00", "--until", "2026-12-12T10:00:00+08:00")
    lines = office.lines("simulate", *span, "--format", "jsonl")
    assert Counter((line["touchpoint"], line["verdict"], line["reason"]) for line in lines) == {
        ("greeting", "send", None): 1,
        ("reminder", "withhold", "shadow"): 1,
    }


LINE = """\
lines:
  service:
    phone: "+86 400 000 0000"
    timezone: Asia/Shanghai
    hours: {mon-fri: "09:00-11:00"}
    capacity: 2 per hour
channels:"""
INVITING = "    priority: 90\n    line: service\n    line_open_for: 0m\n    reaction: 5%"


@pytest.mark.parametrize(("reaction", "sends"), [("5%", 80), ("50%", 8), ("100%", 4)])
def test_a_line_takes_as_many_messages_as_lead_to_its_reactions(
    offices: Offices, reaction: str, sends: int
) -> None:
    rules = POLICY.replace("channels:\n  email", f"{LINE}\n  email")
    office = offices(rules.replace("    priority: 90", INVITING.replace("5%", reaction)))
    ids = [f"C{number:03d}" for number in range(90)]
    office.take("customers", *({"id": id_, "email": f"{id_}@example.org"} for id_ in ids))
    debt = {"kind": "instalment", "ref": "L", "date": "2026-12-10", "status": "open"}
    office.take("facts", *({"customer": id_, "amount": "5"} | debt for id_ in ids))
    lines = office.preview("2026-12-06T21:00")
    instants = [line.send_at for line in lines if line.send_at is not None]
    assert len(instants) == sends
    assert {line.reason for line in lines} == {None, "capacity:service"}
    half = [str(local(instant))[11:] < "10:00" for instant in instants]
    assert half.count(True) == half.count(False)
