"""Killed again and again, the loop loses nothing, and sends twice only what may be sent again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.office import POLICY, Office, child_environment
from touchpoints.store.soundness import faults

KILLS = 20
HALF = 250
KILLING = str(Path(__file__).with_name("killing.py"))
pytestmark = pytest.mark.sqlite

NINE = "2026-12-07T09:00:00+08:00"


@pytest.fixture(scope="module")
def survivor(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A workspace with 250 greetings and 250 reminders due, after twenty lives and one more."""
    office = Office(tmp_path_factory.mktemp("killed"), POLICY)
    ids = [f"C{number:03d}" for number in range(HALF)]
    office.take(
        "customers",
        *(
            {"id": id_, "name": id_, "email": f"{id_}@example.org", "birthday": "1990-12-07"}
            for id_ in ids
        ),
    )
    said = {
        "channel": "*",
        "category": "marketing",
        "state": "granted",
        "at": "2026-01-01T00:00:00Z",
    }
    office.take("consents", *({"customer": id_} | said for id_ in ids))
    debt = {"kind": "instalment", "ref": "L1", "date": "2026-12-10", "status": "open"}
    money = {"amount": "100", "currency": "CNY"}
    office.take("facts", *({"customer": id_} | debt | money for id_ in ids))
    killer = subprocess.run(
        [sys.executable, KILLING, str(office.folder), NINE, str(KILLS), "20"],
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert killer.returncode == 0, killer.stderr
    return office


@pytest.fixture(scope="module")
def ledger(survivor: Office) -> list[dict[str, Any]]:
    """What really left: the lines of messages.jsonl."""
    index = survivor.folder / "outbox/messages.jsonl"
    return [json.loads(line) for line in index.read_text("utf-8").split("\n") if line]


def test_every_planned_occurrence_is_there_in_one_final_state(survivor: Office) -> None:
    messages = survivor.messages()
    assert len(messages) == 2 * HALF
    states = Counter((row["touchpoint"], row["state"]) for row in messages.values())
    assert states["reminder", "accepted"] == HALF
    assert states["greeting", "accepted"] + states["greeting", "held"] == HALF


def test_what_is_accepted_left(survivor: Office, ledger: list[dict[str, Any]]) -> None:
    left = {line["key"]: line["sha256"] for line in ledger}
    for key, row in survivor.messages().items():
        if row["state"] == "accepted":
            assert left[key] == row["sha256"]


def test_nothing_is_held_that_was_not_being_sent_at_a_kill(survivor: Office) -> None:
    held = [row for row in survivor.table("message") if row["state"] == "held"]
    assert len(held) <= KILLS
    doubtful = {
        row["message_no"] for row in survivor.table("attempt") if row["outcome"] == "in_doubt"
    }
    assert {row["no"] for row in held} <= doubtful
    assert doubtful, "no kill met a message that was being sent"


def test_nothing_left_twice_unless_resending_was_chosen(
    survivor: Office, ledger: list[dict[str, Any]]
) -> None:
    twice = {key for key, count in Counter(line["key"] for line in ledger).items() if count > 1}
    messages = survivor.messages()
    assert {messages[key]["touchpoint"] for key in twice} <= {"reminder"}
    assert all(messages[key]["attempts"] > 1 for key in twice)


def test_every_try_is_on_record_with_one_hash_for_each_message(survivor: Office) -> None:
    hashes: dict[int, set[str]] = {}
    for attempt in survivor.table("attempt"):
        assert attempt["outcome"] in {"accepted", "in_doubt"}
        assert attempt["ended_at"] is not None
        hashes.setdefault(attempt["message_no"], set()).add(attempt["sha256"])
    assert all(len(found) == 1 for found in hashes.values())
    tries = Counter(attempt["message_no"] for attempt in survivor.table("attempt"))
    assert all(tries[row["no"]] == row["attempts"] for row in survivor.table("message"))


def test_the_database_is_whole(survivor: Office) -> None:
    with survivor.database.reading() as connection:
        assert faults(connection) == []
