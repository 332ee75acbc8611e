"""The workers as processes: forked, awaited, stopped, continued and killed."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

POLL = 0.002
"""Seconds between two looks at a life; at 0.5 ms, looking took a tenth of a run's time."""


@dataclass
class Life:
    """One worker process, from its start until it is known how it ended."""

    pid: int
    born: float
    sign: Callable[[], bool]
    status: int | None = None
    first_sign: float | None = None

    @classmethod
    def begun(cls, job: Callable[[], int], sign: Callable[[], bool] = lambda: False) -> Life:
        """Fork a process that does a job. The caller has no threads and no open database.

        `sign` tells whether it has sent something; `first_sign` are the seconds until it had.
        """
        sys.stdout.flush()
        born = time.monotonic()
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                code = job()
            except BaseException:
                traceback.print_exc()
                sys.stderr.flush()
            os._exit(code)
        return cls(pid, born, sign)

    def over(self) -> bool:
        """Whether it has ended by itself, by whatever means."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def outlives(self, seconds: float, done: Callable[[], bool] = lambda: False) -> bool:
        """Wait so long, or until something is done; False where it has ended before."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not done():
            self._look_for_a_sign()
            if self.over():
                return False
            time.sleep(POLL)
        return not self.over()

    def _look_for_a_sign(self) -> None:
        if self.first_sign is None and self.sign():
            self.first_sign = time.monotonic() - self.born

    def stop(self) -> None:
        """Let it stand still."""
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on from where it stood."""
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End it at once, wherever it is."""
        if not self.over():
            os.kill(self.pid, signal.SIGKILL)
            _, status = os.waitpid(self.pid, 0)
            self.status = os.waitstatus_to_exitcode(status)

    def end(self) -> int:
        """Wait for its end; the exit code."""
        if self.status is None:
            _, status = os.waitpid(self.pid, 0)
            self.status = os.waitstatus_to_exitcode(status)
        return self.status
