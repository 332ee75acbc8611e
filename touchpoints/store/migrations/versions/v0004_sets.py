"""The first rows of the audit are written for all new messages at once."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

_VALUES = "state, changed_at, changed_by, reason, channel, send_at, policy"
_COLUMNS = "message_no, was, became, at, who, reason, channel, send_at, policy"


def upgrade() -> None:
    """Lead from schema 3 to schema 4."""
    op.drop_index("ix_message_touchpoint_sent_at", "message")
    op.execute(
        "CREATE INDEX ix_message_touchpoint_sent_at ON message (touchpoint, sent_at)"
        " WHERE sent_at IS NOT NULL"
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER message_made")
        return
    op.execute("DROP TRIGGER message_made ON message")
    op.execute(
        "CREATE FUNCTION message_begin() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" INSERT INTO transition ({_COLUMNS}) SELECT no, NULL, {_VALUES} FROM fresh ORDER BY no;"
        " RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER message_made AFTER INSERT ON message REFERENCING NEW TABLE AS fresh"
        " FOR EACH STATEMENT EXECUTE FUNCTION message_begin()"
    )
    op.execute(
        "CREATE OR REPLACE FUNCTION message_audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" INSERT INTO transition ({_COLUMNS}) VALUES (NEW.no, OLD.state,"
        f" {', '.join(f'NEW.{name.strip()}' for name in _VALUES.split(','))});"
        " RETURN NULL; END $$"
    )
