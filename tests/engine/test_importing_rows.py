"""Importing facts, consents, preferences and history."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.importing import Desk, attributes, counts, reasons
from touchpoints.core.calendar import day_of
from touchpoints.engine.records.intake import CHUNK
from touchpoints.engine.records.words import amount


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.take("customers", "id\nC1\nC2\n")
    return desk


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp())


def test_a_fact_is_stored_under_its_customer_with_its_day(desk: Desk) -> None:
    desk.take(
        "facts",
        "customer,kind,ref,date,status,amount,currency,loan\n"
        'C2,instalment,L1-01,2026-11-30,OPEN,"1,033.50",czk,L1\n',
    )
    (row,) = desk.table("fact")
    assert attributes(row) == {"loan": "L1"}
    assert row == {
        "no": 1,
        "customer_no": 2,
        "kind": "instalment",
        "ref": "L1-01",
        "date": day_of(date(2026, 11, 30)),
        "status": "open",
        "amount": "1033.50",
        "currency": "CZK",
        "attributes": row["attributes"],
    }


def test_a_fact_of_nobody_is_rejected_and_the_others_are_stored(desk: Desk) -> None:
    summary = desk.take(
        "facts", "customer,kind,ref,date\nC9,card,K1,2026-01-01\nC1,card,K2,2026-01-01\n"
    )
    assert counts(summary) == (2, 1, 0, 0, 1)
    assert desk.rejects() == [["2", "unknown customer 'C9'", "C9", "card", "K1", "2026-01-01"]]


def test_the_same_fact_twice_in_a_file_is_rejected_the_second_time(desk: Desk) -> None:
    row = "C1,card,K1,2026-01-01\n"
    summary = desk.take("facts", "customer,kind,ref,date\n" + row + row)
    assert counts(summary) == (2, 1, 0, 0, 1)
    assert desk.rejects()[0][:2] == [
        "3",
        "duplicate customer, kind, ref 'C1' 'card' 'K1', first on line 2",
    ]


def test_a_fact_that_is_paid_keeps_what_the_file_does_not_say(desk: Desk) -> None:
    desk.take(
        "facts", "customer,kind,ref,date,status,amount\nC1,instalment,L1,2026-01-31,open,50\n"
    )
    summary = desk.take(
        "facts", "customer,kind,ref,date,status\nC1,instalment,L1,2026-01-31,paid\n"
    )
    assert counts(summary) == (1, 0, 1, 0, 0)
    (row,) = desk.table("fact")
    assert (row["status"], row["amount"]) == ("paid", "50")


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("date", "2026-02-30", "date does not exist in the calendar"),
        (
            "date",
            "2026-02-28T24:00",
            "date has a time of day that does not exist; expected 00:00 to 23:59",
        ),
        ("date", "", "date is blank"),
        ("ref", "", "ref is blank"),
        ("ref", "a\tb", "ref has characters that do not print"),
        ("amount", "1.234,56", "amount is not an amount such as 1234.56 or 1,234.56"),
        ("currency", "KČS", "currency is not a currency of three letters such as CNY (ISO 4217)"),
    ],
)
def test_a_fact_with_a_value_that_cannot_be_is_rejected(
    desk: Desk, column: str, value: str, reason: str
) -> None:
    row = {
        "customer": "C1",
        "kind": "card",
        "ref": "K1",
        "date": "2026-01-01",
        "amount": "1",
        "currency": "CNY",
    }
    row[column] = f'"{value}"'
    summary = desk.take("facts", f"{','.join(row)}\n{','.join(row.values())}\n")
    assert reasons(summary.rejected) == [reason]


def test_a_fact_dated_with_a_time_falls_on_the_day_that_is_written(desk: Desk) -> None:
    desk.take("facts", "customer,kind,ref,date\nC1,card,K1,2026-02-27T23:30:00Z\n")
    assert desk.table("fact")[0]["date"] == day_of(date(2026, 2, 27))


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("8033.00", "8033.00"),
        ("$90,000", "90000"),
        ("€ 1,234.56", "1234.56"),
        ("-5", "-5"),
        ("-$5.5", "-5.5"),
        ("$-5.5", "-5.5"),
        ("+007.50", "7.50"),
        ("-0.00", "0.00"),
        ("12,345,678.9", "12345678.9"),
    ],
)
def test_an_amount_is_stored_in_plain_decimals(written: str, stored: str) -> None:
    assert amount(written) == stored


@pytest.mark.parametrize(
    "written",
    ["1.234,56", "1,23", "1 234", "12,34.5", "1e3", "NaN", "(5)", "5 CZK", "--5", "", "."],
)
def test_an_amount_that_could_mean_two_things_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        amount(written)


@pytest.mark.parametrize(
    ("written", "instant", "warnings"),
    [
        ("2026-11-01T09:00:00+01:00", "2026-11-01T08:00:00+00:00", 0),
        ("2026-11-01T09:00Z", "2026-11-01T09:00:00+00:00", 0),
        ("2026-11-01 09:00:00.123456+0800", "2026-11-01T01:00:00+00:00", 0),
        ("2026-11-01T09:00:07", "2026-11-01T01:00:07+00:00", 1),
        ("2026-11-01", "2026-10-31T16:00:00+00:00", 0),
    ],
)
def test_an_instant_without_a_zone_is_taken_in_that_of_the_workspace(
    desk: Desk, written: str, instant: str, warnings: int
) -> None:
    summary = desk.take("history", f"customer,sent_at\nC1,{written}\n")
    assert desk.table("history")[0]["sent_at"] == at(instant)
    assert summary.warnings == warnings


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-01T24:00Z",
        "2026-11-01T09:60Z",
        "2026-02-30T09:00Z",
        "0001-01-01",
        "2026-11-01T09:00+99:00",
        "yesterday",
        "",
    ],
)
def test_an_instant_that_cannot_be_is_rejected(desk: Desk, written: str) -> None:
    assert desk.take("history", f"customer,sent_at\nC1,{written}\n").rejections == 1


def test_instants_may_have_a_format_of_their_own_or_be_iso_with_a_t(desk: Desk) -> None:
    desk.take(
        "history",
        "customer,sent_at\nC1,31.12.2026 14:05\nC1,2026-12-31T14:06:00+08:00\n",
        date_format="%d.%m.%Y %H:%M",
    )
    first, second = (row["sent_at"] for row in desk.table("history"))
    assert first == at("2026-12-31T14:05:00+08:00")
    assert second == first + 60


def test_a_consent_is_a_statement_with_instant_and_proof(desk: Desk) -> None:
    summary = desk.take(
        "consents",
        "customer,channel,category,state,at,source,expires_at\n"
        "C1,*,marketing,Granted,2026-01-01T00:00:00Z,branch form,2026-12-31\n"
        "C1,sms,*,denied,2026-01-01T00:00:00Z,,\n",
    )
    granted, denied = desk.table("consent")
    assert (granted["channel"], granted["category"], granted["state"]) == (
        "*",
        "marketing",
        "granted",
    )
    assert granted["source"] == "branch form"
    assert granted["expires_at"] == at("2027-01-01T00:00:00+08:00")
    assert "expires_at" not in denied
    assert summary.warned == ()


def test_a_consent_until_the_year_9999_never_expires(desk: Desk) -> None:
    desk.take(
        "consents",
        "customer,channel,category,state,at,expires_at\nC1,*,*,granted,2026-01-01,9999-12-31\n",
    )
    assert "expires_at" not in desk.table("consent")[0]


def test_a_consent_for_something_that_the_workspace_lacks_is_kept_and_said(desk: Desk) -> None:
    summary = desk.take(
        "consents",
        "customer,channel,category,state,at\nC1,pigeon,markting,granted,2026-01-01\n",
    )
    assert counts(summary) == (1, 1, 0, 0, 0)
    assert sorted(reasons(summary.warned)) == [
        "category: the workspace has no 'markting'; did you mean 'marketing'?",
        "channel: the workspace has no 'pigeon'",
    ]


@pytest.mark.parametrize("state", ["", "yes", "true"])
def test_a_consent_that_is_neither_granted_nor_denied_is_rejected(desk: Desk, state: str) -> None:
    summary = desk.take(
        "consents", f"customer,channel,category,state,at\nC1,*,*,{state},2026-01-01\n"
    )
    assert summary.rejections == 1


def test_columns_without_a_place_are_left_out_and_said(desk: Desk) -> None:
    summary = desk.take("history", "customer,sent_at,subject\nC1,2026-01-01,hello\n")
    assert reasons(summary.warned) == ["column 'subject' is left out: history have no attributes"]


def test_wishes_are_stored_and_a_later_row_replaces_them_whole(desk: Desk) -> None:
    header = "customer,channels,quiet_hours,max,per,pause_from,pause_until\n"
    summary = desk.take(
        "preferences",
        header + 'C1,wechat;sms,"12:00-14:00, 22:00-07:00",2,1w,2026-11-03,\nC1,,,,,,2026-11-20\n',
    )
    assert counts(summary) == (2, 1, 0, 1, 0)
    assert desk.table("preference") == [
        {"customer_no": 1, "pause_until": day_of(date(2026, 11, 20))}
    ]
    desk.take("preferences", "customer,quiet_hours\nC1,22:00-07:00\n")
    assert desk.table("preference") == [{"customer_no": 1, "quiet_hours": "22:00-07:00"}]


@pytest.mark.parametrize(
    ("columns", "values"),
    [
        ("quiet_hours", "24:00-07:00"),
        ("quiet_hours", "night"),
        ("max,per", "0,1d"),
        ("max,per", "2,3bd"),
        ("max,per", "2,-1d"),
        ("max,per", "2,"),
        ("max,per", ",1d"),
        ("max,per", "many,1d"),
        ("pause_from,pause_until", "2026-11-20,2026-11-03"),
        ("pause_until", "2026-02-30"),
    ],
)
def test_a_wish_that_cannot_be_is_rejected(desk: Desk, columns: str, values: str) -> None:
    summary = desk.take("preferences", f"customer,{columns}\nC1,{values}\n")
    assert summary.rejections == 1
    assert desk.table("preference") == []


def test_identical_rows_of_history_are_one(desk: Desk) -> None:
    row = "C1,2026-11-01T09:00:00Z,sms,marketing,birthday,\n"
    summary = desk.take("history", "customer,sent_at,channel,category,topic,touchpoint\n" + row * 3)
    assert counts(summary) == (3, 1, 0, 2, 0)
    (stored,) = desk.table("history")
    assert (stored["channel"], stored["touchpoint"]) == ("sms", "")


def test_a_row_that_comes_back_to_what_was_stored_is_unchanged(desk: Desk) -> None:
    header = "customer,max,per\n"
    between = "".join(f"C2,{number},1d\n" for number in range(1, CHUNK + 10))
    text = header + "C1,1,1d\n" + between + "C1,2,1d\n"
    assert desk.take("preferences", text).new == 2
    again = desk.take("preferences", text)
    assert (again.new, again.changed, again.unchanged) == (0, 0, again.read)


def test_names_that_only_some_json_rows_have_are_merged_wherever_a_batch_ends(desk: Desk) -> None:
    statement = '"customer":"C1","channel":"*","category":"*","state":"granted","at":"2026-01-01"'
    desk.take(
        "consents",
        f'{{{statement},"source":"form"}}\n{{{statement},"expires_at":"2026-12-31"}}\n',
    )
    (row,) = desk.table("consent")
    assert row["source"] == "form"
    assert row["expires_at"] == at("2027-01-01T00:00:00+08:00")
