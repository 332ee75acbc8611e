"""PostgreSQL: errors in words, one state while others write, and what only a server has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.databases import DATABASES, Server
from tests.office import Office
from touchpoints.errors import StoreError, UsageError
from touchpoints.store.database import Database
from touchpoints.store.dialect import POSTGRESQL
from touchpoints.store.statements import get_meta, put_meta, rows, write, write_rows

SECRET = "s3cret"
ROWS = [(1, "b"), (2, "B"), (3, "a"), (4, "é"), (5, "Z"), (6, "张")]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """A database with customers in it."""
    made = Database(DATABASES.url(tmp_path), tmp_path)
    made.prepare()
    with made.writing() as connection:
        write_rows(connection, "customer", ("no", "id"), ROWS)
    return made


def said(url: str) -> str:
    with pytest.raises((StoreError, UsageError)) as refused:
        Database(url).prepare()
    assert SECRET not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        (f"postgresql://harbour:{SECRET}@127.0.0.1:9/bank", "Connection refused"),
        (f"postgresql://harbour:{SECRET}@nowhere.invalid/bank", "check the name of the host"),
        (f"postgresql+asyncpg://harbour:{SECRET}@db.example/bank", "'asyncpg' is not supported"),
        (f"postgresql://harbour:{SECRET}@db.example/bank?timeout=long", "not a number of seconds"),
    ],
)
@pytest.mark.sqlite
def test_a_server_that_is_not_there_is_said_without_the_password(url: str, remedy: str) -> None:
    assert remedy in said(url)


@pytest.mark.postgresql
def test_a_missing_database_is_said(server: Server) -> None:
    assert "does not exist; name another in `database:`" in said(server.url("no_such_database"))


def test_texts_are_ordered_by_their_code_points(database: Database) -> None:
    with database.reading() as connection:
        found = [id_ for (id_,) in rows(connection, "SELECT id FROM customer ORDER BY id")]
    assert found == ["B", "Z", "a", "b", "é", "张"]


@pytest.mark.parametrize(
    ("sql", "bound", "expected"),
    [
        ("SELECT no FROM customer WHERE id IN :ids ORDER BY no", {"ids": ["a", "b"]}, [1, 3]),
        ("SELECT no FROM customer WHERE id NOT IN :ids ORDER BY no", {"ids": ["a", "é"]}, 4),
        ("SELECT no FROM customer WHERE id NOT IN :ids", {"ids": []}, 6),
        ("SELECT no FROM customer WHERE id IN :ids", {"ids": []}, []),
        ("SELECT no FROM customer WHERE id LIKE '%' AND no = :no", {"no": 2}, [2]),
        ("SELECT no FROM customer WHERE ':no%' <> id AND no = :no", {"no": 2}, [2]),
        ("SELECT no FROM customer WHERE id = :id OR :id = 'x' AND no > 5", {"id": "x"}, [6]),
        ("SELECT 7 WHERE CAST(:none AS VARCHAR) IS NULL", {"none": None}, [7]),
    ],
)
def test_one_statement_is_understood_by_both(
    database: Database, sql: str, bound: dict[str, object], expected: list[int] | int
) -> None:
    with database.reading() as connection:
        found = [no for (no,) in rows(connection, sql, bound)]
    assert (found if isinstance(expected, list) else len(found)) == expected


@pytest.mark.sqlite
def test_a_cast_a_text_and_a_percent_are_no_names() -> None:
    text, values = POSTGRESQL.bound("SELECT ':a'::text, 5 % :b, a.c::int", {"a": 1, "b": 2})
    assert (text, values) == ("SELECT ':a'::text, 5 %% %s, a.c::int", [2])


def test_an_instant_after_2038_is_kept(database: Database) -> None:
    with database.writing() as connection:
        write(connection, "INSERT INTO pause (touchpoint, since) VALUES ('t', :at)", {"at": 2**33})
        assert rows(connection, "SELECT since FROM pause") == [(2**33,)]


@pytest.mark.postgresql
def test_a_reading_cannot_write_on_a_server(database: Database) -> None:
    with pytest.raises(StoreError, match="read-only"), database.reading() as connection:
        put_meta(connection, "x", "y")


@pytest.mark.postgresql
def test_a_text_with_a_character_of_code_0_is_said(database: Database) -> None:
    told = "take the characters of code 0 out"
    with pytest.raises(StoreError, match=told), database.writing() as connection:
        put_meta(connection, "x", "a\0b")


def test_who_waits_too_long_for_a_row_is_told(database: Database, tmp_path: Path) -> None:
    url = DATABASES.url(tmp_path)
    impatient = Database(f"{url}{'&' if '?' in url else '?'}timeout=0.2")
    with database.writing() as connection:
        write(connection, "UPDATE customer SET name = 'x' WHERE no = 1", {})
        with (
            pytest.raises(StoreError, match="another program is writing"),
            impatient.writing() as other,
        ):
            write(other, "UPDATE customer SET name = 'y' WHERE no = 1", {})
    impatient.close()


@pytest.mark.postgresql
def test_after_a_lost_connection_the_next_transaction_works(
    database: Database, server: Server
) -> None:
    lost = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    with database.reading() as connection:
        assert len(rows(connection, "SELECT no FROM customer")) == 6
    server.run(lost)
    with database.reading() as connection:
        assert len(rows(connection, "SELECT no FROM customer")) == 6

    def interrupted() -> None:
        with database.writing() as connection:
            put_meta(connection, "x", "y")
            server.run(lost)
            put_meta(connection, "x", "z")

    with pytest.raises(StoreError, match="nothing of this run was stored"):
        interrupted()
    with database.reading() as connection:
        assert get_meta(connection, "x") is None


def test_a_copy_in_memory_has_everything_and_is_sqlite(office: Office) -> None:
    office.owes_as_new("C1")
    office.plan("2026-12-06T10:00")
    twin = office.database.copy()
    with twin.reading() as connection:
        assert connection.dialect.name == "sqlite"
        found = rows(connection, "SELECT state, counts, in_doubt FROM message")
        assert get_meta(connection, "schema") == str(office.database.schema())
    assert found == [("planned", 1, 0)]


def test_a_row_that_a_server_cannot_keep_is_rejected_alone(office: Office, backend: str) -> None:
    records = ({"id": "A"}, {"id": "B", "note": "a\0b"}, {"id": "C", "note": "x" * 5000})
    file = office.write("in.jsonl", "".join(json.dumps(each) + "\n" for each in records))
    answer = office.ask("import", "customers", str(file))
    ids = [row["id"] for row in office.table("customer", "id")]
    refused = ["B"] if backend == "postgresql" else []
    assert ids == [each["id"] for each in records if each["id"] not in refused]
    assert ("a character of code 0" in answer.err + answer.out) == bool(refused)


def test_a_key_of_another_host_is_refused(office: Office) -> None:
    office.customer("C1")
    office.customer("C2")
    assert office.ask("customer", "forget", "C1", "--yes").code == 0
    key = office.database.key_file
    assert key is not None
    key.write_bytes(bytes(32))
    answer = office.ask("customer", "forget", "C2", "--yes")
    assert answer.code == 1
    assert "not the one that this database was used with; copy the right one" in answer.err
    key.unlink()
    assert "restore it from a backup" in office.ask("customer", "forget", "C2", "--yes").err


def test_rows_without_an_owner_are_found(office: Office, backend: str) -> None:
    office.customer()
    assert "whole, schema" in office.ask("db", "check").out
    if backend == "postgresql":
        with office.database.writing() as connection:
            write(connection, "SET LOCAL session_replication_role = replica", {})
            write(connection, "INSERT INTO preference (customer_no) VALUES (77)", {})
        answer = office.ask("db", "check")
        assert "1 rows without an owner; restore the database from a backup" in answer.err


@pytest.mark.postgresql
def test_the_first_to_come_makes_the_tables_and_reading_makes_none(server: Server) -> None:
    url = server.new(empty=True)
    database = Database(url)
    with database.reading() as connection:
        assert rows(connection, "SELECT COUNT(*) FROM customer") == [(0,)]
    assert not database.exists()
    database.prepare()
    database.prepare()
    assert Database(url).exists()


@pytest.mark.postgresql
def test_the_tables_of_another_program_are_refused(server: Server) -> None:
    url = server.new(empty=True)
    database = Database(url)
    database.prepare()
    with database.writing() as connection:
        write(connection, "DROP TABLE meta", {})
    database.close()
    assert "other tables than touchpoints; name another one" in said(url)
