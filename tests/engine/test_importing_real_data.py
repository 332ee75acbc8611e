"""Importing files that nobody here wrote, as they are."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.importing import NO_SHARED, SHARED, Desk, attributes, counts
from touchpoints.core.calendar import date_of

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=NO_SHARED)

SHOP = {
    "maps": {
        "id": "CustomerKey",
        "birthday": "BirthDate",
        "email": "EmailAddress",
        "given_name": "FirstName",
        "family_name": "LastName",
    },
    "date_format": "%m/%d/%Y",
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def copied(desk: Desk, name: str) -> Path:
    return Path(shutil.copy(SHARED / name, desk.folder))


def read(name: str, encoding: str = "utf-8") -> list[dict[str, str]]:
    with (SHARED / name).open(encoding=encoding, newline="") as text:
        return list(csv.DictReader(text))


def test_the_bank_is_imported_whole_and_a_second_time_nothing_changes(desk: Desk) -> None:
    files = [
        ("customers", "bank/customers.csv", 5_369),
        ("facts", "bank/instalments.csv", 24_888),
        ("facts", "bank/card_facts.csv", 892),
        ("consents", "bank/consents.csv", 4_431),
    ]
    for kind, name, number in files:
        first = desk.take_file(kind, copied(desk, name))
        assert counts(first) == (number, number, 0, 0, 0)
        assert first.warnings == 0
    before = desk.tables()
    for kind, name, number in files:
        assert counts(desk.take_file(kind, copied(desk, name))) == (number, 0, 0, number, 0)
    assert desk.tables() == before


def test_what_the_bank_wrote_is_what_is_stored(desk: Desk) -> None:
    desk.take_file("customers", copied(desk, "bank/customers.csv"))
    desk.take_file("facts", copied(desk, "bank/instalments.csv"))
    people = {row["id"]: row for row in desk.table("customer")}
    for row in read("bank/customers.csv"):
        stored = people[row["id"]]
        for column in ("birthday", "timezone", "locale", "status", "channels", "email", "phone"):
            assert stored.get(column, "") == row[column]
        others = {name: row[name] for name in ("sex", "district", "region", "role") if row[name]}
        assert attributes(stored) == others
    ids = {row["no"]: id_ for id_, row in people.items()}
    facts = {(ids[row["customer_no"]], row["ref"]): row for row in desk.table("fact")}
    for row in read("bank/instalments.csv"):
        stored = facts[row["customer"], row["ref"]]
        assert date_of(stored["date"]).isoformat() == row["date"]
        assert (stored["amount"], stored["currency"]) == (row["amount"], row["currency"])


def test_the_shop_is_imported_as_it_is_with_every_birthday_right(desk: Desk) -> None:
    summary = desk.take_file("customers", copied(desk, "shop/AdventureWorks_Customers.csv"), **SHOP)
    assert counts(summary) == (18_148, 18_148, 0, 0, 0)
    stored = {row["id"]: row for row in desk.table("customer")}
    source = read("shop/AdventureWorks_Customers.csv", "utf-8-sig")
    assert len(stored) == len(source) == 18_148
    for row in source:
        month, day, year = (int(part) for part in row["BirthDate"].split("/"))
        customer = stored[row["CustomerKey"]]
        assert customer["birthday"] == date(year, month, day).isoformat()
        assert (customer["birth_year"], customer["birth_month_day"]) == (year, month * 100 + day)
        assert customer["given_name"] == row["FirstName"].strip()
        assert customer["email"] == row["EmailAddress"]
        assert attributes(customer).get("AnnualIncome", "") == row["AnnualIncome"].strip()
    again = desk.take_file("customers", copied(desk, "shop/AdventureWorks_Customers.csv"), **SHOP)
    assert counts(again) == (18_148, 0, 0, 18_148, 0)
