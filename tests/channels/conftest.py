"""Servers on loopback: a real one that keeps what it gets, and one that misbehaves as told."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

CERTIFICATE = Path(__file__).with_name("localhost.pem")

DROP = "close the connection"
RESET = "reset the connection"
SILENCE = "say nothing any more"
DRIP = "say one letter every 20 ms"
BREAK = "stop in the middle of the answer"


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


@dataclass(frozen=True)
class Request:
    """One request as the gateway got it; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    peer: tuple[str, int]


@dataclass(frozen=True)
class Reply:
    """One answer of the gateway, or what it does instead."""

    status: int = 200
    body: bytes = b'{"id": "abc-1"}'
    headers: dict[str, str] = field(default_factory=dict)
    instead: str = ""


class Gateway:
    """A real HTTP server that gives its replies in turn, the last one for ever."""

    def __init__(self, *replies: Reply, tls: bool = False) -> None:
        self.received: list[Request] = []
        self.stopped = threading.Event()
        self._replies = list(replies) or [Reply()]
        self._turn = threading.Lock()
        gateway = self

        class Handler(_Handler):
            owner = gateway

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._tls = tls
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def url(self, path: str = "/send", login: str = "", host: str = "127.0.0.1") -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://{login}{host}:{self._server.server_port}{path}"

    def next_reply(self) -> Reply:
        with self._turn:
            return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]

    def stop(self) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """Keeps a request and gives the next reply."""

    protocol_version = "HTTP/1.1"
    owner: Gateway

    def setup(self) -> None:
        self.request.settimeout(5)
        super().setup()

    def handle(self) -> None:
        with suppress(OSError):
            super().handle()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.owner.received.append(
            Request(self.command, self.path, headers, body, self.client_address)
        )
        reply = self.owner.next_reply()
        if reply.instead in (DROP, RESET):
            if reply.instead == RESET:
                linger = struct.pack("ii", 1, 0)
                self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.request.close()
            self.close_connection = True
        elif reply.instead == SILENCE:
            self.owner.stopped.wait(5)
            self.close_connection = True
        elif reply.instead == DRIP:
            self._drip()
        else:
            self._answer(reply)

    do_PUT = do_POST  # noqa: N815

    def _answer(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        broken = reply.instead == BREAK
        self.wfile.write(reply.body[: len(reply.body) // 2] if broken else reply.body)
        self.close_connection = broken

    def _drip(self) -> None:
        self.close_connection = True
        for letter in "HTTP/1.1 200 OK\r\nX-Slow: " + "x" * 1000:
            if self.owner.stopped.wait(0.02):
                return
            self.wfile.write(letter.encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


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
