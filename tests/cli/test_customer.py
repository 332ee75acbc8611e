"""`touchpoints customer show` and `export`: the whole story of one person."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.office import Office

NINE = "2026-12-07T09:00:00+08:00"


@pytest.fixture
def known(office: Office) -> Office:
    """A customer with something of everything; one reminder went out, another one is planned."""
    office.customer("C1", name="Li Na", tier="gold", birthday="1990-12-20")
    office.take(
        "preferences", {"customer": "C1", "quiet_hours": "22:00-07:00", "max": 2, "per": "7d"}
    )
    office.says("C1", "granted", "2026-11-01", source="branch 7")
    office.says("C1", "denied", "2026-11-02", channel="sms", source="call 4711")
    office.owes("C1", "L1", "2026-12-10")
    office.owes("C1", "L2", "2026-12-12", note="second")
    office.take(
        "events", {"customer": "C1", "kind": "moved", "ref": "M1", "at": "2026-11-03T10:00:00Z"}
    )
    office.take(
        "history",
        {"customer": "C1", "sent_at": "2026-12-01T01:00:00Z", "channel": "sms", "topic": "survey"},
    )
    assert office.ask("run", "--once", "--as-of", NINE).code == 0
    return office


def shown(office: Office, *words: str) -> str:
    answer = office.ask("customer", "show", "C1", "--as-of", NINE, *words)
    assert (answer.code, answer.err) == (0, "")
    return answer.out


def squeezed(text: str) -> str:
    """The text with each run of blanks as one."""
    return " ".join(text.split())


@pytest.mark.parametrize(
    "told",
    [
        "C1: Li Na, active",
        "email c1@example.org",
        "tier gold",
        "quiet hours 22:00-07:00",
        "marketing email: granted since Sun 2026-11-01 08:00, by branch 7",
        "marketing sms: denied since Mon 2026-11-02 08:00, by call 4711",
        "service assumed: nothing was said",
        "mandatory not needed",
        "instalment L2 Sat 2026-12-12 open 100 CNY, note second",
        "Tue 2026-11-03 18:00 moved M1",
        "Wed 2026-12-09 09:00 reminder L2@-3d by email: planned",
        "Mon 2026-12-07 09:00 reminder L1@-3d by email to c1@example.org “Instalment L1”: sent",
        "Tue 2026-12-01 09:00 survey by sms: sent by another system",
    ],
)
def test_the_story_tells_what_is_known_what_holds_what_went_and_what_is_planned(
    known: Office, told: str
) -> None:
    assert told in squeezed(shown(known))


def test_the_story_as_json_has_the_same_in_iso_form(known: Office) -> None:
    told = json.loads(shown(known, "--format", "json"))
    assert told["consents"][3] == {
        "category": "marketing",
        "channel": "sms",
        "state": "denied",
        "since": "2026-11-02T08:00:00+08:00",
        "until": None,
        "source": "call 4711",
    }
    assert [each["occurrence"] for each in told["planned"]] == ["L2@-3d"]
    assert [each["state"] for each in told["sent"]] == ["accepted", "imported"]


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (
            [("granted", "2026-11-01", {"expires_at": "2026-12-01T00:00:00+08:00"})],
            "ran out Tue 2026-12-01 00:00",
        ),
        (
            [("granted", "2026-11-01", {}), ("granted", "2026-11-09", {"source": "app"})],
            "granted since Sun 2026-11-01 08:00, by app",
        ),
        ([("granted", "2026-12-30", {})], "missing: nothing was said"),
        (
            [("granted", "2026-11-01", {}), ("denied", "2026-11-02", {"expires_at": "2026-11-03"})],
            "granted since Sun 2026-11-01 08:00, by call",
        ),
    ],
)
def test_a_consent_is_told_as_it_holds_now(
    office: Office, statements: list[tuple[str, str, dict[str, str]]], told: str
) -> None:
    office.customer("C1")
    for state, when, fields in statements:
        office.says("C1", state, when, **fields)
    assert f"marketing {told}" in squeezed(shown(office))


def test_of_somebody_new_there_is_nothing_to_tell(office: Office) -> None:
    office.take("customers", {"id": "C1"})
    assert shown(office).startswith("C1: active\n")
    assert shown(office).count("nothing\n") >= 6


@pytest.mark.parametrize("command", ["show", "export"])
def test_an_unknown_customer_is_told_with_the_nearest(office: Office, command: str) -> None:
    office.customer("C17")
    answer = office.ask("customer", command, "C18")
    assert (answer.code, answer.out) == (2, "")
    assert "no customer 'C18'; did you mean 'C17'?" in answer.err


def test_an_export_has_everything_and_nobody_else(known: Office, tmp_path: Path) -> None:
    known.customer("C2")
    known.owes("C2", "L9", "2026-12-10")
    out = tmp_path / "c1.json"
    assert known.ask("customer", "export", "C1", "--out", str(out)).code == 0
    text = out.read_text("utf-8")
    told = json.loads(text)
    assert told["customer"]["attributes"] == {"tier": "gold"}
    assert [fact["ref"] for fact in told["facts"]] == ["L1", "L2"]
    assert told["facts"][0]["date"] == "2026-12-10"
    sent = next(each for each in told["messages"] if each["state"] == "accepted")
    assert (sent["subject"], sent["address"]) == ("Instalment L1", "c1@example.org")
    assert sent["content"].startswith("Message-ID: ") or "Subject: Instalment L1" in sent["content"]
    assert [each["outcome"] for each in sent["tries"]] == ["accepted"]
    assert "L9" not in text


def test_the_same_data_is_exported_in_the_same_words(known: Office) -> None:
    first, second = (known.ask("customer", "export", "C1").out for _ in range(2))
    assert first == second


def test_facts_that_are_closed_and_addresses_that_cannot_be_used_are_exported(
    office: Office,
) -> None:
    office.take("customers", {"id": "C1", "email": "not an address", "address.wechat": "wx-1"})
    office.owes("C1", "L1", "2026-12-10")
    with office.database.writing() as connection:
        connection.exec_driver_sql("UPDATE fact SET closed_at = 0")
    told = json.loads(office.ask("customer", "export", "C1").out)
    assert told["customer"]["unusable"] == {"email": "not an address"}
    assert told["customer"]["addresses"] == {"wechat": "wx-1"}
    assert told["facts"][0]["closed_at"] == "1970-01-01T08:00:00+08:00"
