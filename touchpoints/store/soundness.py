"""Whether a database is whole: its pages or its constraints, and that every row has its owner."""

from __future__ import annotations

from sqlalchemy import Connection

from touchpoints.store.dialect import SQLITE, dialect_of
from touchpoints.store.statements import rows

_UNSURE = (
    "SELECT conrelid::regclass::text || '.' || conname FROM pg_constraint"
    " WHERE connamespace = current_schema()::regnamespace AND NOT convalidated"
    " UNION ALL SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class c ON c.oid = indrelid"
    " WHERE c.relnamespace = current_schema()::regnamespace AND NOT indisvalid"
)
_OWNERS = (
    "SELECT k.conrelid::regclass::text, a.attname, k.confrelid::regclass::text, b.attname"
    " FROM pg_constraint k"
    " JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]"
    " JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]"
    " WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace"
    " ORDER BY 1, 2"
)
"""Each table and column that names a row of another one."""


def faults(connection: Connection) -> list[str]:
    """What is wrong with a database, in words; nothing where it is whole."""
    if dialect_of(connection) is SQLITE:
        pages = [str(said) for (said,) in rows(connection, "PRAGMA integrity_check")]
        found = [] if pages == ["ok"] else pages
        orphans = len(rows(connection, "PRAGMA foreign_key_check"))
    else:
        # What stands on the server's disk is checked by its own checksums and pg_amcheck.
        found = [f"{name} is not valid" for (name,) in rows(connection, _UNSURE)]
        orphans = sum(_orphans(connection, *owner) for owner in rows(connection, _OWNERS))
    return [*found, f"{orphans:,} rows without an owner"] if orphans else found


def _orphans(connection: Connection, table: str, column: str, owner: str, key: str) -> int:
    sql = (
        f"SELECT COUNT(*) FROM {table} t WHERE t.{column} IS NOT NULL"
        f" AND NOT EXISTS (SELECT 1 FROM {owner} o WHERE o.{key} = t.{column})"
    )
    return int(rows(connection, sql)[0][0])
