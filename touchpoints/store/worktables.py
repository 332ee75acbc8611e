"""The tables of the work itself: the audit, shares of planning, slots, rests, counts, pauses."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class Pace(SQLModel, table=True):
    """Up to which instant, in microseconds, the slots of a rate-limited channel are given away."""

    channel: str = Field(primary_key=True)
    next_at: int


class Breaker(SQLModel, table=True):
    """A channel whose provider has failed of late; see touchpoints.core.breaker."""

    channel: str = Field(primary_key=True)
    failures: int
    rests: int
    rest_until: int
    probing_until: int
    detail: str


class DayCount(SQLModel, table=True):
    """How many attempts began on a local day of the workspace, where a ceiling is set."""

    day: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    begun: int


class Pause(SQLModel, table=True):
    """A touchpoint that an operator has paused; `*` is everything."""

    touchpoint: str = Field(primary_key=True)
    since: int


class Share(SQLModel, table=True):
    """The customers with numbers from `first` to `last` (None: all from there), planned together.

    By which rules, how far and when they were planned, having seen which change of everybody;
    who plans them now, and until when that holds.
    """

    no: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    first: int
    last: int | None = None
    rules: str | None = None
    until: int | None = None
    planned_at: int | None = None
    everybody: int = 0
    owner: str | None = None
    lease_until: int | None = None


class Transition(SQLModel, table=True):
    """One change of a message: from which state (None: it is new) to which, when, by whom, why.

    Triggers write it, so that no way of changing a message forgets it.
    """

    no: int | None = Field(default=None, primary_key=True)
    message_no: int = Field(foreign_key="message.no", index=True)
    was: str | None = None
    became: str
    at: int
    who: str | None = None
    reason: str | None = None
    channel: str | None = None
    send_at: int | None = None
    policy: str | None = None


METADATA = SQLModel.metadata
"""Where all tables are known; who creates them asks here, so that these are among them."""
