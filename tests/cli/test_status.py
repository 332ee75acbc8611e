"""`touchpoints status`: what waits, what went, what is held, lag and last tick."""

from __future__ import annotations

import json

import pytest

from tests.office import Office


def test_an_empty_workspace_has_a_status(office: Office) -> None:
    answer = office.ask("status")
    assert answer.code == 0
    assert "last tick" in answer.out
    assert "never" in answer.out


def test_figures_are_there_for_people_and_for_programs(office: Office) -> None:
    for number in range(1, 4):
        office.owes_as_new(f"C{number}")
    office.customer("C4", birthday="1990-12-08")
    office.ask("run", "--once", "--as-of", "2026-12-07T08:00:00+08:00")
    office.ask("pause", "greeting")
    as_of = ("--as-of", "2026-12-07T09:10:00+08:00")
    told = json.loads(office.ask("status", "--json", *as_of).out)
    assert told == {
        "customers": 4,
        "states": {"planned": 3, "withheld": 1},
        "due": 3,
        "lag": 600,
        "next_send_at": None,
        "last_tick_at": "2026-12-07T00:00:00+00:00",
        "last_plan_at": "2026-12-07T00:00:00+00:00",
        "paused": ["greeting"],
        "stops": {},
    }
    words = office.ask("status", *as_of).out
    for text in ("planned", "600 s", "2026-12-07T08:00+08:00", "greeting"):
        assert text in words


@pytest.mark.sqlite
def test_a_status_writes_nothing(office: Office) -> None:
    before = (office.folder / "touchpoints.db").read_bytes()
    office.ask("status")
    assert (office.folder / "touchpoints.db").read_bytes() == before
