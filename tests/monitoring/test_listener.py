"""The small server answers what it shows, refuses the rest in a line, and waits for nobody."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Iterator

import pytest

from touchpoints.errors import UsageError
from touchpoints.monitoring.listener import LONGEST, MOST, Listener
from touchpoints.monitoring.pages import Page
from touchpoints.workspace import Listen


@pytest.fixture
def listener() -> Iterator[Listener]:
    pages = {"/hello": lambda: Page(200, "text/plain", "good day\n")}
    each = Listener(Listen("127.0.0.1", 0), pages)
    yield each
    each.close()


def ask(listener: Listener, method: str, path: str) -> tuple[http.client.HTTPResponse, bytes]:
    line = http.client.HTTPConnection("127.0.0.1", listener.listen.port, timeout=20)
    line.request(method, path)
    answer = line.getresponse()
    body = answer.read()
    line.close()
    return answer, body


def raw(listener: Listener, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", listener.listen.port), timeout=20) as line:
        line.sendall(request)
        return b"".join(iter(lambda: line.recv(4096), b""))


def drip(line: socket.socket) -> None:
    """Send letter by letter, for much longer than one may."""
    for _ in range(int(6 * LONGEST / 0.2)):
        line.sendall(b"l")
        time.sleep(0.2)


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/hello", 200, b"good day\n"),
        ("GET", "/hello?of=morning", 200, b"good day\n"),
        ("HEAD", "/hello", 200, b""),
        ("GET", "/", 404, b"404 Not Found\n"),
        ("GET", "/hello/../etc", 404, b"404 Not Found\n"),
        ("HEAD", "/", 404, b""),
        ("POST", "/hello", 405, b"405 Method Not Allowed\n"),
        ("DELETE", "/hello", 405, b"405 Method Not Allowed\n"),
        ("BREW", "/hello", 405, b"405 Method Not Allowed\n"),
    ],
)
def test_pages_are_read_and_nothing_else(
    listener: Listener, method: str, path: str, status: int, body: bytes
) -> None:
    answer, said = ask(listener, method, path)
    assert (answer.status, said) == (status, body)
    assert answer.getheader("Server") is None
    assert answer.getheader("Allow") == ("GET, HEAD" if status == 405 else None)
    if method == "HEAD":
        assert int(answer.getheader("Content-Length") or 0) > 0


@pytest.mark.parametrize(
    "request_",
    [b"canary\r\n\r\n", b"GET /%s HTTP/1.1\r\n\r\n" % (b"canary" * 20_000), b"\x16\x03\x01\r\n"],
)
def test_what_is_no_request_is_refused_without_being_repeated(
    listener: Listener, request_: bytes
) -> None:
    said = raw(listener, request_)
    assert b"canary" not in said
    assert b"Python" not in said


def test_who_says_nothing_or_drips_is_cut_off_and_holds_up_nobody(listener: Listener) -> None:
    slow = socket.create_connection(("127.0.0.1", listener.listen.port), timeout=1)
    slow.sendall(b"GET /he")
    assert ask(listener, "GET", "/hello")[1] == b"good day\n"
    with pytest.raises(OSError):  # noqa: PT011 - a broken pipe or a reset
        drip(slow)
    slow.close()


def test_too_many_at_a_time_are_turned_away_and_their_places_come_free_again(
    listener: Listener,
) -> None:
    address = ("127.0.0.1", listener.listen.port)
    idle = [socket.create_connection(address, timeout=20) for _ in range(MOST)]
    # Places are taken one after the other, in the order of arrival.
    with pytest.raises((OSError, http.client.HTTPException)):
        ask(listener, "GET", "/hello")
    for line in idle:
        line.close()
    for _ in range(100):
        try:
            assert ask(listener, "GET", "/hello")[1] == b"good day\n"
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        else:
            break
    else:
        pytest.fail("no place came free")


def test_it_closes_while_somebody_is_being_answered(listener: Listener) -> None:
    pages = {"/": lambda: Page(200, "text/plain", "")}
    other = Listener(Listen("127.0.0.1", 0), pages)
    with socket.create_connection(("127.0.0.1", other.listen.port), timeout=20):
        other.close()
    with pytest.raises(OSError):  # noqa: PT011 - refused
        socket.create_connection(("127.0.0.1", other.listen.port), timeout=20)


def test_an_address_that_is_taken_is_said(listener: Listener) -> None:
    with pytest.raises(
        UsageError, match=f"cannot listen on {listener.listen.url}: Address already"
    ):
        Listener(listener.listen, {})
