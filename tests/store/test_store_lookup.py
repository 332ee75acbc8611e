"""Customers are found by how what they say begins; lists go on page by page."""

from __future__ import annotations

import pytest

from tests.office import Office
from touchpoints.store.listing import (
    FURTHEST,
    freshness,
    names_of,
    numbers_of,
    page_of_messages,
)
from touchpoints.store.lookup import look_up


@pytest.fixture
def people(office: Office) -> Office:
    """Some customers with names of several kinds."""
    for id_, name in (("A1", "Ann Lee"), ("A2", "ANNA O'Neil"), ("B1", "李明"), ("B_2", "100%")):
        office.customer(id_, name=name)
    return office


def found(office: Office, text: str, most: int = 10) -> list[str]:
    with office.database.reading() as connection:
        return [each.id for each in look_up(connection, text, most)]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("A1", ["A1"]),
        ("A", ["A1", "A2"]),
        ("ann", ["A1", "A2"]),
        ("lee", ["A1"]),
        ("o'neil", ["A2"]),
        ("李", ["B1"]),
        ("B_", ["B_2"]),
        ("100%", ["B_2"]),
        ("100!", []),
        ("b1@EXAMPLE.org", ["B1"]),
        (" A1 ", ["A1"]),
        ("", []),
        ("x", []),
    ],
)
def test_whoever_begins_so_is_found(people: Office, text: str, ids: list[str]) -> None:
    assert sorted(found(people, text)) == ids


def test_a_number_is_found_with_and_without_its_sign(people: Office) -> None:
    number = people.table("customer")[3]["phone"]
    assert found(people, number) == found(people, number[1:]) == ["B_2"]
    assert found(people, f"{number[1:3]} {number[3:]}") == ["B_2"]


def test_no_more_are_found_than_asked_for(people: Office) -> None:
    assert len(found(people, "A", 1)) == 1


def test_every_message_is_on_one_page(people: Office) -> None:
    for id_ in ("A1", "A2", "B1", "B_2"):
        people.owes(id_, "L", "2026-11-28")
    people.plan("2026-11-24T09:00:00")
    with people.database.reading() as connection:
        for state in ("planned", None):
            pages = [page_of_messages(connection, state, skip, 3) for skip in (0, 3, 6)]
            numbers = [row[0] for page in pages for row in page]
            assert [len(page) for page in pages] == [3, 1, 0]
            assert len(set(numbers)) == 4
        assert page_of_messages(connection, None, FURTHEST, 3) == []
        assert names_of(connection, ["A1", "no"]) == {"A1": "Ann Lee"}
        assert list(numbers_of(connection, 1, 5)) == [("reminder", "L@-3d")]


def test_it_is_seen_that_anything_has_changed(people: Office) -> None:
    seen = set()
    for change in (
        lambda: None,
        lambda: people.owes("A1", "L", "2026-11-28"),
        lambda: people.says("A1", "denied", "2026-11-01T10:00:00"),
        lambda: people.plan("2026-11-24T09:00:00"),
        lambda: people.pause("reminder", "2026-11-24T09:00:00"),
        lambda: people.customer("A9"),
    ):
        change()
        with people.database.reading() as connection:
            seen.add(freshness(connection))
    assert len(seen) == 6
