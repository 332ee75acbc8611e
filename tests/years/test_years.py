"""A quarter of a year of each house, and a checker that finds what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.years.__main__ import HOUSES
from tests.years.checker import Checker, Line, read_lines
from tests.years.days import business_days_before, czech_holidays, easter
from tests.years.office import DATA, MISSING, found, simulate

here = pytest.mark.skipif(not DATA.is_dir(), reason=MISSING)

QUARTERS = {"bank": (17, "1996-11-15", "1997-02-15"), "shop": (20, "2018-07-01", "2018-10-01")}
"""Of so many customers one, from when until when: the first consents; half a year after purchases.

All customers and all years are checked by `python -m tests.years`; see docs/proofs.md.
"""
Quarter = tuple[list[dict[str, Any]], Checker]


@pytest.fixture(scope="module")
def quarters(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Quarter]:
    """The decisions of a quarter and their checker, each quarter simulated once."""
    done: dict[str, Quarter] = {}

    def quarter(name: str) -> Quarter:
        if name not in done:
            (house, book), (every, first, last) = HOUSES[name], QUARTERS[name]
            folder = found(house, tmp_path_factory.mktemp(name), every)
            zone = ZoneInfo(house.zone)
            since, until = (
                datetime.fromisoformat(day).replace(tzinfo=zone) for day in (first, last)
            )
            checker = Checker(book(since.year, until.year, every), (since, until))
            done[name] = read_lines(simulate(folder, (since, until))), checker
        return done[name]

    return quarter


@here
def test_a_quarter_keeps_every_promise_and_has_something_of_everything(
    quarters: Callable[[str], Quarter],
) -> None:
    for name, least in (("bank", 250), ("shop", 700)):
        lines, checker = quarters(name)
        assert checker.faults(lines) == []
        assert len(lines) >= least
    lines = [*quarters("bank")[0], *quarters("shop")[0]]
    told = {line["reason"] or f"{line['touchpoint']} by {line['channel']}" for line in lines}
    assert {"holdout", "shadow", "merged", "no_consent", "no_address", "no_time"} <= told
    assert {"statement by email", "instalment-due by sms", "survey-again by email"} <= told
    assert {"cap:one-birthday-wish", "cap:one-survey", "cap:news-monthly"} <= told


WITHHELD = {"verdict": "withhold", "channel": None, "send_at": None, "detail": "x"}
DAMAGE: dict[str, tuple[str, dict[str, Any]]] = {
    "not allowed": ("instalment-due", {"time": "T05:00:00"}),
    "is not a minute of": ("statement", {"zone": "+05:00"}),
    "went out by": ("instalment-due", {"channel": "pigeon"}),
    "is scored": ("instalment-due", {"score": 1.0}),
    "nobody is called": ("instalment-due", {"customer": "no such"}),
    "is not told": ("instalment-due", {"occurrence": "L1@-9d"}),
    "was not asked for": ("instalment-due", {"occurrence": "L1@-9d"}),
    "had room at": ("statement", WITHHELD | {"reason": "cap:one-a-day"}),
    "which was not full": ("instalment-due", WITHHELD | {"reason": "cap:one-survey"}),
    "in an hour": ("statement", {"time": "T09:00:00"}),
    "with the reason": ("statement", {"reason": "gap"}),
    "is told as": ("statement", {"category": "marketing"}),
}


@here
def test_the_checker_finds_what_is_wrong(quarters: Callable[[str], Quarter]) -> None:
    # One test for all: each that another process runs would simulate the quarter once more.
    lines, checker = quarters("bank")
    found = {fault: checker.faults(_harmed(lines, fault)) for fault in DAMAGE}
    assert [fault for fault in DAMAGE if not any(fault in one for one in found[fault])] == []


@here
def test_the_checker_finds_what_is_told_twice(quarters: Callable[[str], Quarter]) -> None:
    lines, checker = quarters("shop")
    assert any("is told 2 times" in fault for fault in checker.faults([*lines, lines[0]]))


@pytest.mark.parametrize(
    ("year", "expected"), [(1993, "04-11"), (1996, "04-07"), (1998, "04-12"), (2000, "04-23")]
)
def test_the_checker_knows_easter(year: int, expected: str) -> None:
    assert f"{easter(year):%m-%d}" == expected


def test_the_checker_counts_business_days_back_over_holidays() -> None:
    new_year = datetime(1997, 1, 2).date()
    assert len(czech_holidays(1997)) == 11
    assert business_days_before(new_year, 3).isoformat() == "1996-12-27"


def _harmed(lines: list[dict[str, Any]], fault: str) -> list[dict[str, Any]]:
    """The lines with that fault: in the first that was sent, or in all where it needs many."""
    name, damage = DAMAGE[fault]
    sent = [line for line in lines if (line["touchpoint"], line["verdict"]) == (name, "send")]
    harmed = sent if fault == "in an hour" else sent[:1]
    return [_damaged(line, damage) if line in harmed else line for line in lines]


def _damaged(line: Line, damage: dict[str, Any]) -> dict[str, Any]:
    told = str(line["send_at"])
    at = told[:10] + damage.get("time", told[10:19]) + damage.get("zone", told[19:])
    return {**line, "send_at": at, **damage}
