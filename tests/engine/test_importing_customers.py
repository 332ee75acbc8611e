"""Importing customers: what is kept, what is refused, and what is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.importing import Desk, attributes, counts, reasons


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_row_becomes_a_customer_with_every_column_in_its_place(desk: Desk) -> None:
    row = desk.customer(
        "id,name,given_name,family_name,birthday,timezone,country,locale,status,channels,email,phone,"
        "address.wechat,segment\n"
        "C1,Ann Li,Ann,Li,1990-02-28,Europe/Prague,cz,zh_CN, Active ,sms; email,ann@bank.example,"
        "+420 633-939.463,wx-ann,gold\n"
    )
    assert row == {
        "no": 1,
        "id": "C1",
        "name": "Ann Li",
        "given_name": "Ann",
        "family_name": "Li",
        "birthday": "1990-02-28",
        "birthday_calendar": "solar",
        "birth_year": 1990,
        "birth_month_day": 228,
        "timezone": "Europe/Prague",
        "country": "CZ",
        "locale": "zh-CN",
        "status": "active",
        "channels": "sms;email",
        "email": "ann@bank.example",
        "phone": "+420633939463",
        "addresses": '{"wechat":"wx-ann"}',
        "attributes": '{"segment":"gold"}',
    }


@pytest.mark.parametrize(
    ("birthday", "calendar", "year", "month_day"),
    [
        ("2000-02-29", "", 2000, 229),
        ("--02-29", "", None, 229),
        ("--02-28", "solar", None, 228),
        ("1990-02-28T00:00:00", "", 1990, 228),
        ("1990-06-08", "lunar", 1990, 608),
        ("1990-02-30", "Lunar", 1990, 230),
        ("1990-L06-08", "lunar", 1990, 10608),
        ("--L06-08", "lunar", None, 10608),
    ],
)
def test_a_birthday_is_stored_with_its_month_and_day(
    desk: Desk, birthday: str, calendar: str, year: int | None, month_day: int
) -> None:
    row = desk.customer(f"id,birthday,birthday_calendar\nC1,{birthday},{calendar}\n")
    assert (row.get("birth_year"), row["birth_month_day"]) == (year, month_day)
    assert row["birthday"] == birthday.partition("T")[0]
    assert row["birthday_calendar"] == (calendar or "solar").lower()


@pytest.mark.parametrize(
    ("birthday", "calendar", "reason"),
    [
        ("2026-02-30", "", "birthday does not exist in the calendar"),
        ("1900-02-29", "", "birthday does not exist in the calendar"),
        ("--02-30", "", "birthday does not exist in the calendar"),
        ("0000-00-00", "", "birthday does not exist in the calendar"),
        ("28.2.1990", "", "birthday is not a date such as 2026-02-28"),
        ("1990-2-28", "", "birthday is not a date such as 2026-02-28"),
        ("1990-02-28 16:00", "", "birthday has a time of day; expected a date"),
        (
            "1990-02-28T24:00",
            "",
            "birthday has a time of day that does not exist; expected 00:00 to 23:59",
        ),
        (
            "1990-L06-08",
            "",
            "birthday has a leap month, which needs birthday_calendar lunar",
        ),
        (
            "1990-13-01",
            "lunar",
            "birthday does not exist in the lunar calendar; months 01-12, days 01-30",
        ),
        (
            "1990-12-31",
            "lunar",
            "birthday does not exist in the lunar calendar; months 01-12, days 01-30",
        ),
        ("1990-12-30", "hebrew", "birthday_calendar is not a calendar; expected solar or lunar"),
    ],
)
def test_a_date_that_cannot_be_is_rejected_with_its_reason(
    desk: Desk, birthday: str, calendar: str, reason: str
) -> None:
    summary = desk.take(
        "customers", f"id,birthday,birthday_calendar\nC1,{birthday},{calendar}\nC2,,\n"
    )
    assert counts(summary) == (2, 1, 0, 0, 1)
    assert reasons(summary.rejected) == [reason]
    ((line, text, *_),) = desk.rejects()
    assert line == "2"
    assert repr(calendar if "calendar is" in reason else birthday) in text


@pytest.mark.parametrize("written", ["04/08/1966", "4/8/1966", "4/08/1966"])
def test_a_date_format_takes_both_paddings(desk: Desk, written: str) -> None:
    row = desk.customer(f"id,birthday\nC1,{written}\n", date_format="%m/%d/%Y")
    assert row["birthday"] == "1966-04-08"


def test_a_date_format_without_a_year_gives_birthdays_without_a_year(desk: Desk) -> None:
    row = desk.customer("id,birthday\nC1,29.2.\n", date_format="%d.%m.")
    assert (row["birthday"], row["birth_month_day"]) == ("--02-29", 229)
    assert "birth_year" not in row


def test_an_iso_date_is_not_guessed_where_a_date_format_is_given(desk: Desk) -> None:
    summary = desk.take("customers", "id,birthday\nC1,1990-02-28\n", date_format="%Y-%d-%m")
    assert reasons(summary.rejected) == ["birthday is not a real date in the form '%Y-%d-%m'"]


def test_a_lunar_birthday_may_be_iso_though_a_date_format_is_given(desk: Desk) -> None:
    row = desk.customer(
        "id,birthday,birthday_calendar\nC1,1990-02-30,lunar\n", date_format="%d/%m/%Y"
    )
    assert row["birth_month_day"] == 230


def test_a_birthday_of_tomorrow_or_later_is_remarked_on_and_kept(desk: Desk) -> None:
    summary = desk.take("customers", "id,birthday\nC1,45-02-04\n", date_format="%y-%m-%d")
    assert reasons(summary.warned) == ["birthday lies in the future"]
    assert desk.table("customer")[0]["birthday"] == "2045-02-04"


def test_an_attribute_that_a_moment_takes_for_a_date_is_written_in_iso(desk: Desk) -> None:
    summary = desk.take(
        "customers",
        "id,since,until\nC1,3/14/2015,3/14/2030\nC2,long ago,\n",
        date_format="%m/%d/%Y",
    )
    first, second = (attributes(row) for row in desk.table("customer"))
    assert first == {"since": "2015-03-14", "until": "3/14/2030"}
    assert second == {"since": "long ago"}
    assert reasons(summary.warned) == [
        "since is not a real date in the form '%m/%d/%Y'; no occasion follows from it"
    ]


@pytest.mark.parametrize(
    "zone", ["Europe/Prague", "UTC", "Etc/GMT+8", "Asia/Calcutta", "PRC", "Japan"]
)
def test_a_zone_is_kept_by_its_own_name_or_an_old_one(desk: Desk, zone: str) -> None:
    assert desk.customer(f"id,timezone\nC1,{zone}\n")["timezone"] == zone


@pytest.mark.parametrize(
    "zone", ["UTC+8", "EST5EDT", "EST", "MST", "HST", "CET", "Factory", "../UTC", "Mars/Base"]
)
def test_a_zone_that_is_no_place_is_left_out_and_said(desk: Desk, zone: str) -> None:
    summary = desk.take("customers", f"id,timezone,name\nC1,{zone},Ann\n")
    assert desk.table("customer") == [{"no": 1, "id": "C1", "name": "Ann"}]
    assert "uses the workspace's zone" in reasons(summary.warned)[0]


@pytest.mark.parametrize(
    ("column", "value"),
    [("country", "China"), ("country", "XQ"), ("locale", "english"), ("locale", "C.UTF-8")],
)
def test_a_country_or_locale_that_is_none_is_left_out_and_said(
    desk: Desk, column: str, value: str
) -> None:
    summary = desk.take("customers", f"id,{column}\nC1,{value}\n")
    assert desk.table("customer") == [{"no": 1, "id": "C1"}]
    assert summary.warnings == 1


def test_an_address_that_is_not_valid_is_kept_as_unusable(desk: Desk) -> None:
    summary = desk.take(
        "customers",
        'id,email,phone,address.email,address.sms,address.wechat\nC1,"a@b,evil@x",0800,a@b>,12,wx\n',
    )
    (row,) = desk.table("customer")
    assert "email" not in row
    assert "phone" not in row
    assert json.loads(row["addresses"]) == {"wechat": "wx"}
    assert json.loads(row["unusable"]) == {
        "email": "a@b,evil@x",
        "phone": "0800",
        "address.email": "a@b>",
        "address.sms": "12",
    }
    assert summary.warnings == 4
    assert not any("evil" in reason for reason in reasons(summary.warned))


def test_an_address_that_becomes_valid_is_no_longer_unusable(desk: Desk) -> None:
    desk.take("customers", "id,email,phone\nC1,nonsense,0800\n")
    desk.take("customers", "id,email\nC1,ann@bank.example\n")
    (row,) = desk.table("customer")
    assert row["email"] == "ann@bank.example"
    assert json.loads(row["unusable"]) == {"phone": "0800"}


def test_the_addresses_of_an_email_channel_are_email_addresses(desk: Desk) -> None:
    desk.take(
        "customers",
        "id,address.news\nC1,nonsense\n",
        email_channels=frozenset({"email", "news"}),
    )
    assert json.loads(desk.table("customer")[0]["unusable"]) == {"address.news": "nonsense"}


def test_the_same_id_twice_keeps_the_first_and_names_its_line(desk: Desk) -> None:
    summary = desk.take("customers", 'id,name\nC1,"An\nn"\n\nC7,Bo\n C7 ,Cy\n')
    assert counts(summary) == (3, 2, 0, 0, 1)
    assert desk.rejects() == [["6", "duplicate id 'C7', first on line 5", "C7 ", "Cy"]]


def test_an_id_whose_first_row_was_rejected_may_come_again(desk: Desk) -> None:
    summary = desk.take("customers", "id,birthday\nC1,1990-02-30\nC1,1990-02-28\n")
    assert counts(summary) == (2, 1, 0, 0, 1)


@pytest.mark.parametrize("id_", ["", "x" * 201, "a\tb", "a\x00b", "a\u202eb", "a\u200bb"])
def test_an_id_that_cannot_be_read_or_is_blank_is_rejected(desk: Desk, id_: str) -> None:
    summary = desk.take("customers", f"id,name\n{id_},Ann\nC2,Bo\n")
    assert counts(summary) == (2, 1, 0, 0, 1)


@pytest.mark.parametrize("id_", ["a/b", "李", "x" * 200, "O'Brien & Söhne"])
def test_an_id_may_have_any_sign_that_prints(desk: Desk, id_: str) -> None:
    assert desk.customer(f"id\n{id_}\n")["id"] == id_


def test_names_of_channels_that_the_workspace_lacks_are_kept_and_said(desk: Desk) -> None:
    summary = desk.take("customers", "id,channels\nC1,sms;wechatt;sms\nC2,;\n")
    first, second = desk.table("customer")
    assert first["channels"] == "sms;wechatt"
    assert "channels" not in second
    assert reasons(summary.warned) == [
        "channels: the workspace has no 'wechatt'; did you mean 'wechat'?"
    ]


def test_unknown_columns_become_attributes_and_blank_ones_are_left_out(desk: Desk) -> None:
    row = desk.customer("id,segment,note,\nC1, gold ,,\n")
    assert attributes(row) == {"segment": "gold"}


def test_json_attributes_keep_their_types(desk: Desk) -> None:
    row = desk.customer(
        '{"id": 7, "vip": true, "score": 1.5, "visits": 3, "note": null, "channels": ["sms"]}\n',
        name="in.jsonl",
    )
    assert row["id"] == "7"
    assert row["channels"] == "sms"
    assert attributes(row) == {"vip": True, "score": 1.5, "visits": 3}


def test_columns_that_the_file_lacks_stay_and_blank_ones_are_emptied(desk: Desk) -> None:
    desk.take(
        "customers",
        "id,name,birthday,birthday_calendar,email,segment,note\n"
        "C1,Ann,1990-02-30,lunar,ann@bank.example,gold,x\n",
    )
    summary = desk.take("customers", "id,name,status,note\nC1,,deceased,\n")
    (row,) = desk.table("customer")
    assert counts(summary) == (1, 0, 1, 0, 0)
    assert "name" not in row
    assert row["status"] == "deceased"
    assert (row["birthday"], row["birthday_calendar"]) == ("1990-02-30", "lunar")
    assert row["email"] == "ann@bank.example"
    assert attributes(row) == {"segment": "gold"}


@pytest.mark.parametrize(
    ("header", "meant"),
    [("Email", "email"), ("given name", "given_name"), ("timzone", "timezone")],
)
def test_a_column_that_looks_misspelt_is_remarked_on(desk: Desk, header: str, meant: str) -> None:
    summary = desk.take("customers", f"id,{header}\nC1,x\n")
    (reason,) = reasons(summary.warned)
    assert reason.startswith(f"column {header!r} becomes an attribute; did you mean {meant!r}?")
    assert reason.endswith(f"--map {meant}={header}")


@pytest.mark.parametrize(
    ("birthday", "warning"),
    [
        ("1990-06-08", None),
        ("1990-L05-08", None),
        ("1850-L05-08", None),
        ("--L06-08", None),
        (
            "1990-L06-08",
            "birthday is in a leap month that its year did not have; its month is taken",
        ),
        (
            "1990-03-30",
            "birthday is the 30th of a month of 29 days; the 29th stands in for it",
        ),
        ("2026-12-15", "birthday lies in the future"),
    ],
)
def test_a_lunar_date_that_its_year_did_not_have_is_kept_with_a_warning(
    desk: Desk, birthday: str, warning: str | None
) -> None:
    summary = desk.take("customers", f"id,birthday,birthday_calendar\nC1,{birthday},lunar\n")
    assert summary.rejections == 0
    assert reasons(summary.warned) == ([warning] if warning else [])
