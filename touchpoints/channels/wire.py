"""Requests over HTTP/1.1 on kept connections, and what is certain when no answer comes.

httpcore does neither redirects nor proxies nor unpacking, so none of them has to be switched off,
and lets us open the sockets: to an address that was checked, within a time for the whole exchange.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore

from touchpoints.channels.endpoint import (
    Doors,
    Endpoint,
    ForbiddenError,
    NoAnswerError,
    NotSentError,
)

MOST_BYTES = 65_536
"""How much of an answer is read; no provider needs more to say what became of a message."""

_IDLE = 30.0
"""Seconds that a connection is kept for the next message."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `body` is None where it broke off or was too large to be read."""

    status: int
    headers: Mapping[str, str]
    body: bytes | None


class _Exchange(threading.local):
    """The request that this thread has under way: until when, and whether a byte has left."""

    ends = 0.0
    begun = False

    def left(self) -> float:
        """Seconds left, at least so many that a socket does not block for ever."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("out of time")
        return left


class Wire:
    """Sends requests to one endpoint; threads may share it, each on a connection of its own."""

    def __init__(self, endpoint: Endpoint, doors: Doors, timeout: float) -> None:
        self._endpoint, self._timeout = endpoint, timeout
        self._exchange = _Exchange()
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_connections=None,
            keepalive_expiry=_IDLE,
            network_backend=_Backend(doors, self._exchange),
        )

    def send(self, method: str, headers: Iterable[tuple[str, str]], content: bytes) -> Answer:
        """One request and its answer. Raises NotSentError or NoAnswerError."""
        exchange, endpoint = self._exchange, self._endpoint
        exchange.ends, exchange.begun = time.monotonic() + self._timeout, False
        url = httpcore.URL(
            scheme=endpoint.scheme,
            host=endpoint.host,
            port=endpoint.port,
            target=endpoint.target,
        )
        lines = [("Host", endpoint.authority), ("Content-Length", str(len(content))), *headers]
        try:
            with self._pool.stream(method, url, headers=lines, content=content) as response:
                return Answer(response.status, _headers(response), _body(response))
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            why = f"{_reason(error)} ({endpoint.authority})"
            raise (NoAnswerError if exchange.begun else NotSentError)(why) from error
        except ForbiddenError as error:
            raise NotSentError(str(error)) from error

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class _Backend(httpcore.NetworkBackend):
    """Opens sockets to addresses that were checked."""

    def __init__(self, doors: Doors, exchange: _Exchange) -> None:
        self._doors, self._exchange = doors, exchange
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the exchange has one for everything
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address that takes it."""
        refusal = httpcore.ConnectError("no address")
        try:
            addresses = self._doors.addresses(host, port)
        except OSError as error:
            raise httpcore.ConnectError("no address") from error
        for address in addresses:
            try:
                stream = self._sockets.connect_tcp(
                    address, port, self._exchange.left(), local_address, socket_options
                )
            except httpcore.ConnectError as error:
                refusal = error
            else:
                return _Stream(stream, self._exchange)
        raise refusal


class _Stream(httpcore.NetworkStream):
    """A connection that notes the first byte of each request, and keeps to its time."""

    def __init__(self, stream: httpcore.NetworkStream, exchange: _Exchange) -> None:
        self._stream, self._exchange = stream, exchange

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, self._exchange.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        left = self._exchange.left()
        self._exchange.begun = True
        self._stream.write(buffer, left)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        left = self._exchange.left()
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._exchange)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _headers(response: httpcore.Response) -> dict[str, str]:
    return {name.decode("latin-1").lower(): it.decode("latin-1") for name, it in response.headers}


def _body(response: httpcore.Response) -> bytes | None:
    """The whole body, or None; the status stands, whatever becomes of the rest."""
    body = b""
    try:
        for chunk in response.iter_stream():
            body += chunk
            if len(body) > MOST_BYTES:
                return None
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        return None
    return body


def _reason(error: Exception) -> str:
    """Why it failed, in words that repeat nothing of the request."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the certificate does not hold: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return f"TLS broke off: {cause.reason}"
        if isinstance(cause, OSError) and cause.strerror:
            return f"the connection failed: {cause.strerror}"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpcore.TimeoutException):
        return "no answer in time"
    if isinstance(error, httpcore.RemoteProtocolError):
        return "the connection closed, or spoke no HTTP, before an answer came"
    return "the connection failed"
