"""Importing events: once each by kind and ref, however often told, at the first instant."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from tests.importing import Desk, attributes, counts, reasons

HEADER = "customer,kind,ref,at,channel\n"
AT_TEN = "C1,card-changed,E1,2026-11-25T10:00:00Z,app\n"
AT_ELEVEN = "C1,card-changed,E1,2026-11-25T11:00:00Z,app\n"
TEN = 1795600800


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.take("customers", "id\nC1\nC2\n")
    return made


def test_an_event_has_kind_ref_instant_and_attributes(desk: Desk) -> None:
    summary = desk.take("events", HEADER + AT_TEN)
    assert counts(summary) == (1, 1, 0, 0, 0)
    (row,) = desk.table("event")
    assert {name: row[name] for name in ("customer_no", "kind", "ref", "at")} == {
        "customer_no": 1,
        "kind": "card-changed",
        "ref": "E1",
        "at": TEN,
    }
    assert attributes(row) == {"channel": "app"}


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    content = HEADER + AT_TEN + AT_ELEVEN + "C2,card-changed,E1,2026-11-25,\n"
    assert counts(desk.take("events", content))[1:3] == (2, 0)
    before = desk.table("event")
    assert counts(desk.take("events", content))[1:3] == (0, 0)
    assert desk.table("event") == before


@pytest.mark.parametrize("order", list(permutations((AT_TEN, AT_ELEVEN, AT_TEN))))
def test_an_event_that_is_told_again_keeps_its_earliest_instant(
    desk: Desk, order: tuple[str, ...]
) -> None:
    desk.take("events", HEADER + "".join(order))
    assert [row["at"] for row in desk.table("event")] == [TEN]


def test_a_file_that_tells_it_later_changes_nothing_and_one_that_tells_it_earlier_does(
    desk: Desk,
) -> None:
    desk.take("events", HEADER + AT_ELEVEN)
    assert counts(desk.take("events", HEADER + AT_TEN))[1:3] == (0, 1)
    assert counts(desk.take("events", HEADER + AT_ELEVEN))[1:3] == (0, 0)
    assert [row["at"] for row in desk.table("event")] == [TEN]


def test_an_instant_without_a_zone_is_read_in_the_workspaces_and_said(desk: Desk) -> None:
    summary = desk.take("events", HEADER + "C1,card-changed,E1,2026-11-25 18:00,\n")
    assert [row["at"] for row in desk.table("event")] == [TEN]
    assert "no zone" in summary.warned[0].reason


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("C9,card-changed,E1,2026-11-25T10:00:00Z,", "unknown customer"),
        ("C1,,E1,2026-11-25T10:00:00Z,", "kind is blank"),
        ("C1,card-changed,,2026-11-25T10:00:00Z,", "ref is blank"),
        ("C1,card-changed,E1,,", "at is blank"),
        ("C1,card-changed,E1,soon,", "at is not"),
        (f"C1,card-changed,{'x' * 2001},2026-11-25T10:00:00Z,", "ref is longer than 2000"),
    ],
)
def test_a_row_that_is_no_event_is_rejected_with_the_reason(
    desk: Desk, row: str, reason: str
) -> None:
    (found,) = reasons(desk.take("events", HEADER + row + "\n").rejected)
    assert found.startswith(reason)


def test_a_ref_may_be_the_key_of_a_message(desk: Desk) -> None:
    key = "/".join(["C1", "follow-up", "C1", "instalment-due", "L" * 200 + "@-3d"])
    desk.take("events", f"customer,kind,ref,at\nC1,opened,{key},2026-11-25T10:00:00Z\n")
    assert [row["ref"] for row in desk.table("event")] == [key]
