"""Migrations: from every released schema to the very tables of a new database."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import make_url

from tests.databases import DATABASES, Server
from touchpoints.store.database import Database
from touchpoints.store.schema import KNOWN_SCHEMA, revision
from touchpoints.store.statements import put_meta, rows, write
from touchpoints.store.upgrading import MIGRATIONS, migrate

RELEASED = {1: (Path(__file__).parent / "schema_1.sql").read_text("utf-8")}
"""The tables as each released program made them."""


def shape(database: Database) -> dict[str, object]:
    """Every table with its columns, the columns of its indexes, its keys and its triggers."""
    with database.reading() as connection:
        return {
            table: (
                sorted(row[1:] for row in rows(connection, f"PRAGMA table_info({table})")),
                sorted(_indexes(connection, table)),
                sorted(row[2:] for row in rows(connection, f"PRAGMA foreign_key_list({table})")),
                rows(
                    connection,
                    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
                    " AND tbl_name = :table ORDER BY name",
                    {"table": table},
                ),
            )
            for (table,) in rows(
                connection,
                "SELECT name FROM sqlite_master WHERE name <> 'sqlite_sequence'"
                " AND type = 'table' ORDER BY name",
            )
        }


def _indexes(connection: Connection, table: str) -> list[tuple[object, ...]]:
    """Columns, uniqueness and condition of each index; an expression is told by its SQL."""
    found = []
    for _, name, unique, _, partial in rows(connection, f"PRAGMA index_list({table})"):
        columns = [str(row[2]) for row in rows(connection, f"PRAGMA index_info({name})")]
        said = "SELECT sql FROM sqlite_master WHERE name = :name AND sql IS NOT NULL"
        sql = rows(connection, said, {"name": name}) if "None" in columns or partial else []
        found.append((columns, unique, partial, sql))
    return found


def without_order(found: dict[str, object]) -> dict[str, object]:
    """A shape in which columns that were added later stand where they stand in a new table."""
    return {
        table: (sorted(column[:-1] for column in columns), *others)
        for table, (columns, *others) in found.items()  # type: ignore[misc]
    }


@pytest.fixture
def new(tmp_path: Path) -> Database:
    """A database that this program has made."""
    database = Database(f"sqlite:///{tmp_path}/new.db")
    database.prepare()
    return database


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where an older one is to be."""
    return tmp_path / "old.db"


def released(file: Path, schema: int) -> None:
    """Make a database as the program of that schema did."""
    connection = sqlite3.connect(file)
    connection.executescript(RELEASED[schema])
    connection.close()


