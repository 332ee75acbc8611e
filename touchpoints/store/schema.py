"""The version of the tables: made new, recognised, and brought up to date by migrations."""

from __future__ import annotations

import importlib

from sqlalchemy import Connection

from touchpoints.errors import UsageError
from touchpoints.store.dialect import dialect_of
from touchpoints.store.statements import get_meta, put_meta, rows, write

KNOWN_SCHEMA = 4
"""The version of these tables, and the latest revision; a database with a higher one is refused."""

VERSIONS = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
    " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)
"""Alembic's own table, as it makes it."""


class NewerDatabaseError(UsageError):
    """The database was written by a newer program; nothing was done."""


class OlderDatabaseError(UsageError):
    """The database was made by an older program and is not upgraded yet; nothing was done."""


def revision(schema: int) -> str:
    """The name of the migration that leads to a schema."""
    return f"{schema:04}"


def found_schema(connection: Connection) -> int | None:
    """The schema of a database, None where it has no tables. Raises UsageError for others' tables.

    It stands in `meta`, where it is found without importing Alembic, which takes 0.2 s.
    """
    there = rows(connection, dialect_of(connection).tables)
    if not there:
        return None
    found = get_meta(connection, "schema") if ("meta",) in there else None
    if found is None:
        raise UsageError(
            "the database has other tables than touchpoints; name another one in `database:`"
        )
    return int(found)


def check_readable(found: int) -> None:
    """Raises NewerDatabaseError, OlderDatabaseError for another version than this program's."""
    if found > KNOWN_SCHEMA:
        raise NewerDatabaseError(
            f"the database has schema {found}, this program knows up to {KNOWN_SCHEMA};"
            " install a newer touchpoints"
        )
    if found < KNOWN_SCHEMA:
        raise OlderDatabaseError(
            f"the database has schema {found}, this program works with {KNOWN_SCHEMA};"
            " make a copy of the database, then run touchpoints db upgrade"
        )


def make_tables(connection: Connection) -> None:
    """Make the tables in an empty database, at this program's schema."""
    # Imported here because SQLModel takes 0.2 s, and only a new database needs it.
    tables = importlib.import_module("touchpoints.store.tables")
    tables.metadata().create_all(connection)
    put_meta(connection, "schema", str(KNOWN_SCHEMA))
    write(connection, VERSIONS, {})
    stamp = {"revision": revision(KNOWN_SCHEMA)}
    write(connection, "INSERT INTO alembic_version (version_num) VALUES (:revision)", stamp)


def upgrade(connection: Connection, found: int) -> None:
    """Bring the tables from the schema that was found up to this program's.

    Raises NewerDatabaseError.
    """
    if found < KNOWN_SCHEMA:
        # Imported here because Alembic takes 0.2 s, and only an older database needs it.
        upgrading = importlib.import_module("touchpoints.store.upgrading")
        upgrading.migrate(connection, revision(found), revision(KNOWN_SCHEMA))
        put_meta(connection, "schema", str(KNOWN_SCHEMA))
    check_readable(max(found, KNOWN_SCHEMA))
