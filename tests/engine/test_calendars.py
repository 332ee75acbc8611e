"""Lunar birthdays and business days from the store to the plan: each customer's own calendar."""

from __future__ import annotations

import pytest

from tests.office import POLICY, TEMPLATES, Office, at
from touchpoints.clock import FixedClock
from touchpoints.engine.brief import Brief
from touchpoints.engine.unpublished import unpublished

BUSINESS = POLICY.replace("offset: -3d", "offset: [-3bd, -1d]")
AGED = {"greeting/sms.j2": "{{ occurrence.years|default('?') }} on {{ occurrence.date }}"}


def due_days(office: Office, when: str, days: int = 30) -> dict[tuple[str, str], str]:
    """When each planned message goes out, by customer and key."""
    plan = office.preview(when, days)
    return {
        (each.customer, each.occurrence): str(each.as_line()["send_at"])[:10]
        for each in plan
        if each.verdict == "send"
    }


def test_business_days_are_those_of_the_customers_country_else_the_workspaces(
    office: Office,
) -> None:
    office.rule(BUSINESS)
    for customer, fields in {"CN": {}, "GB": {"country": "GB"}, "IL": {"country": "IL"}}.items():
        office.customer(customer, timezone="Asia/Shanghai", **fields)
        office.owes(customer, "L1", "2026-02-24")
    assert due_days(office, "2026-02-01T00:00") == {
        # Monday to the Monday after are holidays in China; Saturday the 14th is worked.
        ("CN", "L1@-3bd"): "2026-02-12",
        ("CN", "L1@-1d"): "2026-02-23",
        ("GB", "L1@-3bd"): "2026-02-19",
        ("GB", "L1@-1d"): "2026-02-23",
        # The weekend is Friday and Saturday.
        ("IL", "L1@-3bd"): "2026-02-19",
        ("IL", "L1@-1d"): "2026-02-23",
    }


def test_a_country_may_be_nobodys(office: Office) -> None:
    office.rule(BUSINESS.replace("country: CN\n", ""))
    office.customer("C1")
    office.owes("C1", "L1", "2026-02-24")
    assert due_days(office, "2026-02-01T00:00")["C1", "L1@-3bd"] == "2026-02-19"


def test_the_very_customers_are_found_when_only_some_are_asked_for(office: Office) -> None:
    office.rule(BUSINESS)
    office.customer("C1", country="GB")
    office.customer("C2")
    office.owes("C2", "L1", "2026-02-24")
    office.plan("2026-02-12T08:00")
    assert office.states() == {"C2/reminder/L1@-3bd": "planned"}
    line = office.lines("explain", "C2", "--as-of", "2026-02-12T08:00:00+08:00", "--format", "json")
    assert [each["occurrence"] for each in line] == ["L1@-3bd"]


def test_what_a_country_has_not_published_is_said_once_and_by_check_at_its_place(
    office: Office,
) -> None:
    # Labour Day of the 40s: no notice of the State Council reaches that far.
    when = "2046-12-20T08:00:00+08:00"
    office.rule(BUSINESS)
    office.customer("C1")
    told = "the business days of CN in 2046 are not published yet"
    for command in ("preview", "plan"):
        answer = office.ask(command, "--as-of", "2046-05-01T08:00:00+08:00")
        assert answer.code == 0
        assert answer.err.count(told) == 1
    checked = office.ask("check", "--as-of", when)
    assert checked.code == 0
    place = "touchpoints.yaml:24:13: remark: the business days of CN in 2046 and 2047 are not"
    assert place in checked.out


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (POLICY, []),
        (BUSINESS.replace("country: CN", "country: GB"), []),
        (BUSINESS, ["the business days of CN in 2046 are not published yet"]),
        (BUSINESS.replace("  reminder:\n", "  reminder:\n    enabled: false\n"), []),
        (
            POLICY + 'lines: {hotline: {phone: "1", hours: "09:00-17:00", holidays: CN}}\n',
            ["the holidays of CN in 2046 are not published yet"],
        ),
    ],
)
def test_only_what_is_needed_is_said_to_be_unpublished(
    office: Office, policy: str, expected: list[str]
) -> None:
    office.rule(policy)
    with office.database.reading() as connection:
        brief = Brief.of(office.workspace, at("2046-05-01T08:00"))
        assert [each.what for each in unpublished(connection, brief)] == expected