def brought(url: str, found: int) -> Database:
    """A database whose tables were made by the migrations, up to a schema, and then by `prepare`.

    It holds a message that was stored under that schema.
    """
    there = make_url(url)
    on_file = there.get_backend_name() == "sqlite"
    engine = create_engine(there if on_file else there.set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        migrate(connection, None, revision(found))
        put_meta(connection, "schema", str(found))
        write(connection, "INSERT INTO customer (no, id) VALUES (1, 'C1')", {})
        write(
            connection,
            "INSERT INTO message (customer_no, touchpoint, occurrence, state, category, counts,"
            " close_at, score, changed_at)"
            " VALUES (1, 'birthday', '2026-03-01', 'planned', 'marketing', TRUE, 9, 1, 5)",
            {},
        )
    engine.dispose()
    database = Database(url)
    database.prepare()
    return database


def on_server(database: Database) -> list[tuple[object, ...]]:
    """Every column, index, key, trigger and function of a database on a server."""
    with database.reading() as connection:
        return [
            *rows(
                connection,
                "SELECT table_name, column_name, data_type, is_nullable, column_default"
                " FROM information_schema.columns WHERE table_schema = current_schema()"
                " ORDER BY table_name, column_name",
            ),
            *sorted(
                (re.sub(r"INDEX \w+ ON", "INDEX ON", definition),)
                for (definition,) in rows(
                    connection,
                    "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()",
                )
            ),
            *rows(
                connection,
                "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE contype = 'f' ORDER BY 1, 2",
            ),
            *rows(
                connection,
                "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
            ),
            *rows(
                connection,
                "SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'message_%' ORDER BY 1",
            ),
        ]


@pytest.mark.sqlite
@pytest.mark.parametrize("schema", RELEASED)
def test_every_released_schema_leads_to_the_tables_of_a_new_database(
    file: Path, schema: int, new: Database
) -> None:
    released(file, schema)
    old = Database(f"sqlite:///{file}")
    old.prepare()
    assert without_order(shape(old)) == without_order(shape(new))
    assert old.schema() == KNOWN_SCHEMA


@pytest.mark.sqlite
@pytest.mark.parametrize("schema", range(1, KNOWN_SCHEMA))
def test_every_schema_leads_to_the_tables_of_a_new_database(
    file: Path, schema: int, new: Database
) -> None:
    old = brought(f"sqlite:///{file}", schema)
    assert without_order(shape(old)) == without_order(shape(new))


@pytest.mark.postgresql
@pytest.mark.parametrize("schema", range(1, KNOWN_SCHEMA))
def test_every_schema_leads_to_the_tables_of_a_new_database_on_a_server(
    server: Server, schema: int
) -> None:
    old, new = brought(server.new(empty=True), schema), Database(server.new())
    assert on_server(old) == on_server(new)


@pytest.mark.parametrize("schema", range(1, KNOWN_SCHEMA))
def test_what_is_on_record_stays_so_and_goes_on(
    request: pytest.FixtureRequest, file: Path, schema: int
) -> None:
    on_file = DATABASES.server is None
    url = f"sqlite:///{file}" if on_file else request.getfixturevalue("server").new(empty=True)
    database = brought(url, schema)
    with database.writing() as connection:
        write(connection, "UPDATE message SET state = 'withheld', changed_at = 7", {})
    with database.reading() as connection:
        found = rows(connection, "SELECT was, became, at FROM transition ORDER BY no")
    # Before schema 3 nothing was on record.
    first = [(None, "planned", 5)] if schema >= 3 else []
    assert found == [*first, ("planned", "withheld", 7)]


@pytest.mark.sqlite
def test_the_first_revision_makes_what_the_first_program_made(file: Path, tmp_path: Path) -> None:
    released(file, 1)
    made = Database(f"sqlite:///{tmp_path}/made.db")
    with sqlite3.connect(tmp_path / "made.db") as connection:
        connection.execute("CREATE TABLE meta (name VARCHAR, value VARCHAR)")
        connection.execute(f"INSERT INTO meta VALUES ('schema', '{KNOWN_SCHEMA}')")
    connection.close()
    with made.writing() as opened:
        write(opened, "DROP TABLE meta", {})
        migrate(opened, None, revision(1))
        write(opened, f"INSERT INTO meta VALUES ('schema', '{KNOWN_SCHEMA}')", {})
    before = Database(f"sqlite:///{file}")
    connection = sqlite3.connect(file)
    connection.execute(f"UPDATE meta SET value = '{KNOWN_SCHEMA}'")
    connection.commit()
    connection.close()
    first = shape(made)
    del first["alembic_version"]
    assert without_order(first) == without_order(shape(before))


@pytest.mark.sqlite
def test_a_new_database_says_its_revision(new: Database) -> None:
    with new.reading() as connection:
        found = rows(connection, "SELECT version_num FROM alembic_version")
    assert found == [(revision(KNOWN_SCHEMA),)]


@pytest.mark.sqlite
def test_an_upgraded_database_says_its_revision(file: Path) -> None:
    released(file, 1)
    database = Database(f"sqlite:///{file}")
    database.prepare()
    with database.reading() as connection:
        found = rows(connection, "SELECT version_num FROM alembic_version")
    assert found == [(revision(KNOWN_SCHEMA),)]


@pytest.mark.sqlite
def test_the_latest_revision_is_the_schema_that_the_program_knows() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    assert ScriptDirectory.from_config(config).get_heads() == [revision(KNOWN_SCHEMA)]


@pytest.mark.sqlite
def test_an_upgrade_that_fails_leaves_the_database_as_it_was(file: Path) -> None:
    released(file, 1)
    connection = sqlite3.connect(file)
    # A late statement of the way to schema 2 meets an index of that name.
    connection.execute("CREATE INDEX ix_message_touchpoint_sent_at ON message (touchpoint)")
    connection.commit()
    before = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    connection.close()
    with pytest.raises(Exception, match="already exists"):
        Database(f"sqlite:///{file}").prepare()
    connection = sqlite3.connect(file)
    after = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    connection.close()
    assert after == before
