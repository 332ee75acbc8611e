"""The tables of the work itself: shares of planning, slots, channels at rest, attempts, pauses."""

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


METADATA = SQLModel.metadata
"""Where all tables are known; who creates them asks here, so that these are among them."""
