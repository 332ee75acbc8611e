"""The tables of pace and brakes: slots given away, channels at rest, attempts, pauses."""

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


METADATA = SQLModel.metadata
"""Where all tables are known; who creates them asks here, so that these are among them."""
