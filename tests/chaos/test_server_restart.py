"""The PostgreSQL server ends in the middle of a delivery, and comes again: nothing is lost."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.test_machine_faults import KEYS, NINE, filled
from tests.databases import DATABASES, Server, missing, wheel
from tests.office import POLICY, at
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.message import Message, Receipt


@pytest.fixture
def postmaster() -> Iterator[Any]:
    """A server of one's own, so that it may end without others noticing."""
    reason = missing(named=False)
    if reason is not None:
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="touchpoints-restart-"))
    running = wheel().get_server(folder / "data", cleanup_mode="delete")
    yield running
    running.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def crash(postmaster: Any) -> None:
    """End the server as a crash does, and start it again."""
    number = postmaster.get_pid()
    os.kill(number, signal.SIGQUIT)
    end = time.monotonic() + 30
    while Path(f"/proc/{number}").exists() and time.monotonic() < end:
        time.sleep(0.01)
    postmaster.ensure_postgres_running()


class Ending(RecordingChannel):
    """A channel; while it sends its n-th message, the server ends at once, and starts again."""

    def __init__(self, postmaster: Any, ends_at: int) -> None:
        super().__init__("email", "email")
        self._postmaster, self._ends_at = postmaster, ends_at

    def send(self, message: Message) -> Receipt:
        """Send it; maybe the server forgets who was connected."""
        receipt = super().send(message)
        if len(self.messages) == self._ends_at:
            crash(self._postmaster)
        return receipt


def test_a_server_that_crashes_in_mid_delivery_is_not_even_noticed(
    postmaster: Any, tmp_path: Path
) -> None:
    DATABASES.server = server = Server(postmaster.get_uri())
    try:
        office = filled(tmp_path, POLICY)
        clock, channel = FixedClock(at(NINE)), Ending(postmaster, ends_at=30)
        loop = office.loop(clock, email=channel)
        loop.start()
        loop.plan()
        # No transaction is open while a message is being sent, so that not even this one suffers.
        assert loop.deliver().accepted == len(KEYS)
        messages = office.messages()
        loop.database.close()
        office.database.close()
    finally:
        DATABASES.server = None
        server.forsake()
    assert set(messages) == KEYS
    assert {row["state"] for row in messages.values()} == {"accepted"}
    assert sorted(channel.keys) == sorted(KEYS)
