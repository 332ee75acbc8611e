"""A mail server (RFC 5321) that keeps what it gets, and misbehaves as drawn."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

from tests.chaos.counter import SILENCE, Counter, reset
from tests.chaos.faults import Fault
from tests.chaos.ledger import Entry

_REFUSALS = {
    Fault.BUSY: b"450 4.2.0 greylisted, come again later\r\n",
    Fault.DOWN: b"421 4.3.2 shutting down\r\n",
    Fault.NEVER: b"550 5.1.1 no such mailbox\r\n",
}


class PostOffice(Counter):
    """Takes mail from anybody; the key is in the header X-Touchpoint-Key."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _say(writer, b"220 post office\r\n")
        fault = Fault.NONE
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"QUIT":
                await _say(writer, b"221 bye\r\n")
                return
            if verb == b"MAIL":
                fault = self.drawn()
            if verb == b"RCPT" and fault in _REFUSALS:
                await _say(writer, _REFUSALS[fault])
                if fault == Fault.DOWN:
                    return
            elif verb == b"DATA":
                if not await self._content(reader, writer, fault):
                    return
            else:
                await _say(writer, b"250 ok\r\n")

    async def _content(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fault: Fault
    ) -> bool:
        """Take what follows DATA; False where the connection is over."""
        if fault == Fault.RESET:
            reset(writer)
            return False
        await _say(writer, b"354 go on\r\n")
        lines: list[bytes] = []
        while (line := await reader.readline()) != b".\r\n":
            if not line or (fault == Fault.HALF and lines):
                reset(writer)
                return False
            lines.append(line[1:] if line.startswith(b".") else line)
        self.take(fault, self._entry(b"".join(lines)))
        if fault in {Fault.TAKEN_SILENT, Fault.SILENT}:
            await asyncio.sleep(SILENCE)
            return False
        if fault == Fault.TAKEN_RESET:
            reset(writer)
            return False
        if fault == Fault.TAKEN_SLOW:
            await asyncio.sleep(self.faults.between(0.01, 0.06))
        await _say(writer, b"250 taken\r\n")
        return True

    def _entry(self, content: bytes) -> Entry:
        mail = BytesParser(policy=default).parsebytes(content)
        assert isinstance(mail, EmailMessage)
        body = mail.get_body(("plain",))
        text = "" if body is None else body.get_content()
        # A long key is folded in its header; no key has a blank of its own.
        key = "".join(str(mail["X-Touchpoint-Key"]).split())
        return Entry.of(self.channel, key, content, text, str(mail["To"]))


async def _say(writer: asyncio.StreamWriter, line: bytes) -> None:
    writer.write(line)
    await writer.drain()
