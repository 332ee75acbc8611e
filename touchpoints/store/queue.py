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
    only = " AND (channel NOT IN :apart OR close_at <= :now)" if apart else ""
    return _in_order(connection, only, {"now": now, "apart": sorted(apart)}, most)


def _in_order(connection: Connection, only: str, bound: dict[str, object], most: int) -> list[int]:
    """What is due: longest waiting first, and of those as long that which closes first.

    State by state, because the index gives no order across two of them: sorting all that was due
    took a tenth of the time of a burst.
    """
    found = [
        row
        for state in ("planned", "retry_wait")
        for row in rows(
            connection,
            f"SELECT send_at, close_at, channel, no FROM message WHERE state = '{state}'"
            f" AND send_at <= :now{only} ORDER BY send_at, close_at, channel, no LIMIT :most"
            + dialect_of(connection).free,
            bound | {"most": most},
        )
    ]
    return [int(no) for *_, no in sorted(found)[:most]]


def first_closing(connection: Connection, now: int, channel: str, most: int) -> list[int]:
    """What is due on one channel and still in its window, that which closes first before others.

    By this order (earliest deadline first: Liu and Layland, 1973) nothing closes while something
    that could have waited goes.
    """
    sql = (
        f"SELECT no {_DUE} AND channel = :channel AND close_at > :now"
        " ORDER BY close_at, send_at, no LIMIT :most"
    )
    bound = {"now": now, "channel": channel, "most": most}
    return [int(no) for (no,) in rows(connection, sql + dialect_of(connection).free, bound)]


def too_late(connection: Connection, now: int, most: int) -> list[int]:
    """What is due and whose window has closed."""
    return _in_order(connection, " AND close_at <= :now", {"now": now}, most)


def waits(connection: Connection, now: int, channel: str | None = None) -> bool:
    """Whether anything is due in its window, on one channel or on any."""
    only = "" if channel is None else " AND channel = :channel"
    bound = {"now": now} | ({} if channel is None else {"channel": channel})
    return bool(rows(connection, f"SELECT 1 {_DUE} AND close_at > :now{only} LIMIT 1", bound))
