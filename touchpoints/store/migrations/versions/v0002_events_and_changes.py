"""Events, facts that are closed, merged messages, who changed, who was erased, short ticks.

On messages: the hash of the rules, what travels in which, and the channels that failed for good.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, ForeignKey, UniqueConstraint, text

from touchpoints.store.columns import NUMBER, WORDS

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Lead from schema 1 to schema 2."""
    op.create_table(
        "event",
        Column("no", NUMBER, primary_key=True),
        Column("customer_no", NUMBER, ForeignKey("customer.no"), nullable=False),
        Column("kind", WORDS, nullable=False),
        Column("ref", WORDS, nullable=False),
        Column("at", NUMBER, nullable=False),
        Column("attributes", WORDS),
        UniqueConstraint("customer_no", "kind", "ref"),
    )
    op.create_index("ix_event_kind_at", "event", ["kind", "at"])
    op.create_index("ix_event_at", "event", ["at"])
    op.create_index("ix_event_customer_kind_at", "event", ["customer_no", "kind", "at"])
    op.create_table(
        "change",
        Column("no", NUMBER, primary_key=True),
        Column("customer_no", NUMBER, nullable=False, unique=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "erased",
        Column("mark", WORDS, primary_key=True),
        Column("at", NUMBER, nullable=False),
    )
    op.add_column("fact", Column("closed_at", NUMBER))
    op.add_column("preference", Column("snooze_until", NUMBER))
    for name in ("policy", "merged_into", "failed"):
        op.add_column("message", Column(name, WORDS))
    _indexes()


def _indexes() -> None:
    op.create_index("ix_customer_email", "customer", [text("lower(email)")])
    op.create_index("ix_customer_phone", "customer", ["phone"])
    op.create_index("ix_customer_timezone", "customer", ["timezone"])
    op.create_index(
        "ix_customer_addresses",
        "customer",
        ["no"],
        sqlite_where=text("addresses IS NOT NULL"),
        postgresql_where=text("addresses IS NOT NULL"),
    )
    op.create_index("ix_message_touchpoint_sent_at", "message", ["touchpoint", "sent_at"])
    op.drop_index("ix_message_state_send_at", "message")
    op.create_index("ix_message_state_send_at", "message", ["state", "send_at", "close_at"])
