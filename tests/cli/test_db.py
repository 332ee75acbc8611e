"""`touchpoints db`: made, upgraded, checked."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

import pytest

from tests.office import POLICY, ROOT, Office, child_environment


def test_upgrading_makes_the_tables_and_is_harmless_again(office: Office) -> None:
    office.rule(POLICY.replace("locale: en", "locale: en\ndatabase: sqlite:///fresh.db"))
    first, second = office.ask("db", "upgrade"), office.ask("db", "upgrade")
    assert first == second
    assert first.out == f"{office.folder}/fresh.db: schema 4\n"
    assert (office.folder / "fresh.db").exists()


@pytest.mark.sqlite
def test_an_older_database_is_left_alone_until_it_is_upgraded(office: Office) -> None:
    office.rule(POLICY.replace("locale: en", "locale: en\ndatabase: sqlite:///old.db"))
    connection = sqlite3.connect(office.folder / "old.db")
    connection.executescript((ROOT / "tests/store/schema_1.sql").read_text("utf-8"))
    connection.close()
    for words in (("preview",), ("explain", "C1"), ("status",), ("db", "check")):
        answer = office.ask(*words)
        assert answer.code == 2
        assert "make a copy of the database, then run touchpoints db upgrade" in answer.err
    assert office.ask("db", "upgrade").out == f"{office.folder}/old.db: schema 4\n"
    assert office.ask("preview").code == 0


@pytest.mark.sqlite
def test_a_whole_file_is_said_to_be_whole(office: Office) -> None:
    office.owes_as_new("C1")
    answer = office.ask("db", "check")
    assert (answer.code, answer.out) == (0, f"{office.folder}/touchpoints.db: whole, schema 4\n")


@pytest.mark.sqlite
def test_rows_without_an_owner_are_found(office: Office) -> None:
    connection = sqlite3.connect(office.folder / "touchpoints.db")
    connection.execute("INSERT INTO preference (customer_no, max) VALUES (77, 1)")
    connection.commit()
    connection.close()
    answer = office.ask("db", "check")
    assert answer.code == 1
    assert "1 rows without an owner; restore the file from a backup" in answer.err


@pytest.mark.sqlite
@pytest.mark.parametrize("words", [("plan",), ("preview",), ("explain", "nobody")])
def test_a_command_leaves_its_database_as_one_whole_file(
    office: Office, words: tuple[str, ...]
) -> None:
    # A log beside it would be left out by whoever copies the file.
    office.owes_as_new("C1")
    office.database.close()
    command = [sys.executable, "-m", "touchpoints", "-w", str(office.folder), *words]
    subprocess.run(command, check=False, capture_output=True, env=child_environment())
    left = {path.name for path in office.folder.iterdir() if path.name.startswith("touchpoints.db")}
    assert left <= {"touchpoints.db", "touchpoints.db.lock"}
