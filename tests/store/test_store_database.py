"""The database: opened safely, transactions that say whether they write, errors in words."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import DATABASES
from tests.office import child_environment
from touchpoints.errors import StoreError, UsageError
from touchpoints.store.database import Database
from touchpoints.store.schema import KNOWN_SCHEMA, NewerDatabaseError, OlderDatabaseError
from touchpoints.store.statements import get_meta, put_meta, rows, write, write_rows


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a database is to be."""
    return tmp_path / "touchpoints.db"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Where a database is, or is to be."""
    return DATABASES.url(tmp_path)


@pytest.fixture
def database(url: str) -> Database:
    """A database with empty tables."""
    made = Database(url)
    made.prepare()
    return made


def put(database: Database, name: str, value: str) -> None:
    with database.writing() as connection:
        put_meta(connection, name, value)


def get(database: Database, name: str) -> str | None:
    with database.reading() as connection:
        return get_meta(connection, name)


def made_by_hand(file: Path, *statements: str) -> Path:
    connection = sqlite3.connect(file)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return file


def test_preparing_twice_changes_nothing(database: Database) -> None:
    put(database, "last_tick_at", "7")
    database.prepare()
    assert (get(database, "last_tick_at"), database.schema()) == ("7", KNOWN_SCHEMA)


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1)],
)
@pytest.mark.sqlite
def test_every_connection_is_set_for_safety(
    database: Database, pragma: str, value: str | int
) -> None:
    with database.reading() as connection:
        assert rows(connection, f"PRAGMA {pragma}") == [(value,)]
    with database.writing() as connection:
        assert rows(connection, f"PRAGMA {pragma}") == [(value,)]


@pytest.mark.sqlite
def test_a_connection_waits_for_others_at_least_five_seconds(database: Database) -> None:
    with database.reading() as connection:
        assert rows(connection, "PRAGMA busy_timeout")[0][0] >= 5000


@pytest.mark.sqlite
def test_a_missing_file_reads_as_empty_and_reading_makes_none(file: Path) -> None:
    database = Database(f"sqlite:///{file}")
    with database.reading() as connection:
        assert rows(connection, "SELECT COUNT(*) FROM customer") == [(0,)]
    assert not file.exists()


@pytest.mark.sqlite
def test_a_missing_file_is_made_by_preparing_even_after_it_was_read(file: Path) -> None:
    database = Database(f"sqlite:///{file}")
    with database.reading():
        pass
    database.prepare()
    put(database, "last_tick_at", "7")
    assert get(Database(f"sqlite:///{file}"), "last_tick_at") == "7"


def test_an_error_takes_back_the_whole_transaction(database: Database) -> None:
    def half() -> None:
        with database.writing() as connection:
            put_meta(connection, "last_tick_at", "7")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert get(database, "last_tick_at") is None
    put(database, "last_tick_at", "8")
    assert get(database, "last_tick_at") == "8"


def test_a_reading_sees_one_state_while_others_write(database: Database, url: str) -> None:
    other = Database(url)
    put(database, "last_tick_at", "7")
    with other.reading() as connection:
        assert get_meta(connection, "last_tick_at") == "7"
        put(database, "last_tick_at", "8")
        assert get_meta(connection, "last_tick_at") == "7"
    assert get(other, "last_tick_at") == "8"


def test_a_reader_stops_no_writer_and_a_writer_stops_no_reader(
    database: Database, url: str
) -> None:
    other = Database(url)
    with other.reading() as reading:
        rows(reading, "SELECT * FROM meta")
        put(database, "last_tick_at", "7")
    with database.writing() as writing:
        put_meta(writing, "last_tick_at", "8")
        assert get(other, "last_tick_at") == "7"


def test_a_copy_is_independent_and_has_what_is_committed(database: Database) -> None:
    put(database, "last_tick_at", "7")
    copy = database.copy()
    put(copy, "last_tick_at", "8")
    assert (get(database, "last_tick_at"), get(copy, "last_tick_at")) == ("7", "8")


@pytest.mark.sqlite
def test_a_copy_of_nothing_is_empty(file: Path) -> None:
    copy = Database(f"sqlite:///{file}").copy()
    with copy.reading() as connection:
        assert rows(connection, "SELECT COUNT(*) FROM customer") == [(0,)]
    assert not file.exists()


def test_closing_lets_go_and_opening_again_works(database: Database) -> None:
    put(database, "last_tick_at", "7")
    database.close()
    assert get(database, "last_tick_at") == "7"


@pytest.mark.parametrize("count", [0, 1, 40_000])
def test_a_list_of_any_length_may_be_looked_up(database: Database, count: int) -> None:
    with database.reading() as connection:
        found = rows(
            connection,
            "SELECT 1 FROM meta WHERE name IN :names",
            {"names": [f"n{number}" for number in range(count)] + ["schema"]},
        )
    assert found == [(1,)]


def test_many_rows_are_written_at_once_and_none_is_no_error(database: Database) -> None:
    with database.writing() as connection:
        write_rows(connection, "meta", ("name", "value"), [])
        write_rows(connection, "meta", ("name", "value"), ((f"n{n}", str(n)) for n in range(5000)))
        assert write(connection, "UPDATE meta SET value = 'x' WHERE name = :name", []) == 0
    with database.reading() as connection:
        assert rows(connection, "SELECT COUNT(*) FROM meta") == [(5001,)]


def test_a_row_without_its_owner_is_refused(database: Database) -> None:
    def orphaned() -> None:
        with database.writing() as connection:
            write(connection, "INSERT INTO pause VALUES ('t', 1)", {})
            write(connection, "INSERT INTO preference (customer_no) VALUES (77)", {})

    with pytest.raises(StoreError, match=r"(?i)foreign key"):
        orphaned()
    with database.reading() as connection:
        assert rows(connection, "SELECT * FROM pause") == []


@pytest.mark.sqlite
def test_a_newer_schema_is_refused_before_anything_is_done(file: Path) -> None:
    made_by_hand(
        file,
        "CREATE TABLE meta (name TEXT, value TEXT)",
        "INSERT INTO meta VALUES ('schema', '7')",
    )
    content = file.read_bytes()
    with pytest.raises(
        NewerDatabaseError, match=f"schema 7.* up to {KNOWN_SCHEMA}; install a newer touchpoints"
    ):
        Database(f"sqlite:///{file}").prepare()
    with pytest.raises(NewerDatabaseError), Database(f"sqlite:///{file}").reading():
        pass
    # The journal's mode stands in bytes 18 and 19 of a database file; nothing else may differ.
    assert file.read_bytes()[100:] == content[100:]


SCHEMA_1 = (Path(__file__).parent / "schema_1.sql").read_text("utf-8")


@pytest.fixture
def old_file(file: Path) -> Path:
    """A database of schema 1 with a customer, a fact and a message in it."""
    return made_by_hand(
        file,
        *SCHEMA_1.splitlines(),
        "INSERT INTO customer (no, id) VALUES (1, 'C1')",
        "INSERT INTO fact (customer_no, kind, ref, date) VALUES (1, 'loan', 'L1', 20000)",
        "INSERT INTO message (customer_no, touchpoint, occurrence, state, category, counts,"
        " close_at, score, changed_at) VALUES (1, 'wish', '2026', 'rejected', 'x', 1, 9, 1.0, 9)",
    )


def shape(database: Database) -> dict[str, object]:
    """Every table with its columns and the columns of its indexes, whatever their order.

    And the triggers as they are written.
    """
    with database.reading() as connection:
        master = "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND type = 'table'"
        tables = [str(name) for (name,) in rows(connection, master)]
        triggers = "SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        return {"triggers": rows(connection, triggers)} | {
            table: (
                sorted(row[1:4] for row in rows(connection, f"PRAGMA table_info({table})")),
                sorted(
                    [str(column) for _, _, column in rows(connection, f"PRAGMA index_info({name})")]
                    for _, name, *_ in rows(connection, f"PRAGMA index_list({table})")
                ),
            )
            for table in tables
        }


@pytest.mark.sqlite
def test_an_older_database_is_upgraded_in_place_and_keeps_its_rows(
    old_file: Path, tmp_path: Path
) -> None:
    database = Database(f"sqlite:///{old_file}")
    database.prepare()
    database.prepare()
    fresh = Database(f"sqlite:///{tmp_path}/fresh.db")
    fresh.prepare()
    assert database.schema() == KNOWN_SCHEMA
    assert shape(database) == shape(fresh)
    with database.reading() as connection:
        assert rows(connection, "SELECT ref, closed_at FROM fact") == [("L1", None)]
        assert rows(connection, "SELECT state, failed FROM message") == [("rejected", None)]


@pytest.mark.sqlite
def test_an_older_database_is_not_read_before_it_is_upgraded(old_file: Path) -> None:
    database = Database(f"sqlite:///{old_file}")
    said = f"schema 1.* with {KNOWN_SCHEMA}; .*touchpoints db upgrade"
    for _ in range(2):
        with pytest.raises(OlderDatabaseError, match=said), database.reading():
            pass


@pytest.mark.sqlite
def test_the_database_of_another_program_is_refused(file: Path) -> None:
    made_by_hand(file, "CREATE TABLE shop (name TEXT)")
    with pytest.raises(UsageError, match="other tables than touchpoints; name another one"):
        Database(f"sqlite:///{file}").prepare()


@pytest.mark.sqlite
def test_what_is_no_database_is_said_with_the_way_out(file: Path) -> None:
    file.write_text("name: Harbour Bank\n" * 100)
    with pytest.raises(StoreError, match="is something else; name another in `database:`"):
        Database(f"sqlite:///{file}").prepare()
    assert file.read_text().startswith("name:")


@pytest.mark.sqlite
def test_a_damaged_file_is_said_with_the_way_out(database: Database, file: Path) -> None:
    with database.writing() as connection:
        write_rows(
            connection, "meta", ("name", "value"), ((f"n{n}", "x" * 500) for n in range(500))
        )
    database.close()
    content = bytearray(file.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    file.write_bytes(bytes(content))
    with pytest.raises(StoreError, match="the file is damaged; restore it from a backup"):
        get(Database(f"sqlite:///{file}"), "n7")


@pytest.mark.sqlite
def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such folder for the database"):
        Database(f"sqlite:///{tmp_path}/no/touchpoints.db").prepare()


@pytest.mark.sqlite
def test_a_folder_in_place_of_the_file_is_said(file: Path) -> None:
    file.mkdir()
    with pytest.raises(StoreError, match="check that the folder exists and may be written to"):
        Database(f"sqlite:///{file}").prepare()


@pytest.mark.sqlite
def test_another_kind_of_database_is_refused_without_its_password() -> None:
    with pytest.raises(UsageError, match="expected sqlite:///FILE") as refused:
        Database("mysql://harbour:s3cret@db.example/bank")
    assert "s3cret" not in str(refused.value)


@pytest.mark.sqlite
def test_a_locked_database_is_said_with_the_way_out(database: Database, file: Path) -> None:
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    impatient = Database(f"sqlite:///{file}?timeout=0.2")
    try:
        with pytest.raises(StoreError, match="another program is writing to it; try again"):
            put(impatient, "last_tick_at", "7")
        assert get(impatient, "last_tick_at") is None
    finally:
        holder.rollback()
        holder.close()
    put(impatient, "last_tick_at", "7")


FILL = """
import resource, sys
from touchpoints.errors import StoreError
from touchpoints.store.database import Database
from touchpoints.store.statements import write_rows
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    with Database(f"sqlite:///{sys.argv[1]}").writing() as connection:
        rows = ((f"n{n}", "x" * 900) for n in range(3000))
        write_rows(connection, "meta", ("name", "value"), rows)
except StoreError as error:
    print(error)
    sys.exit(7)
"""


@pytest.mark.sqlite
def test_a_full_disk_is_said_and_nothing_of_the_run_is_stored(
    database: Database, file: Path
) -> None:
    put(database, "last_tick_at", "7")
    filled = subprocess.run(
        [sys.executable, "-c", FILL, str(file)],
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert filled.returncode == 7, filled.stderr
    assert "nothing of this run was stored" in filled.stdout
    with database.reading() as connection:
        assert rows(connection, "SELECT COUNT(*) FROM meta WHERE name LIKE 'n%'") == [(0,)]
        assert rows(connection, "PRAGMA integrity_check") == [("ok",)]
    assert get(database, "last_tick_at") == "7"
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 300_000
