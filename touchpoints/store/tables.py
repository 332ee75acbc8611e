"""The tables; only this module and `worktables` know SQLModel, sweeps take them as plain rows.

Days are stored as integers since 1970-01-01, instants as seconds since the epoch in UTC, money as
text in decimal notation, and everything a customer file brings beyond the known columns as JSON.
"""

from __future__ import annotations

from sqlalchemy import DDL, Index, Integer, MetaData, UniqueConstraint, text
from sqlalchemy.event import listen
from sqlmodel import AutoString, Field, SQLModel

from touchpoints.store import worktables
from touchpoints.store.audit import TRIGGERS
from touchpoints.store.columns import NUMBER, WORDS


class Meta(SQLModel, table=True):
    """One named value about the database itself, such as its schema version or the last tick."""

    name: str = Field(primary_key=True)
    value: str


class Customer(SQLModel, table=True):
    """A person we may write to. `channels` is an order with `;` between; attributes are JSON."""

    __table_args__ = (
        # Whose birthday it is, is answered by the index alone.
        Index("ix_customer_birthday", "birth_month_day", "birth_year", "birthday_calendar"),
        # Who shares a mailbox or a phone, for caps that count by address.
        Index("ix_customer_email", text("lower(email)")),
        Index("ix_customer_phone", "phone"),
        # In which zones customers live, for telling whose day has begun.
        Index("ix_customer_timezone", "timezone"),
    )
    no: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    birthday: str | None = None
    birthday_calendar: str | None = None
    birth_year: int | None = None
    birth_month_day: int | None = None
    timezone: str | None = None
    country: str | None = None
    locale: str | None = None
    status: str | None = None
    channels: str | None = None
    email: str | None = None
    phone: str | None = None
    addresses: str | None = None
    unusable: str | None = None
    attributes: str | None = None


class Fact(SQLModel, table=True):
    """A dated thing about a customer that can change, known by kind and ref; closed: it is gone."""

    __table_args__ = (
        UniqueConstraint("customer_no", "kind", "ref"),
        Index("ix_fact_kind_date", "kind", "date"),
    )
    no: int | None = Field(default=None, primary_key=True)
    customer_no: int = Field(foreign_key="customer.no")
    kind: str
    ref: str
    date: int
    status: str | None = None
    amount: str | None = None
    currency: str | None = None
    attributes: str | None = None
    closed_at: int | None = None


class Event(SQLModel, table=True):
    """Something that happened to a customer, known by kind and ref; told again, it is the same."""

    __table_args__ = (
        UniqueConstraint("customer_no", "kind", "ref"),
        Index("ix_event_kind_at", "kind", "at"),
        Index("ix_event_at", "at"),
        Index("ix_event_customer_kind_at", "customer_no", "kind", "at"),
    )
    no: int | None = Field(default=None, primary_key=True)
    customer_no: int = Field(foreign_key="customer.no")
    kind: str
    ref: str
    at: int
    attributes: str | None = None


class Consent(SQLModel, table=True):
    """One statement about a category on a channel, `*` for all; the latest in force wins."""

    __table_args__ = (UniqueConstraint("customer_no", "at", "channel", "category", "state"),)
    no: int | None = Field(default=None, primary_key=True)
    customer_no: int = Field(foreign_key="customer.no")
    channel: str
    category: str
    state: str
    at: int
    source: str | None = None
    expires_at: int | None = None


class Preference(SQLModel, table=True):
    """A customer's own wishes, one row a customer; `pause_from` and `pause_until` are days."""

    customer_no: int = Field(primary_key=True, foreign_key="customer.no")
    channels: str | None = None
    quiet_hours: str | None = None
    max: int | None = None
    per: str | None = None
    pause_from: int | None = None
    pause_until: int | None = None
    snooze_until: int | None = None


