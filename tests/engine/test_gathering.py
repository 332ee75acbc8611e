"""From stored rows to a plan: zones, orders, consents, wishes, addresses, history, attributes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.office import POLICY, Office, at, local
from touchpoints.core.decision import Decision

MONDAY = "2026-12-07T08:00"
WIDE = POLICY.replace("0d 09:00", "0d 00:00").replace("0d 20:00", "1d 00:00")
Offices = Callable[[str], Office]


def told(line: Decision) -> str:
    """A decision in one word and its numbers."""
    if line.verdict == "send":
        return f"{line.channel} {local(line.send_at)}"
    return str(line.reason)


def greeted(office: Office, **fields: object) -> None:
    """A customer whose birthday is on the Monday, with consent."""
    office.customer(birthday="1990-12-07", **fields)
    office.says("C1", "granted", "2026-01-01T00:00")


@pytest.mark.parametrize(
    ("zone", "send_at"),
    [
        (None, "2026-12-07T09:00:00+08:00"),
        ("", "2026-12-07T09:00:00+08:00"),
        ("Asia/Tokyo", "2026-12-07T09:00:00+09:00"),
        ("Pacific/Kiritimati", "2026-12-07T09:00:00+14:00"),
        ("Pacific/Niue", "2026-12-07T09:00:00-11:00"),
        ("America/St_Johns", "2026-12-07T09:00:00-03:30"),
    ],
)
def test_hours_are_the_customers_own_else_the_workspaces(
    office: Office, zone: str | None, send_at: str
) -> None:
    office.customer(**({} if zone is None else {"timezone": zone}))
    office.owes("C1", "L1", "2026-12-10")
    (line,) = office.preview("2026-12-06T02:00")
    assert line.as_line()["send_at"] == send_at


@pytest.mark.parametrize(
    ("ranked", "preferred", "expected"),
    [
        (None, None, "email"),
        ("sms", None, "sms"),
        ("sms;email", None, "sms"),
        ("wechat;sms", None, "sms"),
        ("email", "sms", "sms"),
        ("sms", "", "sms"),
    ],
)
def test_the_channels_come_in_the_customers_order_and_the_preference_overrules_it(
    office: Office, ranked: str | None, preferred: str | None, expected: str
) -> None:
    office.customer(**({} if ranked is None else {"channels": ranked}))
    if preferred is not None:
        office.take("preferences", {"customer": "C1", "channels": preferred, "quiet_hours": ""})
    office.owes("C1", "L1", "2026-12-10")
    (line,) = office.preview(MONDAY)
    assert line.channel == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"email": ""}, "sms 2026-12-07 09:00"),
        ({"email": "", "phone": ""}, "no_address"),
        ({"phone": ""}, "email 2026-12-07 09:00"),
        ({"email": "", "phone": "", "address.email": "a@example.org"}, "email 2026-12-07 09:00"),
        ({"email": "", "phone": "", "address.sms": "+8613812345678"}, "sms 2026-12-07 09:00"),
    ],
)
def test_an_address_of_the_channel_comes_before_the_usual_one(
    office: Office, fields: dict[str, object], expected: str
) -> None:
    office.customer(**fields)
    office.owes("C1", "L1", "2026-12-10")
    assert [told(line) for line in office.preview(MONDAY)] == [expected]


def test_an_address_that_is_not_valid_is_no_address(office: Office) -> None:
    office.customer(email="a@b,evil@x", phone="+44 7700 900000;ext")
    office.owes("C1", "L1", "2026-12-10")
    assert [told(line) for line in office.preview(MONDAY)] == ["no_address"]


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([], "no_consent"),
        ([("granted", "2026-01-01", {})], "email"),
        ([("granted", "2026-01-01", {}), ("denied", "2026-02-01", {})], "no_consent"),
        ([("denied", "2026-01-01", {}), ("granted", "2026-02-01", {})], "email"),
        ([("granted", "2026-01-01", {}), ("denied", "2026-01-01", {})], "no_consent"),
        ([("denied", "2026-01-01", {}), ("granted", "2026-01-01", {})], "no_consent"),
        ([("granted", "2026-01-01", {"channel": "sms"})], "sms"),
        ([("granted", "2026-01-01", {}), ("denied", "2026-02-01", {"channel": "email"})], "sms"),
        ([("granted", "2026-01-01", {"category": "*"})], "email"),
        ([("granted", "2026-01-01", {"category": "service"})], "no_consent"),
        (
            [("granted", "2026-01-01", {}), ("denied", "2026-02-01", {"category": "*"})],
            "no_consent",
        ),
        ([("granted", "2026-12-07T08:01", {})], "email"),
        ([("granted", "2026-12-07T20:00", {})], "no_consent"),
        ([("granted", "2026-12-07T08:00", {})], "email"),
        ([("granted", "2026-01-01", {"expires_at": "2026-12-07T00:00:00Z"})], "no_consent"),
        ([("granted", "2026-01-01", {"expires_at": "2027-12-07T00:00:00Z"})], "email"),
        (
            [
                ("granted", "2026-01-01", {}),
                ("denied", "2026-02-01", {"expires_at": "2026-03-01T00:00:00Z"}),
            ],
            "email",
        ),
    ],
)
def test_the_latest_statement_in_force_decides_and_denied_beats_granted(
    office: Office, statements: list[tuple[str, str, dict[str, object]]], expected: str
) -> None:
    office.customer(birthday="1990-12-07")
    for state, when, fields in statements:
        office.says("C1", state, when if "T" in when else f"{when}T00:00", **fields)
    (line,) = office.preview(MONDAY)
    assert (line.channel or line.reason) == expected


def test_what_is_assumed_goes_out_until_it_is_denied(office: Office) -> None:
    office.customer()
    office.owes("C1", "L1", "2026-12-10")
    assert office.preview(MONDAY)[0].verdict == "send"
    office.says("C1", "denied", "2026-12-07T07:59", category="service")
    assert [told(line) for line in office.preview(MONDAY)] == ["no_consent"]


@pytest.mark.parametrize(
    ("quiet", "expected"),
    [
        ("22:00-08:30", "email 2026-12-07 08:30"),
        ("21:00-10:15", "email 2026-12-07 10:15"),
        ("00:00-07:00", "email 2026-12-07 07:00"),
        ("00:00-24:00", "no_time"),
        ("01:00-03:00", "email 2026-12-07 00:00"),
    ],
)
def test_nothing_arrives_in_the_customers_quiet_hours(
    offices: Offices, quiet: str, expected: str
) -> None:
    office = offices(WIDE)
    office.customer()
    office.owes("C1", "L1", "2026-12-10")
    office.take("preferences", {"customer": "C1", "quiet_hours": quiet})
    assert [told(line) for line in office.preview("2026-12-06T02:00")] == [expected]


@pytest.mark.parametrize(
    ("pause_from", "pause_until", "expected"),
    [
        ("2026-12-07", "2026-12-07", "paused"),
        ("2026-12-01", "2026-12-06", "email 2026-12-07 09:00"),
        ("2026-12-08", "2026-12-20", "email 2026-12-07 09:00"),
        ("2026-12-07", "", "paused"),
        ("", "2026-12-07", "paused"),
    ],
)
def test_a_pause_holds_everything_on_both_its_days_and_between(
    office: Office, pause_from: str, pause_until: str, expected: str
) -> None:
    office.customer()
    office.owes("C1", "L1", "2026-12-10")
    office.take(
        "preferences",
        {"customer": "C1", "pause_from": pause_from, "pause_until": pause_until},
    )
    assert [told(line) for line in office.preview(MONDAY)] == [expected]


def test_what_is_mandatory_goes_out_in_spite_of_caps_gap_and_pause(offices: Offices) -> None:
    policy = POLICY.replace("caps: []", "gap: 4h\ncaps: [{name: one-a-day, max: 1, per: 1d}]")
    office = offices(
        policy.replace("category: service\n    topic", "category: mandatory\n    topic")
    )
    greeted(office)
    office.owes("C1", "L1", "2026-12-10")
    office.take("history", {"customer": "C1", "sent_at": at("2026-12-07T07:00").isoformat()})
    office.take(
        "preferences",
        {"customer": "C1", "pause_from": "2026-12-01", "pause_until": "2026-12-31"},
    )
    assert {line.touchpoint: told(line) for line in office.preview(MONDAY)} == {
        "greeting": "paused",
        "reminder": "email 2026-12-07 09:00",
    }


def test_what_is_mandatory_uses_up_room_only_if_it_counts(offices: Offices) -> None:
    policy = POLICY.replace("caps: []", "caps: [{name: one-a-day, max: 1, per: 1d}]")
    policy = policy.replace("category: service\n    topic", "category: mandatory\n    topic")
    office = offices(policy)
    greeted(office)
    office.owes("C1", "L1", "2026-12-10")
    greeting, reminder = office.preview(MONDAY)
    assert (told(greeting), reminder.verdict) == ("cap:one-a-day", "send")
    office.rule(policy.replace("obeys_caps: false", "obeys_caps: false, counts: false"))
    assert [line.verdict for line in office.preview(MONDAY)] == ["send", "send"]


def test_a_customers_own_cap_is_one_more_cap(office: Office) -> None:
    greeted(office)
    office.owes("C1", "L1", "2026-12-10")
    office.take("preferences", {"customer": "C1", "max": 1, "per": "30d"})
    assert {line.touchpoint: told(line) for line in office.preview(MONDAY)} == {
        "greeting": "cap:own",
        "reminder": "email 2026-12-07 09:00",
    }


def test_what_other_systems_sent_counts_in_the_caps_that_select_it(offices: Offices) -> None:
    caps = "caps: [{name: birthday, max: 1, per: 30d, topics: [birthday]}]"
    office = offices(POLICY.replace("caps: []", caps))
    greeted(office)
    sent = {"customer": "C1", "sent_at": at("2026-11-20T10:00").isoformat(), "channel": "post"}
    office.take("history", sent | {"topic": "survey"})
    assert [told(line) for line in office.preview(MONDAY)] == ["email 2026-12-07 09:00"]
    office.take("history", sent | {"topic": "birthday"})
    (line,) = office.preview(MONDAY)
    assert told(line) == "cap:birthday"
    assert line.detail == "1 of 1 in 30d: birthday at 2026-11-20T10:00+08:00"


def test_the_gap_counts_what_other_systems_sent_to_the_minute(offices: Offices) -> None:
    office = offices(POLICY.replace("caps: []", "gap: 4h"))
    greeted(office)
    office.take("history", {"customer": "C1", "sent_at": at("2026-12-07T07:30").isoformat()})
    assert [told(line) for line in office.preview(MONDAY)] == ["email 2026-12-07 11:30"]


@pytest.mark.parametrize(
    ("audience", "meant"),
    [
        ("customer.tier == 'gold'", True),
        ("customer.tier == 'basic'", False),
        ("customer.status == 'active'", True),
        ("customer.nothing is defined", False),
        ("customer.city in ('Xiamen', 'Harbin')", True),
        ("history.count == 1", True),
        ("history.count < 1", False),
        ("history.days_since == 6", True),
    ],
)
def test_an_audience_asks_for_columns_attributes_and_history(
    offices: Offices, audience: str, meant: bool
) -> None:
    policy = POLICY.replace(
        "channels: [email, sms]\n", f'channels: [email]\n    audience: "{audience}"\n', 1
    )
    office = offices(policy)
    greeted(office, tier="gold", city="Xiamen")
    office.take("history", {"customer": "C1", "sent_at": at("2026-12-01T08:00").isoformat()})
    lines = office.preview(MONDAY)
    assert [line.verdict for line in lines] == (["send"] if meant else [])


def test_a_date_among_the_attributes_has_its_own_moment(offices: Offices) -> None:
    office = offices(POLICY.replace("{annual: birthday}", "{annual: since}"))
    greeted(office, since="2019-12-07")
    office.customer("C2", since="2019-12-09")
    assert [(line.customer, line.occurrence) for line in office.preview(MONDAY)] == [
        ("C1", "2026"),
        ("C2", "2026"),
    ]


def test_a_line_that_is_closed_for_a_public_holiday_holds_the_reminder_back(
    offices: Offices,
) -> None:
    line = (
        'lines:\n  service: {phone: "+86 400 000 0000", hours: {mon-fri: "09:00-17:00"},'
        " holidays: CN}\n"
    )
    policy = POLICY.replace("caps: []\n", line + "caps: []\n")
    policy = policy.replace(
        "    priority: 90\n", "    priority: 90\n    line: service\n    line_open_for: 2h\n"
    )
    office = offices(policy.replace('close: "0d 20:00"', 'close: "4d 20:00"'))
    office.customer()
    office.owes("C1", "L1", "2026-10-04")
    office.owes("C1", "L2", "2026-11-10")
    office.owes("C1", "L3", "2026-11-11")
    assert [told(line) for line in office.preview("2026-09-29T08:00")] == ["no_time"]
    assert [told(line) for line in office.preview("2026-11-06T08:00")] == [
        "email 2026-11-09 09:00",
        "email 2026-11-09 09:00",
    ]
