"""The operator's emergency brake: ceilings per run and per day, and the pause of everything."""

from __future__ import annotations

from sqlalchemy import Connection

from touchpoints.core.calendar import zone_clock
from touchpoints.store import ceilings, pausing
from touchpoints.workspace import Limits

PAUSE, PER_RUN, PER_DAY = "pause", "limits.per_run", "limits.per_day"
"""The names of what lets nothing leave."""


class Ceilings:
    """Says whether another attempt may begin, and counts those that do, mandatory ones too."""

    def __init__(self, limits: Limits, zone: str) -> None:
        self._limits, self._clock = limits, zone_clock(zone)
        self._begun = 0
        self._counted: int | None = None

    def reached(self, connection: Connection, now: int) -> dict[str, str]:
        """What lets nothing leave now, in words by its name; empty where messages may leave."""
        found = {}
        since = pausing.all_paused_since(connection)
        if since is not None:
            found[PAUSE] = (
                f"everything is paused since {self._clock.minute(since)};"
                " nothing leaves until touchpoints resume --all"
            )
        most, day = self._limits.per_run, self._clock.local_day(now)
        if most is not None and self._begun >= most:
            found[PER_RUN] = f"{most:,} have left; nothing more leaves in this run"
        most = self._limits.per_day
        if most is not None and (ceilings.begun(connection, day) or 0) >= most:
            until = self._clock.minute(self._clock.instant(day + 1, 0))
            found[PER_DAY] = f"{most:,} have left today; nothing more leaves until {until}"
        return found

    def count(self, connection: Connection, now: int) -> bool:
        """Count an attempt in the transaction that begins it; False where it must not begin."""
        if pausing.all_paused_since(connection) is not None:
            return False
        if self._limits.per_run is not None and self._begun >= self._limits.per_run:
            return False
        if self._limits.per_day is not None and not self._count_today(connection, now):
            return False
        self._begun += 1
        return True

    def give_back(self, connection: Connection, now: int) -> None:
        """Take back the count of an attempt that has not begun after all."""
        self._begun -= 1
        if self._limits.per_day is not None:
            ceilings.give_back(connection, self._clock.local_day(now))

    def _count_today(self, connection: Connection, now: int) -> bool:
        most, day = self._limits.per_day or 0, self._clock.local_day(now)
        if self._counted != day:
            # A day that is new to this run: earlier ones may have gone without a ceiling.
            ceilings.recount(connection, day, self._clock.instant(day, 0))
            self._counted = day
        return ceilings.count(connection, day, most)
