"""Caps that count by address: two customers on one phone hear from us as often as one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.office import POLICY, Office, at, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.caps import NOWHERE, Entry, Ledger, Reach
from touchpoints.core.rulebook import Limit

ONE_A_DAY = "caps: [{name: phone-a-day, max: 1, per: 1d, channels: [sms], by: address}]"
RULES = POLICY.replace("caps: []", ONE_A_DAY).replace("channels: [email, sms]", "channels: [sms]")
Offices = Callable[[str], Office]


def owing(office: Office, id_: str, **fields: object) -> None:
    """A customer whose reminder may go out on two days."""
    office.customer(id_, **fields)
    office.owes(id_, "L1", "2026-12-10")


@pytest.mark.parametrize(
    ("first", "second", "sends"),
    [
        ({"phone": "+8613800000001"}, {"phone": "+8613800000002"}, 2),
        ({"phone": "+8613800000001"}, {"phone": "+8613800000001"}, 1),
        ({"phone": "+8613800000001"}, {"phone": "", "address.sms": "+8613800000001"}, 1),
        ({"address.sms": "+8613800000009"}, {"address.sms": "+8613800000009"}, 1),
    ],
)
def test_two_on_one_phone_get_one_message_between_them(
    offices: Offices, first: dict[str, object], second: dict[str, object], sends: int
) -> None:
    office = offices(RULES)
    owing(office, "C1", **first)
    owing(office, "C2", **second)
    lines = office.preview("2026-12-06T10:00")
    assert [line.verdict for line in lines].count("send") == sends
    assert {line.reason for line in lines} <= {None, "cap:phone-a-day"}


@pytest.mark.parametrize("shared", [{}, {"phone": "", "address.sms": "+8613800000001"}])
def test_what_one_of_them_got_counts_for_the_other_who_is_planned_alone(
    offices: Offices, shared: dict[str, object]
) -> None:
    office = offices(RULES)
    owing(office, "C1", phone="+8613800000001")
    clock, box = FixedClock(at("2026-12-07T09:00")), RecordingChannel("sms", "text")
    loop = office.loop(clock, sms=box)
    loop.start()
    rounds(loop, clock, "2026-12-07T09:00")
    owing(office, "C2", **({"phone": "+8613800000001"} | shared))
    rounds(loop, clock, "2026-12-07T09:01", "2026-12-07T15:00")
    assert box.keys == ["C1/reminder/L1@-3d"]
    assert office.states()["C2/reminder/L1@-3d"] == "withheld: cap:phone-a-day"


def test_a_mailbox_is_the_same_in_capital_letters(offices: Offices) -> None:
    office = offices(
        RULES.replace("sms", "email").replace("email: {transport: file, path: outbox}", "", 1)
    )
    owing(office, "C1", email="ann@example.org")
    owing(office, "C2", email="Ann@example.org")
    assert [line.verdict for line in office.preview("2026-12-06T10:00")].count("send") == 1


def test_a_phone_of_202_customers_rings_once_a_day(offices: Offices) -> None:
    """A place holder in a customer file: everybody whose number was not known has the same."""
    office = offices(RULES)
    ids = [f"C{number:03d}" for number in range(202)]
    office.take("customers", *({"id": id_, "phone": "+15005550162"} for id_ in ids))
    office.take("customers", {"id": "D1", "phone": "+15005550163"})
    debt = {"kind": "instalment", "ref": "L", "date": "2026-12-10", "status": "open"}
    office.take("facts", *({"customer": id_, "amount": "5"} | debt for id_ in [*ids, "D1"]))
    lines = office.preview("2026-12-06T10:00")
    assert {line.customer for line in lines if line.verdict == "send"} == {"C000", "D1"}
    assert {line.reason for line in lines} == {None, "cap:phone-a-day"}


def test_who_took_the_slot_is_said_and_a_preview_of_one_customer_shows_only_theirs(
    offices: Offices,
) -> None:
    office = offices(RULES)
    for id_ in ("C1", "C2"):
        owing(office, id_, phone="+8613800000001")
    words = ("preview", "--customer", "C2", "--as-of", "2026-12-06T10:00:00+08:00")
    (line,) = office.lines(*words, "--format", "jsonl")
    assert line["customer"] == "C2"
    assert line["detail"] == "1 of 1 in 1d: reminder to C1 at 2026-12-07T09:00+08:00"


def test_dates_are_told_in_the_order_of_the_dates_where_clocks_differ() -> None:
    """One instant is the 7th for one of two on a phone, the 8th for the other."""
    limit = Limit("cap:phone", 2, 1, True, "1d", by_address=True)
    noon, hour = 20_000 * 86400 + 43200, 3600
    late = Entry(noon, 20_001, 1, "east", Reach(0, 5))
    same = [Entry(noon + hour * n, 20_000, 1, "west", Reach(1, 5)) for n in (1, 2)]
    ledger = Ledger({0: (limit,), 1: (limit,)}, [late, *same])
    assert ledger.counted(0, Reach(1, 5), 20_000, noon) == same
    assert ledger.counted(0, Reach(1, NOWHERE), 20_000, noon) == []


def test_explain_tells_of_the_customer_who_is_asked_about_alone(offices: Offices) -> None:
    office = offices(RULES)
    for name in ("C1", "C2"):
        owing(office, name, phone="+8613800000001")
    lines = office.lines("explain", "C2", "--as-of", "2026-12-06T10:00+08:00", "--format", "json")
    assert [line["customer"] for line in lines] == ["C2"]
    assert "reminder to C1 at" in lines[0]["detail"]
