"""`touchpoints outbox`: messages listed and shown whole."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.office import Office

NINE = "2026-12-07T09:00:00+08:00"


@pytest.fixture
def sent(office: Office) -> Office:
    """A reminder that went out, a later one that is planned, a greeting that is withheld."""
    office.owes_as_new("C1")
    office.owes("C1", "L2", "2026-12-12")
    office.customer("C2", birthday="1990-12-07")
    assert office.ask("run", "--once", "--as-of", NINE).code == 0
    return office


def listed(office: Office, *words: str) -> list[str]:
    lines = office.lines("outbox", "list", *words, "--format", "jsonl")
    return [f"{line['customer']}/{line['touchpoint']}/{line['occurrence']}" for line in lines]


def test_messages_come_in_the_order_of_their_time(sent: Office) -> None:
    assert listed(sent) == ["C1/reminder/L1@-3d", "C2/greeting/2026", "C1/reminder/L2@-3d"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--state", "accepted"), ["C1/reminder/L1@-3d"]),
        (
            ("--state", "planned", "--state", "withheld"),
            ["C2/greeting/2026", "C1/reminder/L2@-3d"],
        ),
        (("--customer", "C2"), ["C2/greeting/2026"]),
        (("--state", "held"), []),
    ],
)
def test_a_list_may_be_narrowed(sent: Office, words: tuple[str, ...], expected: list[str]) -> None:
    assert listed(sent, *words) == expected


def test_a_list_that_is_cut_says_so(sent: Office) -> None:
    answer = sent.ask("outbox", "list", "--limit", "1", "--format", "jsonl")
    assert len(answer.out.splitlines()) == 1
    assert "the first 1 messages; more with --limit" in answer.err


def test_csv_and_table_have_the_same_messages(sent: Office) -> None:
    lines = sent.lines("outbox", "list", "--format", "jsonl")
    rows = list(csv.DictReader(io.StringIO(sent.ask("outbox", "list", "--format", "csv").out)))
    assert [row["occurrence"] for row in rows] == [line["occurrence"] for line in lines]
    table = sent.ask("outbox", "list").out
    for line in lines:
        assert f"{line['occurrence']}" in table


def test_times_are_those_of_the_customer(office: Office) -> None:
    office.owes_as_new("C1", timezone="America/New_York")
    office.ask("plan", "--as-of", NINE)
    (line,) = office.lines("outbox", "list", "--format", "jsonl")
    assert line["send_at"] == "2026-12-07T09:00:00-05:00"


def test_a_message_is_shown_whole_with_every_try(sent: Office) -> None:
    (line,) = sent.lines("outbox", "list", "--state", "accepted", "--format", "jsonl")
    told = json.loads(sent.ask("outbox", "show", str(line["no"])).out)
    assert told["customer"] == "C1"
    assert told["address"] == "c1@example.org"
    assert told["subject"] == "Instalment L1"
    assert told["sent_at"] == NINE
    assert len(told["sha256"]) == 64
    (tried,) = told["tries"]
    assert (tried["number"], tried["outcome"], tried["began_at"]) == (1, "accepted", NINE)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("show", "99"), "no message 99 in the outbox; see touchpoints outbox list"),
        (("show", "one"), "'one' is not a valid integer"),
        (("list", "--customer", "C9"), "no customer 'C9'"),
        (("list", "--state", "planed"), "'planed' is not one of"),
    ],
)
def test_what_is_not_there_is_said(sent: Office, words: tuple[str, ...], complaint: str) -> None:
    answer = sent.ask("outbox", *words)
    assert (answer.code, answer.out) == (2, "")
    assert complaint in answer.err
