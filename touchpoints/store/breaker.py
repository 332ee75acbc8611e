"""What all workers know of channels whose providers fail; a channel that works has no row."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from touchpoints.core.breaker import Breaker
from touchpoints.store.statements import rows, write


def breakers(connection: Connection) -> dict[str, Breaker]:
    """The channels that have failed of late."""
    sql = "SELECT channel, failures, rests, rest_until, probing_until FROM breaker ORDER BY channel"
    return {channel: Breaker(*numbers) for channel, *numbers in rows(connection, sql)}


def troubles(connection: Connection) -> list[tuple[str, int, str]]:
    """(channel, until when it rests, what its provider answered last), for `status`."""
    sql = "SELECT channel, rest_until, detail FROM breaker WHERE rest_until > 0 ORDER BY channel"
    return [(channel, until, detail) for channel, until, detail in rows(connection, sql)]


def lock(connection: Connection, channels: Sequence[str]) -> None:
    """Keep other workers from probing these channels until this transaction ends."""
    write(
        connection,
        "UPDATE breaker SET failures = failures WHERE channel = :channel",
        [{"channel": channel} for channel in sorted(channels)],
    )


def keep(connection: Connection, channel: str, breaker: Breaker, detail: str | None = None) -> None:
    """Store what is known of a channel now; None keeps what its provider answered last."""
    if breaker == Breaker():
        write(connection, "DELETE FROM breaker WHERE channel = :channel", {"channel": channel})
        return
    write(
        connection,
        "INSERT INTO breaker (channel, failures, rests, rest_until, probing_until, detail)"
        " VALUES (:channel, :failures, :rests, :rest_until, :probing_until, COALESCE(:detail, ''))"
        " ON CONFLICT (channel) DO UPDATE SET failures = excluded.failures, rests = excluded.rests,"
        " rest_until = excluded.rest_until, probing_until = excluded.probing_until,"
        " detail = COALESCE(:detail, breaker.detail)",
        {
            "channel": channel,
            "failures": breaker.failures,
            "rests": breaker.rests,
            "rest_until": breaker.rest_until,
            "probing_until": breaker.probing_until,
            "detail": detail,
        },
    )


def forget(connection: Connection) -> None:
    """Take all channels as if they had never failed."""
    write(connection, "DELETE FROM breaker", {})
