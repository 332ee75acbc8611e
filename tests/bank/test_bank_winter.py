"""A winter of a real bank: imported, previewed and simulated by the command line, then checked.

Whole years of it, by richer rules, are checked by `python -m tests.years`.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.bank.book import GREETING, book
from tests.bank.conftest import DATA, START, UNTIL
from tests.office import asked
from tests.years.checker import Checker, read_lines

SPAN = (datetime.fromisoformat(START), datetime.fromisoformat(UNTIL))
MARCH = ("--as-of", "1997-03-01T06:00:00Z", "--days", "7", "--format", "jsonl")


@pytest.fixture(scope="module")
def checker(bank: Path) -> Checker:
    """The checker, over the files of the bank."""
    return Checker(book(1997), SPAN)


@pytest.mark.parametrize(
    ("kind", "read"), [("customers", 5369), ("facts", 24888), ("consents", 4431)]
)
def test_every_row_of_the_bank_is_imported(bank: Path, kind: str, read: int) -> None:
    told = (bank / f"{kind}.txt").read_text("utf-8")
    assert f"{read:,} read, {read:,} new, 0 changed, 0 unchanged, 0 rejected" in told


def test_a_winter_keeps_every_promise_to_every_customer(winter: Path, checker: Checker) -> None:
    lines = read_lines(winter)
    assert checker.faults(lines) == []
    assert len(lines) > 1_500


def test_who_was_born_on_a_leap_day_is_greeted_on_28_february(winter: Path) -> None:
    born = {row["id"] for row in _rows("customers.csv") if row["birthday"].endswith("-02-29")}
    greeted = [
        line
        for line in read_lines(winter)
        if line["customer"] in born and line["touchpoint"] == GREETING
    ]
    owners = {row["id"] for row in _rows("customers.csv") if row["role"] == "owner"}
    assert {line["customer"] for line in greeted} == born & owners
    days = {line["send_at"][:10] for line in greeted if line["send_at"]}
    assert days <= {"1997-02-28"}


def test_a_loan_that_is_due_on_the_31st_is_reminded_of_at_the_end_of_every_month(
    winter: Path,
) -> None:
    reminded = {line["occurrence"] for line in read_lines(winter) if line["verdict"] == "send"}
    ends = [row for row in _rows("instalments.csv") if row["date"][5:] in {"02-28", "03-31"}]
    loans = Counter(row["loan"] for row in ends if row["date"].startswith("1997"))
    both = {loan for loan, count in loans.items() if count == 2}
    assert both
    refs = {row["ref"] for row in ends if row["loan"] in both and row["date"].startswith("1997")}
    assert sum(f"{ref}@-3d" in reminded for ref in refs) > len(refs) * 0.9


def test_nobody_but_owners_hears_of_anything(winter: Path) -> None:
    owners = {row["id"] for row in _rows("customers.csv") if row["role"] == "owner"}
    assert {line["customer"] for line in read_lines(winter)} <= owners


def test_a_week_of_preview_is_that_week_of_the_winter(bank: Path, winter: Path) -> None:
    previewed = _told(asked(bank, "preview", *MARCH).out)
    span = (min(line["send_at"] for line in previewed.values() if line["send_at"]), "1997-03-08T07")
    simulated = {
        _key(line): line
        for line in read_lines(winter)
        if line["send_at"] and span[0] <= line["send_at"] < span[1]
    }
    sends = {key: line for key, line in previewed.items() if line["verdict"] == "send"}
    assert sends == simulated
    assert len(sends) > 150


def test_a_preview_is_the_same_twice_and_leaves_no_trace(bank: Path) -> None:
    before = (bank / "touchpoints.db").read_bytes()
    assert asked(bank, "preview", *MARCH) == asked(bank, "preview", *MARCH)
    assert (bank / "touchpoints.db").read_bytes() == before


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def _key(line: dict[str, Any]) -> tuple[str, str, str]:
    return line["customer"], line["touchpoint"], line["occurrence"]


def _told(out: str) -> dict[tuple[str, str, str], dict[str, Any]]:
    return {_key(line): line for line in map(json.loads, out.splitlines())}
