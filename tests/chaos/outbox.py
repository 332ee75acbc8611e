"""What the product's own tables say, read as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from tests.chaos.designs import DESIGNS, Design
from touchpoints.engine.replanning import LAST_PLAN
from touchpoints.store.database import Database
from touchpoints.store.soundness import faults
from touchpoints.store.statements import get_meta, rows

_KEY = "c.id || '/' || m.touchpoint || '/' || m.occurrence"


class Standing(NamedTuple):
    """How a message stands at one moment."""

    state: str
    fence: int
    in_doubt: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """A message of the outbox; `merged_into` names the one in which it travels."""

    key: str
    state: str
    channel: str | None
    sha256: str | None
    fence: int
    in_doubt: bool
    failed: str | None
    merged_into: str | None

    @property
    def design(self) -> Design:
        """Its touchpoint."""
        return DESIGNS[self.key.split("/")[1]]

    @property
    def customer(self) -> str:
        """Whom it is for."""
        return self.key.split("/")[0]

    @property
    def home(self) -> str | None:
        """The key of the message in which it travels."""
        return None if self.merged_into is None else f"{self.customer}/{self.merged_into}"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One intent and what came of it."""

    key: str
    number: int
    began_at: int
    ended_at: int | None
    outcome: str | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the audit: from which state to which, when, by whom; from none where it is new."""

    key: str
    was: str | None
    became: str
    at: int = 0
    who: str | None = None
    reason: str | None = None
    send_at: int | None = None


def standings(database: Database) -> dict[str, Standing]:
    """Where every message stands now."""
    sql = f"SELECT {_KEY}, m.state, m.fence, m.in_doubt FROM message m"
    with database.reading() as connection:
        found = rows(connection, f"{sql} JOIN customer c ON c.no = m.customer_no")
    return {row[0]: Standing._make(row[1:]) for row in found}


def due(database: Database, now: float) -> int:
    """How many messages should have gone out by now."""
    sql = (
        "SELECT COUNT(*) FROM message WHERE state IN ('planned', 'retry_wait') AND send_at <= :now"
    )
    with database.reading() as connection:
        return int(rows(connection, sql, {"now": int(now)})[0][0])


def planned_at(database: Database) -> int:
    """When a plan was made last; 0 before the first."""
    with database.reading() as connection:
        return int(get_meta(connection, LAST_PLAN) or 0)


def about_to_go(database: Database, most: int) -> list[str]:
    """The keys of what is claimed or due next: what a word of its customer has to stop now."""
    sql = (
        f"SELECT {_KEY} FROM message m JOIN customer c ON c.no = m.customer_no"
        " WHERE m.state IN ('claimed', 'planned', 'retry_wait')"
        " ORDER BY m.state <> 'claimed', m.send_at, m.no LIMIT :most"
    )
    with database.reading() as connection:
        return [key for (key,) in rows(connection, sql, {"most": most})]


def messages(database: Database) -> list[Stored]:
    """The whole outbox."""
    sql = (
        f"SELECT {_KEY}, m.state, m.channel, m.sha256, m.fence, m.in_doubt, m.failed,"
        " m.merged_into FROM message m JOIN customer c ON c.no = m.customer_no"
    )
    with database.reading() as connection:
        found = rows(connection, sql)
    return [Stored(*row) for row in found]


def attempts(database: Database) -> dict[str, list[Attempt]]:
    """Every attempt at each message, in order."""
    sql = (
        f"SELECT {_KEY}, a.number, a.began_at, a.ended_at, a.outcome, a.sha256 FROM attempt a"
        " JOIN message m ON m.no = a.message_no JOIN customer c ON c.no = m.customer_no"
        " ORDER BY a.message_no, a.number"
    )
    found: dict[str, list[Attempt]] = {}
    with database.reading() as connection:
        for row in rows(connection, sql):
            found.setdefault(row[0], []).append(Attempt(*row))
    return found


def steps(database: Database) -> list[Step]:
    """The audit: every change of a message."""
    sql = (
        f"SELECT {_KEY}, t.was, t.became, t.at, t.who, t.reason, t.send_at FROM transition t"
        " JOIN message m ON m.no = t.message_no JOIN customer c ON c.no = m.customer_no"
        " ORDER BY t.no"
    )
    with database.reading() as connection:
        return [Step(*row) for row in rows(connection, sql)]


def damages(database: Database) -> list[str]:
    """What the database itself finds wrong."""
    with database.reading() as connection:
        return faults(connection)
