"""`touchpoints simulate`: the daemon's loop on a virtual clock, over a copy of the data."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.office import POLICY, Office

WEEK = ("--from", "2026-12-05T00:00:00+08:00", "--until", "2026-12-12T00:00:00+08:00")
LINES = ("simulate", *WEEK, "--format", "jsonl")
TABLES = ("meta", "customer", "fact", "consent", "preference", "history", "message", "attempt")


@pytest.fixture
def town(offices: Callable[[str], Office]) -> Office:
    """Eight customers with birthdays and debts in one week, and a cap."""
    office = offices(POLICY.replace("caps: []", "caps: [{name: weekly, max: 1, per: 7d}]"))
    for number in range(1, 9):
        office.customer(f"C{number}", birthday=f"1990-12-{number + 3:02d}")
        if number % 2:
            office.says(f"C{number}", "granted", "2026-01-01T00:00")
        if number < 6:
            office.owes(f"C{number}", "L1", f"2026-12-{number + 8:02d}")
    return office


def test_it_tells_what_would_go_out_and_what_not_with_reasons(town: Office) -> None:
    lines = town.lines(*LINES)
    told = {f"{line['customer']}/{line['touchpoint']}": line for line in lines}
    assert len(told) == len(lines)
    assert told["C1/reminder"]["send_at"] == "2026-12-06T09:00:00+08:00"
    assert told["C3/greeting"]["reason"] == "cap:weekly"
    assert told["C6/greeting"]["reason"] == "no_consent"
    assert told["C7/greeting"]["send_at"] == "2026-12-10T09:00:00+08:00"


def test_twice_it_says_the_same(town: Office) -> None:
    assert town.ask(*LINES).out == town.ask(*LINES).out


@pytest.mark.sqlite
def test_the_data_stay_as_they_are_and_nothing_is_sent(town: Office) -> None:
    town.plan("2026-12-05T00:00")
    before = {name: town.table(name) for name in TABLES}
    town.database.close()
    content = (town.folder / "touchpoints.db").read_bytes()
    assert town.ask(*LINES).code == 0
    assert (town.folder / "touchpoints.db").read_bytes() == content
    assert {name: town.table(name) for name in TABLES} == before
    assert not (town.folder / "outbox").exists()


def test_a_stored_plan_makes_no_difference(town: Office) -> None:
    fresh = town.lines(*LINES)
    town.plan("2026-12-05T00:00")
    assert town.lines(*LINES) == fresh


def test_a_real_server_is_not_spoken_to(town: Office) -> None:
    town.rule(
        POLICY.replace(
            "transport: file, path: outbox, from",
            'transport: smtp, url: "smtp://mail.example:25", from',
        )
    )
    assert sum(line["verdict"] == "send" for line in town.lines(*LINES)) > 5


def test_it_says_what_a_daemon_says_that_ticks_every_hour(town: Office) -> None:
    simulated = [line for line in town.lines(*LINES) if line["verdict"] == "send"]
    for hour in range(7 * 24):
        when = f"2026-12-{5 + hour // 24:02d}T{hour % 24:02d}:00:00+08:00"
        if hour % 24 in {0, 8, 9, 10, 20}:
            assert town.ask("run", "--once", "--as-of", when).code == 0
    ran = town.lines("outbox", "list", "--state", "accepted", "--format", "jsonl")
    names = ("customer", "touchpoint", "occurrence", "channel", "send_at")
    assert sorted([line[name] for name in names] for line in ran) == sorted(
        [line[name] for name in names] for line in simulated
    )


def test_a_workspace_without_a_database_is_empty(office: Office) -> None:
    office.rule(POLICY.replace("locale: en", "locale: en\ndatabase: sqlite:///none.db"))
    answer = office.ask(*LINES)
    assert (answer.code, answer.out) == (0, "")
    assert not (office.folder / "none.db").exists()


def test_the_table_counts(town: Office) -> None:
    answer = town.ask("simulate", *WEEK)
    assert answer.code == 0
    assert "Simulation of Harbour Bank" in answer.out
    assert "cap:weekly" in answer.out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--from", WEEK[3], "--until", WEEK[1]), "--until must come after --from"),
        (("--from", WEEK[1], "--until", WEEK[1]), "--until must come after --from"),
        (("--from", WEEK[1]), "Missing option '--until'"),
        (("--from", "2026-12-05", "--until", WEEK[3]), "write it with its zone"),
    ],
)
def test_a_span_that_is_none_is_refused(
    office: Office, words: tuple[str, ...], complaint: str
) -> None:
    answer = office.ask("simulate", *words)
    assert answer.code == 2
    assert complaint in answer.err
