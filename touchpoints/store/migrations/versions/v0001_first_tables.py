"""Customers, facts, consents, preferences, history, and the outbox."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    LargeBinary,
    PrimaryKeyConstraint,
    UniqueConstraint,
)

from touchpoints.store.columns import NUMBER, WORDS

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables of schema 1."""
    _about_customers()
    _about_messages()
    op.create_table(
        "meta",
        Column("name", WORDS, primary_key=True),
        Column("value", WORDS, nullable=False),
    )
    op.create_table(
        "pause",
        Column("touchpoint", WORDS, primary_key=True),
        Column("since", NUMBER, nullable=False),
    )
    op.create_index(
        "ix_customer_birthday", "customer", ["birth_month_day", "birth_year", "birthday_calendar"]
    )
    op.create_index("ix_fact_kind_date", "fact", ["kind", "date"])
    op.create_index("ix_message_state_send_at", "message", ["state", "send_at"])
    op.create_index("ix_attempt_message_no", "attempt", ["message_no"])


def _about_customers() -> None:
    op.create_table(
        "customer",
        Column("no", NUMBER, primary_key=True),
        Column("id", WORDS, nullable=False, unique=True),
        *_words("name", "given_name", "family_name", "birthday", "birthday_calendar"),
        *_numbers("birth_year", "birth_month_day"),
        *_words("timezone", "country", "locale", "status", "channels", "email", "phone"),
        *_words("addresses", "unusable", "attributes"),
    )
    op.create_table(
        "fact",
        Column("no", NUMBER, primary_key=True),
        _customer(),
        *_words("kind", "ref", needed=True),
        *_numbers("date", needed=True),
        *_words("status", "amount", "currency", "attributes"),
        UniqueConstraint("customer_no", "kind", "ref"),
    )
    op.create_table(
        "consent",
        Column("no", NUMBER, primary_key=True),
        _customer(),
        *_words("channel", "category", "state", needed=True),
        *_numbers("at", needed=True),
        *_words("source"),
        *_numbers("expires_at"),
        UniqueConstraint("customer_no", "at", "channel", "category", "state"),
    )
    op.create_table(
        "preference",
        _customer(),
        *_words("channels", "quiet_hours"),
        *_numbers("max"),
        *_words("per"),
        *_numbers("pause_from", "pause_until"),
        PrimaryKeyConstraint("customer_no"),
    )
    op.create_table(
        "history",
        Column("no", NUMBER, primary_key=True),
        _customer(),
        *_numbers("sent_at", needed=True),
        *_words("channel", "category", "topic", "touchpoint", needed=True),
        UniqueConstraint("customer_no", "sent_at", "channel", "category", "topic", "touchpoint"),
    )


def _about_messages() -> None:
    op.create_table(
        "message",
        Column("no", NUMBER, primary_key=True),
        _customer(),
        *_words("touchpoint", "occurrence", "state", "category", needed=True),
        *_words("topic"),
        Column("counts", Boolean, nullable=False),
        *_words("channel"),
        *_numbers("send_at"),
        *_numbers("close_at", needed=True),
        Column("score", Float, nullable=False),
        *_words("reason", "detail"),
        *_numbers("next_allowed"),
        *_words("address", "subject", "body"),
        Column("content", LargeBinary),
        *_words("sha256"),
        *_numbers("sent_at"),
        Column("attempts", NUMBER, nullable=False, server_default="0"),
        Column("fence", NUMBER, nullable=False, server_default="0"),
        Column("in_doubt", Boolean, nullable=False, server_default="0"),
        *_numbers("changed_at", needed=True),
        UniqueConstraint("customer_no", "touchpoint", "occurrence"),
    )
    op.create_table(
        "attempt",
        Column("no", NUMBER, primary_key=True),
        Column("message_no", NUMBER, ForeignKey("message.no"), nullable=False),
        *_numbers("number", "began_at", needed=True),
        *_words("sha256", needed=True),
        *_numbers("ended_at"),
        *_words("outcome", "detail", "provider_id"),
        UniqueConstraint("message_no", "number"),
    )


def _customer() -> Column[int]:
    return Column("customer_no", NUMBER, ForeignKey("customer.no"), nullable=False)


def _words(*names: str, needed: bool = False) -> list[Column[str]]:
    return [Column(name, WORDS, nullable=not needed) for name in names]


def _numbers(*names: str, needed: bool = False) -> list[Column[int]]:
    return [Column(name, NUMBER, nullable=not needed) for name in names]
