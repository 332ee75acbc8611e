"""A mail server on loopback that answers and counts, and how fast it can: started as a process.

    python benchmarks/sink.py LEDGER

It prints its port, and writes a line for each message: its key, and when it was taken. It does
nothing else, so that it does not bound what is measured; `ceiling` says what it can take.
"""

from __future__ import annotations

import asyncio
import json
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from crew import wait_for_the_word
from measuring import Result, cpu_seconds, measured

_KEY = b"X-Touchpoint-Key: "


class Session(asyncio.Protocol):
    """One client's connection."""

    def __init__(self, ledger: BinaryIO) -> None:
        self._ledger, self._buffer, self._in_content = ledger, bytearray(), False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer every line, and the content as a whole."""
        self._buffer += data
        while True:
            mark = b"\r\n.\r\n" if self._in_content else b"\r\n"
            end = self._buffer.find(mark)
            if end < 0:
                return
            piece = bytes(self._buffer[:end])
            del self._buffer[: end + len(mark)]
            self._content(piece) if self._in_content else self._line(piece[:4].upper())

    def _line(self, verb: bytes) -> None:
        self._in_content = verb == b"DATA"
        answers = {b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
        self._transport.write(answers.get(verb, b"250 ok\r\n"))
        if verb == b"QUIT":
            self._transport.close()

    def _content(self, content: bytes) -> None:
        start = content.find(_KEY) + len(_KEY)
        key = content[start : content.find(b"\r\n", start)]
        self._ledger.write(b"%s %.6f\n" % (key, time.monotonic()))
        self._in_content = False
        self._transport.write(b"250 taken\r\n")


async def serve(ledger: Path) -> None:
    """Listen until killed."""
    with ledger.open("ab", buffering=0) as file:
        listening = await asyncio.get_running_loop().create_server(
            lambda: Session(file), "127.0.0.1", 0
        )
        print(listening.sockets[0].getsockname()[1], flush=True)
        await listening.serve_forever()


@dataclass(frozen=True, slots=True)
class Sink:
    """A running sink, as those who send to it see it."""

    port: int
    ledger: Path
    process: int

    def taken(self, place: int) -> list[tuple[str, float]]:
        """The messages from a byte of the ledger on: the key, and when, by `time.monotonic`."""
        with self.ledger.open("rb") as file:
            file.seek(place)
            lines = [line.rsplit(" ", 1) for line in file.read().decode().splitlines()]
        return [(key, float(when)) for key, when in lines]

    def size(self) -> int:
        """How many bytes the ledger has."""
        return self.ledger.stat().st_size

    def cpu_seconds(self) -> float:
        """What it has used of a core so far."""
        return cpu_seconds(self.process)


@contextmanager
def sinking(folder: Path) -> Iterator[Sink]:
    """A sink with its ledger in a folder."""
    ledger = folder / "ledger"
    ledger.touch()
    command = [sys.executable, __file__, str(ledger)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Sink(int(process.stdout.readline()), ledger, process.pid)
        finally:
            process.kill()


def ceiling(folder: Path) -> Result:
    """Hand over prepared bytes by the standard library, on a connection that is kept."""
    asked = json.loads((folder / "asked.json").read_text("utf-8"))
    content = (folder / "mail").read_bytes()
    with smtplib.SMTP("127.0.0.1", asked["port"]) as session:
        wait_for_the_word()
        with measured() as spent:
            for _ in range(asked["count"]):
                session.sendmail("hello@bank.example", ["somebody@bank.example"], content)
    return spent


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
