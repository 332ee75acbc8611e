"""What the store knows of a customer makes an explanation precise."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.office import GATES, POLICY, Office, at
from touchpoints.clock import FixedClock
from touchpoints.core.explain import Explanation
from touchpoints.core.known import Statement
from touchpoints.engine.brief import Brief
from touchpoints.engine.consenting import last_said
from touchpoints.engine.explaining import Explained, explained

NOW = "2026-12-06T10:00"


def story(office: Office, when: str = NOW) -> Explained:
    """All that is explained of customer C1."""
    brief = Brief.of(office.workspace, at(when), None, ("C1",))
    (no,) = [row["no"] for row in office.table("customer") if row["id"] == "C1"]
    return explained(office.database, brief, GATES, no)


def told(office: Office, when: str = NOW) -> dict[str, Explanation]:
    """The explanations of customer C1 by touchpoint."""
    return {each.decision.touchpoint: each for each in story(office, when).explanations}


def said(office: Office) -> dict[str, Statement]:
    """What stands about marketing, by channel."""
    brief = Brief.of(office.workspace, at(NOW))
    with office.database.reading() as connection:
        found = dict(last_said(connection, brief, 1))
    return {channel: each for (category, channel), each in found.items() if category == "marketing"}


def when(text: str) -> int:
    return int(at(text).timestamp())


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ((), {}),
        (
            (("denied", "2026-03-01T00:00", {}), ("denied", "2026-05-01T00:00", {})),
            {"email": ("denied", "2026-03-01T00:00"), "sms": ("denied", "2026-03-01T00:00")},
        ),
        (
            (
                ("denied", "2026-03-01T00:00", {"channel": "sms"}),
                ("granted", "2026-05-01T00:00", {}),
                ("denied", "2026-06-01T00:00", {"channel": "sms", "category": "*"}),
            ),
            {"email": ("granted", "2026-05-01T00:00"), "sms": ("denied", "2026-06-01T00:00")},
        ),
        (
            (("granted", "2026-03-01T00:00", {"channel": "sms", "expires_at": "2026-06-30"}),),
            {"sms": ("lapsed", "2026-07-01T00:00")},
        ),
        (
            (
                ("denied", "2026-02-01T00:00", {"channel": "sms"}),
                ("denied", "2026-03-01T00:00", {"channel": "sms", "expires_at": "2026-06-30"}),
            ),
            {"sms": ("denied", "2026-02-01T00:00")},
        ),
        ((("denied", "2026-12-24T00:00", {}),), {}),
    ],
)
def test_what_stands_of_a_consent_since_when(
    office: Office,
    statements: tuple[tuple[str, str, dict[str, str]], ...],
    expected: dict[str, tuple[str, str]],
) -> None:
    office.customer()
    for state, since, fields in statements:
        office.says("C1", state, since, **fields)
    assert said(office) == {
        channel: Statement(state, when(since))  # type: ignore[arg-type]
        for channel, (state, since) in expected.items()
    }


def test_the_audience_names_the_part_and_the_value_that_do_not_fit(office: Office) -> None:
    office.owes_as_new("C1")
    office.owes("C1", "L1", "2026-12-10", status="paid", amount="0")
    assert told(office)["reminder"].changes == (
        "this would have to hold: fact.status == 'open'; fact.status is 'paid'",
        "this would have to hold: fact.amount > 0; fact.amount is 0",
    )


def test_an_audience_over_customer_and_history_is_told_too(
    offices: Callable[[str], Office],
) -> None:
    asked = "audience: \"(customer.tier == 'gold' or customer.vip) and history.count < 1\""
    office = offices(POLICY.replace("topic: birthday", f"topic: birthday\n    {asked}"))
    office.customer(birthday="1990-12-07", tier="basic")
    office.says("C1", "granted", "2026-01-01T00:00")
    sent = {"customer": "C1", "sent_at": "2026-11-01T12:00:00+08:00", "channel": "sms"}
    office.take("history", sent)
    assert told(office)["greeting"].changes == (
        (
            "this would have to hold: (customer.tier == 'gold' or customer.vip);"
            " customer.tier is 'basic', customer.vip is not known"
        ),
        "this would have to hold: history.count < 1; history.count is 1",
    )


def test_what_went_out_before_is_told_newest_first_for_ninety_days(
    offices: Callable[[str], Office],
) -> None:
    office = offices(POLICY.replace("caps: []", "caps: [{name: one-in-ten, max: 1, per: 10d}]"))
    office.owes_as_new("C1", birthday="1990-12-08")
    office.says("C1", "granted", "2026-01-01T00:00")
    for sent_at in ("2026-11-01T12:00:00+08:00", "2026-01-01T12:00:00+08:00"):
        office.take("history", {"customer": "C1", "sent_at": sent_at, "channel": "sms"})
    loop = office.loop(FixedClock(at("2026-12-07T09:00")))
    loop.start()
    loop.plan()
    loop.deliver()
    before = story(office, "2026-12-07T10:00").before
    assert [(each.touchpoint, each.occurrence, each.state) for each in before] == [
        ("reminder", "L1@-3d", "accepted"),
        ("", None, "imported"),
    ]
    (rival,) = told(office, "2026-12-07T10:00")["greeting"].lost_to
    assert (rival.touchpoint, rival.occurrence, rival.score) == ("reminder", "L1@-3d", 90.0)
    assert story(office, "2026-12-07T08:59").before == before[1:]
