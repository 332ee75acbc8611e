"""From the start of `touchpoints run` after a kill to the first message at the other side."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from crew import environment
from mailing import AS_OF
from measuring import Result
from sink import Sink
from spreading import spread

PATIENCE = 120.0
BEFORE_THE_KILL = 50


@dataclass(frozen=True, slots=True)
class Restarts:
    """The daemon of a workspace, killed in mid-delivery and started again."""

    folder: Path
    sink: Sink

    def measured(self, kills: int, pause: timedelta) -> Result:
        """Seconds to the first message after each kill, when the daemon was away for so long."""
        found: list[float] = []
        left: list[int] = []
        for number in range(kills + 1):
            took = self._life(number, pause)
            if number:  # the first start follows no kill
                found.append(took)
            left.append(self._under_way())
        return spread(found) | {"left_claimed_or_sending": left[:-1]}

    def _life(self, number: int, pause: timedelta) -> float:
        """Start, wait for the first message, let some more go out, kill."""
        as_of = AS_OF + (pause + timedelta(minutes=1)) * (number + 1)
        command = [sys.executable, "-m", "touchpoints", "-w", str(self.folder), "run"]
        before, began = self.sink.size(), time.monotonic()
        with (
            (self.folder / "log").open("a") as log,
            subprocess.Popen(
                [*command, "--as-of", as_of.isoformat()], stderr=log, env=environment()
            ) as daemon,
        ):
            self._wait(before + 1, daemon)
            first = self.sink.taken(before)[0][1]
            self._wait(before + BEFORE_THE_KILL * 20, daemon)
            daemon.send_signal(signal.SIGKILL)
        return first - began

    def _wait(self, size: int, daemon: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + PATIENCE
        while self.sink.size() < size:
            if daemon.poll() is not None or time.monotonic() > end:
                raise RuntimeError((self.folder / "log").read_text("utf-8")[-2000:])
            time.sleep(0.001)

    def _under_way(self) -> int:
        from touchpoints.store.database import Database
        from touchpoints.store.statements import rows
        from touchpoints.workspace import load

        database = Database(load(self.folder, {}).database, self.folder)
        sql = "SELECT COUNT(*) FROM message WHERE state IN ('claimed', 'sending')"
        with database.reading() as connection:
            found = int(rows(connection, sql)[0][0])
        database.close()
        return found
