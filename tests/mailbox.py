"""A mail server for tests."""

from __future__ import annotations

import socket
from email.parser import BytesParser
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """A real SMTP server on loopback that keeps the very bytes it gets."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []
        self.recipients: list[str] = []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content
        assert isinstance(content, bytes)
        self.contents.append(content)
        self.recipients.extend(envelope.rcpt_tos)
        return "250 taken"

    def by_key(self) -> dict[str, bytes]:
        """The contents by the key in their header; each came once."""
        parse = BytesParser(policy=default)
        keys = [str(parse.parsebytes(each)["X-Touchpoint-Key"]) for each in self.contents]
        assert len(keys) == len(set(keys))
        return dict(zip(keys, self.contents, strict=True))

    def close(self) -> None:
        """Stop listening; may be asked twice."""
        if self._controller.server is not None:
            self._controller.stop()