class History(SQLModel, table=True):
    """A message that another system sent; it counts in caps. Unknown properties are empty."""

    __table_args__ = (
        UniqueConstraint("customer_no", "sent_at", "channel", "category", "topic", "touchpoint"),
    )
    no: int | None = Field(default=None, primary_key=True)
    customer_no: int = Field(foreign_key="customer.no")
    sent_at: int
    channel: str = ""
    category: str = ""
    topic: str = ""
    touchpoint: str = ""


class Message(SQLModel, table=True):
    """A decision in the outbox with its state; the bytes are frozen when it is claimed.

    `failed` are the channels, with `;` between, on which it was refused for good; `owner` has it
    under way until `lease_until`; `resend` is an operator's word.
    """

    __table_args__ = (
        UniqueConstraint("customer_no", "touchpoint", "occurrence"),
        # What is due, by which channel and until when, is answered by the index alone.
        Index("ix_message_state_send_at", "state", "send_at", "close_at", "channel"),
    )
    no: int | None = Field(default=None, primary_key=True)
    customer_no: int = Field(foreign_key="customer.no")
    touchpoint: str
    occurrence: str
    state: str
    category: str
    topic: str | None = None
    counts: bool = True
    channel: str | None = None
    send_at: int | None = None
    close_at: int
    score: float = 0.0
    reason: str | None = None
    detail: str | None = None
    next_allowed: int | None = None
    address: str | None = None
    subject: str | None = None
    body: str | None = None
    content: bytes | None = None
    sha256: str | None = None
    sent_at: int | None = None
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    fence: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    in_doubt: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    changed_at: int
    policy: str | None = None
    merged_into: str | None = None
    failed: str | None = None
    changed_by: str | None = None
    owner: str | None = None
    lease_until: int | None = None
    resend: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})


class Attempt(SQLModel, table=True):
    """One try to send a message: written before any byte leaves, completed with the answer."""

    __table_args__ = (UniqueConstraint("message_no", "number"),)
    no: int | None = Field(default=None, primary_key=True)
    message_no: int = Field(foreign_key="message.no", index=True)
    number: int
    channel: str | None = None
    began_at: int
    sha256: str
    ended_at: int | None = None
    outcome: str | None = None
    detail: str | None = None
    provider_id: str | None = None


class Change(SQLModel, table=True):
    """How often a customer (0: everybody) has changed, and which change the last plan has seen."""

    customer_no: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    version: int
    planned: int


class Erased(SQLModel, table=True):
    """Somebody who was erased, or an address that was theirs alone, as a keyed hash."""

    mark: str = Field(primary_key=True)
    at: int


PARTIAL = (
    ("customer", "ix_customer_addresses ON customer (no) WHERE addresses IS NOT NULL"),
    # Whose texts are kept, for letting them go after the time of retention.
    ("message", "ix_message_texts ON message (changed_at) WHERE content IS NOT NULL"),
    # What a follow-up looks for: the messages of one touchpoint that went out of late.
    (
        "message",
        "ix_message_touchpoint_sent_at ON message (touchpoint, sent_at) WHERE sent_at IS NOT NULL",
    ),
    # Who has to be planned anew.
    ("change", "ix_change_unplanned ON change (customer_no) WHERE planned < version"),
)
"""Indexes of a few rows of a table, made after it.

`Index(postgresql_where=…)` would load all of that dialect, which takes 0.1 s, on SQLite too.
"""


def metadata() -> MetaData:
    """All tables, for creating them, with the kinds of columns that both databases have."""
    for table in worktables.METADATA.tables.values():
        for column in table.columns:
            if isinstance(column.type, AutoString):
                column.type = WORDS
            elif isinstance(column.type, Integer):
                column.type = NUMBER
    return worktables.METADATA


for _table, _index in PARTIAL:
    _statement = DDL(f"CREATE INDEX {_index}")  # type: ignore[no-untyped-call]
    listen(metadata().tables[_table], "after_create", _statement)

for _dialect, _sql in TRIGGERS:
    _trigger = DDL(_sql).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]
    listen(metadata().tables["transition"], "after_create", _trigger)
