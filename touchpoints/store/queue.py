"""Which messages are due, in the order in which they have to leave; by their numbers alone.

All of it is answered by one index, so that a long queue on a rate-limited channel may be asked
every second.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from touchpoints.store.dialect import dialect_of
from touchpoints.store.statements import rows

_DUE = "FROM message WHERE state IN ('planned', 'retry_wait') AND send_at <= :now"


def longest_waiting(
    connection: Connection, now: int, apart: Collection[str], most: int
) -> list[int]:
    """What is due on all channels but some, longest waiting first.

    Of those some, only what is too late, which is to be told so.
    """
    sql = (
        f"SELECT no {_DUE} AND (channel NOT IN :apart OR close_at <= :now)"
        " ORDER BY send_at, no LIMIT :most"
    )
    return _numbers(connection, sql, {"now": now, "apart": sorted(apart), "most": most})


def first_closing(connection: Connection, now: int, channel: str, most: int) -> list[int]:
    """What is due on one channel and still in its window, that which closes first before others.

    By this order (earliest deadline first: Liu and Layland, 1973) nothing closes while something
    that could have waited goes.
    """
    sql = (
        f"SELECT no {_DUE} AND channel = :channel AND close_at > :now"
        " ORDER BY close_at, send_at, no LIMIT :most"
    )
    return _numbers(connection, sql, {"now": now, "channel": channel, "most": most})


def too_late(connection: Connection, now: int, most: int) -> list[int]:
    """What is due and whose window has closed."""
    sql = f"SELECT no {_DUE} AND close_at <= :now ORDER BY send_at, no LIMIT :most"
    return _numbers(connection, sql, {"now": now, "most": most})


def waits(connection: Connection, now: int, channel: str | None = None) -> bool:
    """Whether anything is due in its window, on one channel or on any."""
    only = "" if channel is None else " AND channel = :channel"
    bound = {"now": now} | ({} if channel is None else {"channel": channel})
    return bool(rows(connection, f"SELECT 1 {_DUE} AND close_at > :now{only} LIMIT 1", bound))


def _numbers(connection: Connection, sql: str, bound: dict[str, object]) -> list[int]:
    """What nobody else is about to claim."""
    return [int(no) for (no,) in rows(connection, sql + dialect_of(connection).free, bound)]
