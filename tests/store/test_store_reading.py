"""Sweeps of the store that are asked at every tick, whatever customers there are."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.databases import DATABASES
from touchpoints.store import outbox, reading
from touchpoints.store.database import Database
from touchpoints.store.statements import rows, write_rows
from touchpoints.store.zones import living_in, zones_of_customers

HOME, TOKYO, PRAGUE = "Asia/Shanghai", "Asia/Tokyo", "Europe/Prague"


def peopled(zones: Sequence[str | None]) -> Database:
    database = DATABASES.scratch()
    people = [(no, f"C{no}", zone) for no, zone in enumerate(zones, 1)]
    with database.writing() as connection:
        write_rows(connection, "customer", ("no", "id", "timezone"), people)
    return database


@pytest.mark.parametrize(
    ("zones", "expected"),
    [
        ([], []),
        ([None], [HOME]),
        ([TOKYO, None, PRAGUE, TOKYO, "", PRAGUE, HOME], [HOME, TOKYO, PRAGUE]),
        ([PRAGUE] * 3, [PRAGUE]),
    ],
)
def test_every_zone_in_which_somebody_lives_is_named_once(
    zones: list[str | None], expected: list[str]
) -> None:
    with peopled(zones).reading() as connection:
        assert zones_of_customers(connection, HOME) == expected


def test_who_has_no_zone_lives_at_home() -> None:
    with peopled([TOKYO, None, PRAGUE, "", HOME]).reading() as connection:
        everybody = [1, 2, 3, 4, 5]
        assert living_in(connection, everybody, [HOME], HOME) == [2, 4, 5]
        assert living_in(connection, [1, 2, 3], [PRAGUE, HOME], HOME) == [2, 3]
        assert living_in(connection, everybody, [], HOME) == []


@pytest.mark.parametrize("table", ["fact", "message"])
@pytest.mark.sqlite
def test_the_rows_of_one_customer_are_found_without_a_look_at_all_others(table: str) -> None:
    asked: list[str] = []
    with peopled([HOME]).reading() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(asked.append)
        if table == "fact":
            reading.facts(connection, "instalment", 1, 2, [1])
        else:
            outbox.waiting(connection, [1])
            outbox.resting(connection, [1], ["2026"])
            reading.counted(connection, [1], 0)
        driver.set_trace_callback(None)
        steps = [row[3] for sql in asked for row in rows(connection, f"EXPLAIN QUERY PLAN {sql}")]
    searches = [step for step in steps if f" {table} " in f"{step} "]
    assert searches
    assert all("(customer_no=?" in step for step in searches), searches
