"""The slots of rate-limited channels that are given away: one number a channel, for all workers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from touchpoints.store.statements import rows, write


def reserved(connection: Connection, channels: Sequence[str]) -> dict[str, int]:
    """What is given away of each channel, in microseconds; a channel without messages yet lacks.

    Whoever is about to give away more calls `lock` before.
    """
    sql = "SELECT channel, next_at FROM pace WHERE channel IN :channels"
    return dict(rows(connection, sql, {"channels": list(channels)}))


def lock(connection: Connection, channels: Sequence[str]) -> None:
    """Keep other workers from giving slots of these channels until this transaction ends.

    Every channel has a row from then on; in one order for all, so that nobody waits in a circle.
    """
    write(
        connection,
        "INSERT INTO pace (channel, next_at) VALUES (:channel, 0)"
        " ON CONFLICT (channel) DO UPDATE SET next_at = pace.next_at",
        [{"channel": channel} for channel in sorted(channels)],
    )


def reserve(connection: Connection, slots: Mapping[str, int]) -> None:
    """Remember up to which instant, in microseconds, each channel's slots are given away."""
    write(
        connection,
        "UPDATE pace SET next_at = :next_at WHERE channel = :channel",
        [{"channel": channel, "next_at": slots[channel]} for channel in sorted(slots)],
    )
