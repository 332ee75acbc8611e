"""A gateway over HTTP: one that knows keys, or one that does not."""

from __future__ import annotations

import asyncio
import json

from tests.chaos.counter import SILENCE, Counter, reset
from tests.chaos.faults import Fault
from tests.chaos.ledger import Entry

_ANSWERS = {
    Fault.TAKEN_500: "500 Internal Server Error",
    Fault.BUSY: "429 Too Many Requests",
    Fault.DOWN: "503 Service Unavailable",
    Fault.NEVER: "422 Unprocessable Content",
}


class Gateway(Counter):
    """Takes `POST` with a JSON body of `to` and `text`, the key in `Idempotency-Key`."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            headers = _headers(head)
            body = await reader.readexactly(int(headers["content-length"]))
            fault = self.drawn()
            if fault == Fault.RESET:
                reset(writer)
                return
            told = json.loads(body)
            key = headers["idempotency-key"]
            self.take(fault, Entry.of(self.channel, key, body, told["text"], told["to"]))
            if fault in {Fault.TAKEN_SILENT, Fault.SILENT}:
                await asyncio.sleep(SILENCE)
                return
            if fault == Fault.TAKEN_RESET:
                reset(writer)
                return
            if fault == Fault.TAKEN_SLOW:
                await asyncio.sleep(self.faults.between(0.01, 0.06))
            writer.write(self._answer(fault))
            await writer.drain()

    def _answer(self, fault: Fault) -> bytes:
        status = _ANSWERS.get(fault, "200 OK")
        again = f"Retry-After: {self.faults.between(30, 900):.0f}\r\n"
        extra = again if fault == Fault.BUSY else ""
        return f"HTTP/1.1 {status}\r\n{extra}Content-Length: 2\r\n\r\n{{}}".encode()


def _headers(head: bytes) -> dict[str, str]:
    lines = head.decode("latin-1").split("\r\n")[1:]
    pairs = (line.partition(":") for line in lines if line)
    return {name.lower(): value.strip() for name, _, value in pairs}
