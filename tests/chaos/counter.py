"""What both kinds of provider share: a port that can be shut, a ledger, and faults."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from dataclasses import replace

from tests.chaos.clock import WorldClock
from tests.chaos.faults import Fault, Faults
from tests.chaos.ledger import Entry, Ledger

SILENCE = 5.0
"""Seconds for which nothing is said; the workspace's channels give up long before."""
_TAKEN = {Fault.NONE, Fault.TAKEN_SLOW, Fault.TAKEN_SILENT, Fault.TAKEN_500, Fault.TAKEN_RESET}


class Counter:
    """One channel's counter: it listens, takes messages into the ledger, and misbehaves as drawn.

    With a `key_life` (seconds of the world) it takes each key once in that time.
    """

    def __init__(
        self, channel: str, ledger: Ledger, clock: WorldClock, faults: Faults, key_life: float = 0
    ) -> None:
        self.channel, self.faults = channel, faults
        self._ledger, self._clock, self._key_life = ledger, clock, key_life
        self._known: dict[str, float] = {}
        self._server: asyncio.Server | None = None
        self._reopening: asyncio.Task[None] | None = None
        self.port = 0

    async def open(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(self._welcome, "127.0.0.1", self.port)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk to one client until it goes."""
        raise NotImplementedError

    def drawn(self) -> Fault:
        """What happens to the message that is coming in."""
        fault = self.faults.next()
        if fault == Fault.SHUT:
            self._shut(self.faults.between(0.05, 0.3))
            return Fault.RESET
        return fault

    def take(self, fault: Fault, entry: Entry) -> None:
        """Put the message into the ledger, where the fault lets it come so far."""
        if fault not in _TAKEN:
            return
        at = self._clock.seconds()
        known = self._known.get(entry.key)
        replay = bool(self._key_life) and known is not None and at < known + self._key_life
        if not replay:
            self._known[entry.key] = at
        self._ledger.add(replace(entry, at=at, replay=replay))

    def _shut(self, seconds: float) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
            self._reopening = asyncio.create_task(self._reopen(seconds))

    async def _reopen(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.open()

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        gone = (OSError, asyncio.IncompleteReadError, asyncio.CancelledError)
        with suppress(*gone):
            await self.serve(reader, writer)
        with suppress(OSError):
            writer.close()


def reset(writer: asyncio.StreamWriter) -> None:
    """Break the connection off with RST instead of FIN."""
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()
