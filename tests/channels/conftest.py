"""Servers on loopback: a real one that keeps what it gets, and one that misbehaves as told."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.gateway import CERTIFICATE, Gateway

DROP = "close the connection"
RESET = "reset the connection"
SILENCE = "say nothing any more"


@dataclass(frozen=True)
class Received:
    """One message as the server got it."""

    sender: str
    recipient: str
    content: bytes
    options: tuple[str, ...]
    peer: tuple[str, int]
    encrypted: bool
    user: str | None


class Mailbox:
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.received: list[Received] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.received.append(
            Received(
                sender=envelope.mail_from or "",
                recipient=envelope.rcpt_tos[0],
                content=envelope.original_content or b"",
                options=tuple(envelope.mail_options),
                peer=session.peer,
                encrypted=server.transport.get_extra_info("ssl_object") is not None,
                user=session.auth_data.login.decode() if session.auth_data else None,
            )
        )
        return f"250 2.0.0 Ok: queued as {len(self.received)}"


def _know_harbour(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
    known = isinstance(data, LoginPassword) and data.password == b"s3cret@/"
    return AuthResult(success=known, handled=False, auth_data=data)


class MailServer:
    """A real SMTP server; `url` reaches it with a scheme and a log-in of one's choice."""

    def __init__(self, *, tls: str | None = None, login: bool = False, **options: Any) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        if tls == "starttls":
            options["tls_context"] = context
        if login:
            options |= {"authenticator": _know_harbour, "auth_require_tls": False}
        self.mailbox = Mailbox()
        self._controller = Controller(
            self.mailbox,
            hostname="127.0.0.1",
            port=_free_port(),
            ssl_context=context if tls == "tls" else None,
            server_hostname="localhost",
            **options,
        )
        self._controller.start()

    @property
    def received(self) -> list[Received]:
        return self.mailbox.received

    def url(self, scheme: str = "smtp", login: str = "", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{login}{host}:{self._controller.port}"

    def stop(self) -> None:
        self._controller.stop()


class ScriptedServer:
    """Answers each verb as told: a line, DROP, RESET or SILENCE; a list is taken in turn.

    `content` is the answer to the message itself, `greeting` the first line of a connection.
    """

    USUAL = {  # noqa: RUF012
        "greeting": "220 hello",
        "EHLO": "250 hello",
        "MAIL": "250 ok",
        "RCPT": "250 ok",
        "DATA": "354 go on",
        "content": "250 2.0.0 taken as 77",
        "RSET": "250 ok",
        "NOOP": "250 ok",
        "QUIT": "221 bye",
    }

    def __init__(self, **answers: str | list[str]) -> None:
        self._answers: dict[str, Any] = self.USUAL | answers
        self.commands: list[str] = []
        self.contents: list[bytes] = []
        self.connections = 0
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stopped = threading.Event()
        self._start(self._listen)

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self._stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    def _start(self, work: Callable[..., None], *arguments: Any) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                self._open.append(connection)
                self._start(self._converse, connection)

    def _converse(self, connection: socket.socket) -> None:
        with closing(connection), connection.makefile("rb") as lines, suppress(OSError):
            if not self._answer(connection, "greeting"):
                return
            for line in lines:
                verb = line[:4].decode("latin-1").strip().upper()
                self.commands.append(line.decode("latin-1").strip())
                if not self._answer(connection, verb) or verb == "QUIT":
                    return
                if verb == "DATA" and self._last.startswith("354"):
                    self.contents.append(b"".join(iter(lines.readline, b".\r\n")))
                    if not self._answer(connection, "content"):
                        return

    def _answer(self, connection: socket.socket, to: str) -> bool:
        answer = self._answers.get(to, "500 what?")
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        self._last = answer
        if answer == SILENCE:
            self._stopped.wait(10)
            return False
        if answer == RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if answer in (RESET, DROP):
            return False
        connection.sendall(answer.encode() + b"\r\n")
        return not answer.startswith("421")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _started(kind: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    with ExitStack() as stack:

        def start(*arguments: Any, **options: Any) -> Any:
            server = kind(*arguments, **options)
            stack.callback(server.stop)
            return server

        yield start


@pytest.fixture
def mail_server() -> Iterator[Callable[..., MailServer]]:
    """Starts real SMTP servers, and stops them after the test."""
    with _started(MailServer) as start:
        yield start


@pytest.fixture
def scripted_server() -> Iterator[Callable[..., ScriptedServer]]:
    """Starts servers that answer as told, and stops them after the test."""
    with _started(ScriptedServer) as start:
        yield start


@pytest.fixture
def gateway() -> Iterator[Callable[..., Gateway]]:
    """Starts HTTP servers that answer as told, and stops them after the test."""
    with _started(Gateway) as start:
        yield start


@pytest.fixture
def closed_port() -> int:
    """A port at which nobody listens."""
    return _free_port()


@pytest.fixture
def certificate() -> Path:
    """The key and certificate of localhost that the real servers use; valid until 2123."""
    return CERTIFICATE
