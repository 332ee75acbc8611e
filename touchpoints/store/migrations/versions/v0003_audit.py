"""The audit of every change, who has a message under way, versions of customers, and pace."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, ForeignKey, text

from touchpoints.store.columns import NUMBER, WORDS

revision = "0003"
down_revision = "0002"

_COLUMNS = "message_no, was, became, at, who, reason, channel, send_at, policy"
_NEW = "NEW.state, NEW.changed_at, NEW.changed_by, NEW.reason, NEW.channel, NEW.send_at, NEW.policy"
_WATCHED = ("state", "channel", "send_at", "reason")
_CHANGED = "AFTER UPDATE OF " + ", ".join(_WATCHED) + " ON message"


def _differs(word: str) -> str:
    return " OR ".join(f"OLD.{name} {word} NEW.{name}" for name in _WATCHED)


_MADE = (
    "CREATE TRIGGER message_made AFTER INSERT ON message BEGIN"
    f" INSERT INTO transition ({_COLUMNS}) VALUES (NEW.no, NULL, {_NEW}); END"
)
_MOVED = (
    f"CREATE TRIGGER message_changed {_CHANGED} WHEN {_differs('IS NOT')} BEGIN"
    f" INSERT INTO transition ({_COLUMNS}) VALUES (NEW.no, OLD.state, {_NEW}); END"
)
_AUDIT = (
    "CREATE FUNCTION message_audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    f" INSERT INTO transition ({_COLUMNS})"
    f" VALUES (NEW.no, CASE TG_OP WHEN 'UPDATE' THEN OLD.state END, {_NEW});"
    " RETURN NULL; END $$"
)
_MADE_ROW = (
    "CREATE TRIGGER message_made AFTER INSERT ON message"
    " FOR EACH ROW EXECUTE FUNCTION message_audit()"
)
_MOVED_ROW = (
    f"CREATE TRIGGER message_changed {_CHANGED} FOR EACH ROW"
    f" WHEN ({_differs('IS DISTINCT FROM')}) EXECUTE FUNCTION message_audit()"
)
_TRIGGERS = {"sqlite": (_MADE, _MOVED), "postgresql": (_AUDIT, _MADE_ROW, _MOVED_ROW)}


def upgrade() -> None:
    """Lead from schema 2 to schema 3."""
    op.add_column("message", Column("changed_by", WORDS))
    op.add_column("message", Column("owner", WORDS))
    op.add_column("message", Column("lease_until", NUMBER))
    op.add_column("message", Column("resend", Boolean, nullable=False, server_default="0"))
    op.add_column("attempt", Column("channel", WORDS))
    op.create_table(
        "transition",
        Column("no", NUMBER, primary_key=True),
        Column("message_no", NUMBER, ForeignKey("message.no"), nullable=False, index=True),
        Column("was", WORDS),
        Column("became", WORDS, nullable=False),
        Column("at", NUMBER, nullable=False),
        *(Column(name, WORDS) for name in ("who", "reason", "channel")),
        Column("send_at", NUMBER),
        Column("policy", WORDS),
    )
    for statement in _TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_table("change")
    op.create_table(
        "change",
        Column("customer_no", NUMBER, primary_key=True, autoincrement=False),
        Column("version", NUMBER, nullable=False),
        Column("planned", NUMBER, nullable=False),
    )
    op.create_index(
        "ix_change_unplanned",
        "change",
        ["customer_no"],
        sqlite_where=text("planned < version"),
        postgresql_where=text("planned < version"),
    )
    op.create_index(
        "ix_message_texts",
        "message",
        ["changed_at"],
        sqlite_where=text("content IS NOT NULL"),
        postgresql_where=text("content IS NOT NULL"),
    )
    _share()
    _pace()
    # Who has changed since the last plan is not known by versions: everybody is planned anew.
    op.execute("INSERT INTO change (customer_no, version, planned) VALUES (0, 1, 0)")


def _share() -> None:
    op.create_table(
        "share",
        Column("no", NUMBER, primary_key=True, autoincrement=False),
        Column("first", NUMBER, nullable=False),
        Column("last", NUMBER),
        Column("rules", WORDS),
        Column("until", NUMBER),
        Column("planned_at", NUMBER),
        Column("everybody", NUMBER, nullable=False),
        Column("owner", WORDS),
        Column("lease_until", NUMBER),
    )


def _pace() -> None:
    op.create_table(
        "pace",
        Column("channel", WORDS, primary_key=True),
        Column("next_at", NUMBER, nullable=False),
    )
    op.create_table(
        "breaker",
        Column("channel", WORDS, primary_key=True),
        *(
            Column(name, NUMBER, nullable=False)
            for name in ("failures", "rests", "rest_until", "probing_until")
        ),
        Column("detail", WORDS, nullable=False),
    )
    op.create_table(
        "daycount",
        Column("day", NUMBER, primary_key=True, autoincrement=False),
        Column("begun", NUMBER, nullable=False),
    )
    op.drop_index("ix_message_state_send_at", "message")
    op.create_index(
        "ix_message_state_send_at", "message", ["state", "send_at", "close_at", "channel"]
    )