def test_a_lunar_birthday_is_greeted_on_its_day_and_its_years_are_lunar(office: Office) -> None:
    for name, text in (TEMPLATES | AGED).items():
        office.write(f"templates/{name}", text)
    born = {"C1": "1990-08-15", "C2": "--08-15", "C3": "1990-L08-15"}
    for customer, birthday in born.items():
        office.customer(customer, birthday=birthday, birthday_calendar="lunar")
        office.says(customer, "granted", "2024-01-01")
    office.customer("C4", birthday="1990-09-25")
    office.says("C4", "granted", "2024-01-01")
    assert due_days(office, "2026-09-24T00:00", 3) == {
        ("C1", "L2026"): "2026-09-25",
        ("C2", "L2026"): "2026-09-25",
        ("C3", "L2026"): "2026-09-25",
        ("C4", "2026"): "2026-09-25",
    }
    for customer, words in {"C1": "36", "C2": "?", "C3": "36", "C4": "36"}.items():
        shown = office.ask(
            *("template", "render", "greeting", "--customer", customer, "--channel", "sms"),
            *("--as-of", "2026-09-25T10:00:00+08:00"),
        )
        assert shown.out.strip() == f"{words} on 2026-09-25"


def test_a_policy_may_keep_everybodys_lunar_birthday(office: Office) -> None:
    office.rule(POLICY.replace("{annual: birthday}", "{annual: birthday, calendar: lunar}"))
    office.customer("C1", birthday="1990-10-03")
    office.customer("C2", birthday="1990-08-15", birthday_calendar="lunar")
    office.customer("C3", birthday="--10-03")
    office.customer("C4", birthday="1990-09-25")
    for customer in ("C1", "C2", "C3", "C4"):
        office.says(customer, "granted", "2024-01-01")
    kept = {("C1", "L2026"): "2026-09-25", ("C2", "L2026"): "2026-09-25"}
    assert due_days(office, "2026-09-24T00:00", 3) == kept
    mail = "---\nsubject: Hello\n---\n" + AGED["greeting/sms.j2"]
    office.write("templates/greeting/email.j2", mail)
    clock = FixedClock(at("2026-09-25T10:00"))
    loop = office.loop(clock)
    loop.plan()
    loop.deliver()
    told = {each["customer_no"]: each["body"] for each in office.table("message") if each["body"]}
    assert set(told.values()) == {"36 on 2026-09-25"}
    assert len(told) == len(kept)


def test_three_simulated_years_bring_one_greeting_each_lunar_year(office: Office) -> None:
    office.customer("C1", birthday="1962-11-13", birthday_calendar="lunar")
    office.customer("C2", birthday="1962-L06-30", birthday_calendar="lunar")
    for customer in ("C1", "C2"):
        office.says(customer, "granted", "2024-01-01")
    span = ("--from", "2025-01-15T00:00:00+08:00", "--until", "2028-01-15T00:00:00+08:00")
    lines = office.lines("simulate", *span, "--format", "jsonl")
    sent = sorted((each["customer"], each["send_at"][:10], each["occurrence"]) for each in lines)
    assert sent == [
        # None falls into the rest of 2025, two into 2026.
        ("C1", "2026-01-01", "L2025"),
        ("C1", "2026-12-21", "L2026"),
        ("C1", "2027-12-10", "L2027"),
        # 2025 has a leap sixth month of 29 days, the other years have none.
        ("C2", "2025-08-22", "L2025"),
        ("C2", "2026-08-12", "L2026"),
        ("C2", "2027-08-01", "L2027"),
    ]
