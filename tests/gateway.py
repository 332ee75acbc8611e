"""A real HTTP server on loopback that keeps what it gets, and answers or misbehaves as told."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

CERTIFICATE = Path(__file__).parent / "channels" / "localhost.pem"
"""Key and certificate of localhost; valid until 2123."""

DROP = "close the connection"
RESET = "reset the connection"
SILENCE = "say nothing any more"
DRIP = "say one letter every 20 ms"
BREAK = "stop in the middle of the answer"


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
    disable_nagle_algorithm = True  # head and body are two writes: 40 ms for each answer otherwise
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
