"""The version of the tables, and the steps that bring a database of an older one up to it."""

from __future__ import annotations

from collections.abc import Mapping

from touchpoints.errors import UsageError
from touchpoints.store.audit import AUDIT

KNOWN_SCHEMA = 3
"""The version of these tables; a database with a higher one is refused."""

PACE = (
    "CREATE TABLE pace (channel VARCHAR NOT NULL PRIMARY KEY, next_at BIGINT NOT NULL)",
    """
    CREATE TABLE breaker (
        channel VARCHAR NOT NULL, failures INTEGER NOT NULL, rests INTEGER NOT NULL,
        rest_until INTEGER NOT NULL, probing_until INTEGER NOT NULL, detail VARCHAR NOT NULL,
        PRIMARY KEY (channel)
    )
    """,
    "CREATE TABLE daycount (day INTEGER NOT NULL, begun INTEGER NOT NULL, PRIMARY KEY (day))",
    "DROP INDEX ix_message_state_send_at",
    "CREATE INDEX ix_message_state_send_at ON message (state, send_at, close_at, channel)",
)
"""The pace of channels, those that rest, and what a day has seen; part of schema 3."""

STEPS: Mapping[int, tuple[str, ...]] = {
    # From schema 1: events, facts that are closed, a plan's hash and merged messages on messages,
    # the channels that failed for good, a snooze among the wishes, who was erased, and indexes for
    # short ticks.
    1: (
        """
        CREATE TABLE event (
            no INTEGER NOT NULL, customer_no INTEGER NOT NULL, kind VARCHAR NOT NULL,
            ref VARCHAR NOT NULL, at INTEGER NOT NULL, attributes VARCHAR,
            PRIMARY KEY (no), UNIQUE (customer_no, kind, ref),
            FOREIGN KEY(customer_no) REFERENCES customer (no)
        )
        """,
        "CREATE INDEX ix_event_kind_at ON event (kind, at)",
        "CREATE INDEX ix_event_at ON event (at)",
        "CREATE INDEX ix_event_customer_kind_at ON event (customer_no, kind, at)",
        "ALTER TABLE fact ADD COLUMN closed_at INTEGER",
        "ALTER TABLE message ADD COLUMN policy VARCHAR",
        "ALTER TABLE message ADD COLUMN merged_into VARCHAR",
        "ALTER TABLE message ADD COLUMN failed VARCHAR",
        "CREATE INDEX ix_message_touchpoint_sent_at ON message (touchpoint, sent_at)",
        "ALTER TABLE preference ADD COLUMN snooze_until INTEGER",
        "CREATE INDEX ix_customer_email ON customer (lower(email))",
        "CREATE INDEX ix_customer_phone ON customer (phone)",
        "CREATE INDEX ix_customer_timezone ON customer (timezone)",
        "DROP INDEX ix_message_state_send_at",
        "CREATE INDEX ix_message_state_send_at ON message (state, send_at, close_at)",
        "CREATE INDEX ix_customer_addresses ON customer (no) WHERE addresses IS NOT NULL",
        """
        CREATE TABLE change (
            no INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, customer_no INTEGER NOT NULL,
            UNIQUE (customer_no)
        )
        """,
        "CREATE TABLE erased (mark VARCHAR NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (mark))",
    ),
    # From schema 2: who changed a message and who has it under way, the audit of all changes, and
    # versions of customers instead of marks.
    2: (
        "ALTER TABLE message ADD COLUMN changed_by VARCHAR",
        "ALTER TABLE message ADD COLUMN owner VARCHAR",
        "ALTER TABLE message ADD COLUMN lease_until INTEGER",
        "ALTER TABLE message ADD COLUMN resend BOOLEAN DEFAULT '0' NOT NULL",
        """
        CREATE TABLE transition (
            no INTEGER NOT NULL, message_no INTEGER NOT NULL, was VARCHAR, became VARCHAR NOT NULL,
            at INTEGER NOT NULL, who VARCHAR, reason VARCHAR, channel VARCHAR, send_at INTEGER,
            policy VARCHAR, PRIMARY KEY (no), FOREIGN KEY(message_no) REFERENCES message (no)
        )
        """,
        "CREATE INDEX ix_transition_message_no ON transition (message_no)",
        *AUDIT,
        "DROP TABLE change",
        """
        CREATE TABLE change (
            customer_no INTEGER NOT NULL, version INTEGER NOT NULL, planned INTEGER NOT NULL,
            PRIMARY KEY (customer_no)
        )
        """,
        "CREATE INDEX ix_change_unplanned ON change (customer_no) WHERE planned < version",
        "INSERT INTO change (customer_no, version, planned) VALUES (0, 1, 0)",
        *PACE,
    ),
}
"""The statements that lead from each version to the next one."""


class NewerDatabaseError(UsageError):
    """The database was written by a newer program; nothing was done."""


class OlderDatabaseError(UsageError):
    """The database was made by an older program and is not upgraded yet; nothing was done."""


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
            " make a copy of the file, then run touchpoints db upgrade"
        )
