"""A small HTTP server beside the daemon: a few pages to read, and nothing to write."""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Thread, Timer
from typing import Any

from touchpoints.errors import UsageError
from touchpoints.monitoring.logs import told
from touchpoints.monitoring.pages import Page
from touchpoints.workspace import Listen

log = logging.getLogger("touchpoints")

LONGEST = 5.0
"""Seconds that one request may take to arrive and be answered; then the connection is cut."""
MOST = 8
"""Requests that are answered at a time; more are turned away, so that nobody can pile them up."""


class Listener:
    """Answers at an address, in threads of its own, from the moment it is made until it is closed.

    Raises UsageError where the address cannot be had.
    """

    def __init__(self, listen: Listen, pages: Mapping[str, Callable[[], Page]]) -> None:
        class Handler(_Handler):
            shown = pages

        class Server(_Server):
            address_family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET

        try:
            self._server = Server((listen.host, listen.port), Handler)
        except OSError as error:
            raise UsageError(
                f"cannot listen on {listen.url}: {error.strerror or error};"
                " name another address with `listen:` or --listen"
            ) from error
        self.listen = Listen(listen.host, int(self._server.server_address[1]))
        # Looking every 0.1 s whether to stop lets the daemon end without a pause.
        self._thread = Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        self._thread.name = "listener"
        self._thread.start()

    def close(self) -> None:
        """Stop answering; what is being answered is not waited for."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def answering(listen: Listen, pages: Mapping[str, Callable[[], Page]]) -> Iterator[Listener]:
    """Answer while the block runs, and say in the log where. Raises UsageError."""
    listener = Listener(listen, pages)
    where = listener.listen
    log.info("listening on %s", where.url, extra=told("listening", url=where.url))
    if not where.loopback:
        text = "whoever reaches %s can read the metrics; see to it who does"
        log.warning(text, where.url, extra=told("listening_openly", url=where.url))
    try:
        yield listener
    finally:
        listener.close()


class _Server(ThreadingHTTPServer):
    """Serves a few at a time, each in a thread that ends with the process."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 16

    def __init__(self, *arguments: Any) -> None:
        self._places = BoundedSemaphore(MOST)
        super().__init__(*arguments)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread, or hang up where too many are at it already."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer one, within its time: a timer cuts the line of whoever sends letter by letter."""
        timer = Timer(LONGEST, _cut, [request])
        timer.daemon = True
        timer.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            timer.cancel()
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Somebody who hangs up early is no news; a mistake of ours is."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def server_bind(self) -> None:
        """Take the address, without asking a name server for its name as the standard one does."""
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "localhost", self.server_address[1]


class _Handler(BaseHTTPRequestHandler):
    """GET and HEAD of the pages that are shown; everything else is refused in one line."""

    shown: Mapping[str, Callable[[], Page]]
    timeout = LONGEST

    def do_GET(self) -> None:
        """The page under a path."""
        page = self.shown.get(self.path.partition("?")[0])
        self._answer(_refusal(HTTPStatus.NOT_FOUND) if page is None else page())

    def do_HEAD(self) -> None:
        """What GET would answer, without its text."""
        self.do_GET()

    def send_error(self, code: int, *_words: str | None, **_more: str | None) -> None:
        """Refuse what is no request that is known here, without repeating any of it."""
        status = HTTPStatus.METHOD_NOT_ALLOWED if code == HTTPStatus.NOT_IMPLEMENTED else code
        self._answer(_refusal(HTTPStatus(status)))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing: whoever asks every few seconds would fill the log."""

    def _answer(self, page: Page) -> None:
        body = page.text.encode("utf-8")
        self.send_response_only(page.status)
        self.send_header("Date", self.date_time_string())
        self.send_header("Content-Type", page.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Connection", "close")
        if page.status == HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET, HEAD")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _refusal(status: HTTPStatus) -> Page:
    return Page(status, "text/plain; charset=utf-8", f"{status.value} {status.phrase}\n")


def _cut(request: socket.socket) -> None:
    with suppress(OSError):
        request.shutdown(socket.SHUT_RDWR)
