"""The HTTP channel against real servers on loopback, also against ones that misbehave."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.gateway import BREAK, DRIP, DROP, RESET, SILENCE, Gateway, Reply
from touchpoints.channels import open_channel
from touchpoints.channels.conformance import HOSTILE_KEYS, HOSTILE_TEXTS, faults, sample
from touchpoints.channels.endpoint import Doors, Endpoint, is_public
from touchpoints.channels.http import HttpChannel, HttpOptions
from touchpoints.channels.payload import header_key
from touchpoints.core.message import Message, Outcome, Receipt, key_life
from touchpoints.errors import UsageError

Start = Callable[..., Gateway]
SECRET = "Bearer s3cret-t0ken"

TAKEN = (Outcome.ACCEPTED, False)
LATER = (Outcome.TEMPORARY, False)
UNREACHABLE = (Outcome.TEMPORARY, True)
NEVER = (Outcome.PERMANENT, False)
IN_DOUBT = (Outcome.IN_DOUBT, True)


def http(url: str, resolve: Any = None, **options: Any) -> HttpChannel:
    settings = HttpOptions.model_validate({"url": url, "timeout": 5.0, **options})
    doors = Doors(frozenset(settings.allow_private or ()), *([resolve] if resolve else []))
    return HttpChannel("sms", "text", settings, doors)


def text(key: str = "C1/birthday/2026", body: str = "Good day.") -> Message:
    return sample(http("http://127.0.0.1"), key, body)


def sent(url: str, message: Message | None = None, **options: Any) -> Receipt:
    with closing(http(url, **options)) as channel:
        return channel.send(message or text())


def verdict(receipt: Receipt) -> tuple[Outcome, bool]:
    return receipt.outcome, receipt.unreachable


def test_the_http_channel_conforms(gateway: Start, closed_port: int) -> None:
    server = gateway()
    down = f"http://127.0.0.1:{closed_port}/"
    assert faults(lambda _: http(server.url()), lambda _: http(down)) == []


def test_a_gateway_that_repeats_what_it_was_sent_conforms_too(gateway: Start) -> None:
    echo = b'{"id": "+8613800000000", "code": "8613800000000"}'
    options = {"provider_id": "id", "error": "code"}
    server, refusing = gateway(Reply(body=echo)), gateway(Reply(400, echo))
    assert faults(lambda _: http(server.url(), **options)) == []
    receipt = sent(refusing.url(), **options)
    assert receipt == Receipt(Outcome.PERMANENT, "400 Bad Request")


@pytest.mark.parametrize("body", [*HOSTILE_TEXTS, '"}', "{{7*7}}"])
def test_the_gateway_receives_the_very_bytes(gateway: Start, body: str) -> None:
    server, message = gateway(), text(body=body)
    assert verdict(sent(server.url("/v1/send?to=all"), message)) == TAKEN
    (request,) = server.received
    assert request.body == message.content
    assert (request.method, request.path) == ("POST", "/v1/send?to=all")
    assert request.headers["content-type"] == "application/json"
    assert request.headers["idempotency-key"] == message.key


def test_headers_method_and_key_header_are_those_of_the_policy(gateway: Start) -> None:
    server = gateway()
    headers = {"Authorization": SECRET, "content-type": "application/json; v=2"}
    sent(server.url(), headers=headers, method="PUT", key_header="X-Request-Key")
    (request,) = server.received
    assert request.method == "PUT"
    assert request.headers["authorization"] == SECRET
    assert request.headers["content-type"] == "application/json; v=2"
    assert request.headers["x-request-key"] == "C1/birthday/2026"
    assert "idempotency-key" not in request.headers


def test_a_form_says_that_it_is_one(gateway: Start) -> None:
    server = gateway()
    sent(server.url(), form={"To": "{{ message.address }}"})
    assert server.received[0].headers["content-type"] == "application/x-www-form-urlencoded"


def test_user_and_password_of_the_url_become_basic_authentication(gateway: Start) -> None:
    server = gateway()
    sent(server.url(login="AC1:t%40ken@"))
    expected = "Basic " + base64.b64encode(b"AC1:t@ken").decode()
    assert server.received[0].headers["authorization"] == expected
    assert "t%40ken" not in server.received[0].path + server.received[0].headers["host"]


@pytest.mark.parametrize("key", HOSTILE_KEYS)
def test_every_key_arrives_as_a_header_of_its_own(gateway: Start, key: str) -> None:
    server = gateway()
    sent(server.url(), text(key))
    (request,) = server.received
    assert request.headers["idempotency-key"] == header_key(key)
    assert "bcc" not in request.headers


def test_two_keys_never_become_one() -> None:
    keys = ["é/a/1", "%C3%A9/a/1", "C 1/a/1", "C%201/a/1", "C1/a/1", "C1/a/1 "]
    assert len({header_key(key) for key in keys}) == len(keys)
    assert header_key("C-17/instalment-due/L-4711:09@-3d") == "C-17/instalment-due/L-4711:09@-3d"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, TAKEN),
        (201, TAKEN),
        (202, TAKEN),
        (204, TAKEN),
        (301, IN_DOUBT),
        (302, IN_DOUBT),
        (303, IN_DOUBT),
        (307, UNREACHABLE),
        (308, UNREACHABLE),
        (400, NEVER),
        (401, UNREACHABLE),
        (402, UNREACHABLE),
        (403, UNREACHABLE),
        (404, NEVER),
        (408, LATER),
        (409, NEVER),
        (422, NEVER),
        (425, LATER),
        (429, LATER),
        (500, IN_DOUBT),
        (502, IN_DOUBT),
        (503, IN_DOUBT),
        (504, IN_DOUBT),
        (599, IN_DOUBT),
    ],
)
def test_a_status_means_what_it_proves(
    gateway: Start, status: int, expected: tuple[Outcome, bool]
) -> None:
    reply = Reply(status, b"" if status == 204 else b"{}")
    receipt = sent(gateway(reply).url())
    assert verdict(receipt) == expected
    assert receipt.detail.startswith(str(status))


def test_a_redirect_is_not_followed(gateway: Start) -> None:
    target = gateway()
    server = gateway(Reply(307, headers={"Location": target.url("/elsewhere")}))
    receipt = sent(server.url(), headers={"Authorization": SECRET})
    assert verdict(receipt) == UNREACHABLE
    assert "put the new address into `url`" in receipt.detail
    assert target.received == []


ANSWERS: Sequence[dict[str, Any]] = (
    {"json": "messages.0.status", "is": ["0", 1], "means": "accepted"},
    {"json": "messages.0.status", "is": "9", "means": "unreachable"},
    {"status": [429, "500-503"], "means": "temporary"},
    {"status": 200, "json": "warning", "means": "in_doubt"},
    {"status": "200-299", "json": "ok", "is": False, "means": "permanent"},
)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b'{"messages": [{"status": "0"}]}', TAKEN),
        (500, b'{"messages": [{"status": 1}]}', TAKEN),
        (200, b'{"messages": [{"status": "9"}]}', UNREACHABLE),
        (503, b'{"messages": []}', LATER),
        (504, b"", IN_DOUBT),
        (200, b'{"warning": "slow", "ok": false}', IN_DOUBT),
        (200, b'{"warning": null, "ok": false}', NEVER),
        (200, b'{"ok": true}', IN_DOUBT),
        (200, b"<html>Sign in to the hotel's network</html>", IN_DOUBT),
        (200, b"[" * 60_000, IN_DOUBT),
        (200, b'{"messages": {"0": {"status": {}}}}', IN_DOUBT),
        (200, b"\xff\xfe", IN_DOUBT),
        (200, b'{"n": ' + b"9" * 20_000 + b"}", IN_DOUBT),
    ],
)
def test_the_first_answer_of_the_policy_that_fits_counts(
    gateway: Start, status: int, body: bytes, expected: tuple[Outcome, bool]
) -> None:
    receipt = sent(gateway(Reply(status, body)).url(), answers=ANSWERS)
    assert verdict(receipt) == expected
    assert receipt.at_fault is (expected == LATER and status >= 500)


def test_an_answer_that_is_no_json_can_be_read_as_a_whole(gateway: Start) -> None:
    rules = [{"json": ".", "is": "ok", "means": "accepted"}]
    assert verdict(sent(gateway(Reply(body=b"ok\n")).url(), answers=rules)) == TAKEN
    receipt = sent(gateway(Reply(404, b"no_service")).url(), answers=rules, error=".")
    assert receipt == Receipt(Outcome.PERMANENT, "404 Not Found, code no_service")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("id", "abc-1"),
        ("header:X-Message-Id", "h-77"),
        ("messages.0.id", None),
        ("sentence", None),
    ],
)
def test_the_providers_id_is_taken_from_the_answer(
    gateway: Start, path: str, expected: str | None
) -> None:
    reply = Reply(
        body=b'{"id": "abc-1", "sentence": "Sent to Ann Lee"}', headers={"X-Message-ID": "h-77"}
    )
    assert sent(gateway(reply).url(), provider_id=path).provider_id == expected


def test_the_providers_code_is_told_and_its_sentences_are_not(gateway: Start) -> None:
    body = b'{"code": 21211, "message": "Ann Lee is not at +8613800000000"}'
    receipt = sent(gateway(Reply(400, body)).url(), error="code")
    assert receipt.detail == "400 Bad Request, code 21211"
    assert sent(gateway(Reply(400, body)).url(), error="message").detail == "400 Bad Request"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30),
        ("Tue, 24 Nov 2026 09:02:00 GMT", 120),
        ("Tue, 24 Nov 2026 08:00:00 GMT", 0),
        ("999999", 86_400),
        ("-5", None),
        ("soon", None),
        ("9" * 5000, None),
    ],
)
def test_the_other_side_says_when_to_come_again(
    gateway: Start, header: str, seconds: int | None
) -> None:
    receipt = sent(gateway(Reply(429, headers={"Retry-After": header})).url())
    assert receipt.retry_after == seconds
    assert receipt.detail == "429 Too Many Requests" + (
        f", again after {seconds} s" if seconds else ""
    )


@pytest.mark.parametrize("instead", [DROP, RESET, SILENCE, DRIP])
def test_without_an_answer_nobody_knows(gateway: Start, instead: str) -> None:
    server = gateway(Reply(instead=instead))
    receipt = sent(server.url(), timeout=0.3)
    assert verdict(receipt) == IN_DOUBT
    assert "nobody knows whether it was taken" in receipt.detail
    assert len(server.received) == 1


def test_a_gateway_that_goes_silent_conforms_too(gateway: Start) -> None:
    server = gateway(Reply(instead=SILENCE))
    found = faults(lambda _: http(server.url(), timeout=0.02))
    assert {fault.partition(": ")[2][:8] for fault in found} == {"IN_DOUBT"}


def test_a_status_stands_though_its_body_breaks_off_or_never_ends(gateway: Start) -> None:
    for reply in (Reply(body=b"x" * 1000, instead=BREAK), Reply(body=b"x" * 3_000_000)):
        assert verdict(sent(gateway(reply).url())) == TAKEN
        rules = [{"json": "status", "is": "ok", "means": "accepted"}]
        assert verdict(sent(gateway(reply).url(), answers=rules)) == IN_DOUBT


def test_a_refused_connection_proves_that_nothing_was_sent(closed_port: int) -> None:
    receipt = sent(f"http://127.0.0.1:{closed_port}/x?token=abcdefghijklmnopqrst")
    assert verdict(receipt) == UNREACHABLE
    assert receipt.detail == (
        f"not sent: the connection failed: Connection refused (127.0.0.1:{closed_port})"
    )


def test_a_name_that_nobody_knows_proves_that_nothing_was_sent() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    receipt = sent("https://gateway.example/send", resolve=unknown)
    assert verdict(receipt) == UNREACHABLE
    assert receipt.detail.endswith("Name or service not known (gateway.example)")


def test_a_certificate_that_nobody_knows_is_refused(gateway: Start) -> None:
    server = gateway(tls=True)
    receipt = sent(server.url(host="localhost"))
    assert verdict(receipt) == UNREACHABLE
    assert "the certificate does not hold" in receipt.detail
    assert server.received == []


def test_a_certificate_for_another_name_is_refused(
    gateway: Start, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = gateway(tls=True)
    assert verdict(sent(server.url(host="localhost"))) == TAKEN
    other = server.url(host="gateway.example")
    receipt = sent(other, resolve=lambda *_: ["127.0.0.1"], allow_private=["gateway.example"])
    assert verdict(receipt) == UNREACHABLE
    assert len(server.received) == 1


def test_proxies_of_the_environment_are_not_asked(
    gateway: Start, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port}")
    assert verdict(sent(gateway().url())) == TAKEN


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.5",
        "127.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "not an address",
    ],
)
def test_a_name_may_not_lead_to_a_private_address(address: str) -> None:
    assert not is_public(address)
    receipt = sent("https://gateway.example/", resolve=lambda *_: ["93.184.215.14", address])
    assert verdict(receipt) == UNREACHABLE
    assert "allow_private: [gateway.example]" in receipt.detail


def test_public_addresses_are_open() -> None:
    assert is_public("93.184.215.14")
    assert is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")
    assert is_public("64:ff9b::5db8:d70e")


def test_a_host_that_is_named_may_have_a_private_address(gateway: Start) -> None:
    server = gateway()
    doors = Doors(frozenset({"gateway.internal"}), lambda *_: ["127.0.0.1"])
    assert doors.addresses("gateway.internal", 443) == ["127.0.0.1"]
    assert verdict(sent(server.url(), allow_private=["gateway.internal"])) == TAKEN


def test_a_connection_is_made_to_the_address_that_was_checked(gateway: Start) -> None:
    """The name is asked once for each connection; a second answer would come too late."""
    server, asked = gateway(), list[str]()

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    with closing(http(server.url(host="localhost"), resolve=resolve)) as channel:
        for _ in range(3):
            assert verdict(channel.send(text())) == TAKEN
    assert asked == ["localhost"]
    assert len({request.peer for request in server.received}) == 1


def test_the_next_address_is_tried_where_the_first_does_not_answer(gateway: Start) -> None:
    server = gateway()
    url = server.url(host="localhost")
    assert verdict(sent(url, resolve=lambda *_: ["127.0.0.9", "127.0.0.1"])) == TAKEN


def test_a_connection_that_was_closed_meanwhile_is_replaced(gateway: Start) -> None:
    server = gateway(Reply(headers={"Connection": "close"}), Reply())
    with closing(http(server.url())) as channel:
        assert [verdict(channel.send(text())) for _ in range(3)] == [TAKEN] * 3


def test_secrets_stand_in_no_receipt(gateway: Start, closed_port: int) -> None:
    body = b'{"code": "s3cret-t0ken-in-the-url", "id": "Bearer", "login": "pa55word"}'
    path, login = "/hook/s3cret-t0ken-in-the-url", "me:pa55word@"
    options = {"headers": {"X-Token": "pa55word-too"}, "answers": [], "error": "code"}
    told = [
        sent(gateway(Reply(400, body)).url(path, login), **options),
        sent(gateway(Reply(400, body)).url(path, login), **options | {"error": "login"}),
        sent(gateway(Reply(instead=RESET)).url(path, login), **options),
        sent(f"http://{login}127.0.0.1:{closed_port}{path}", **options),
    ]
    assert "s3cret" not in str(told)
    assert "pa55word" not in str(told)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"url": "ftp://gateway.example/s3cret"}, "expected https://HOST/PATH"),
        ({"url": "http://gateway.example/s3cret"}, "anybody on the way could read it"),
        ({"url": "https:///s3cret"}, "there is no host"),
        ({"url": "https://gateway.example/s3cret x"}, "must be escaped"),
        ({"url": "https://gateway.example:99999/s3cret"}, "host or port cannot be read"),
        ({"url": "https://10.0.0.1/s3cret"}, "allow_private: [10.0.0.1]"),
        ({"url": "https://[fd00::1]/s3cret"}, "allow_private: [fd00::1]"),
        ({"url": "https://167772161/s3cret"}, "which is not a public address"),
        ({"url": "https://h.example/", "headers": {"X": "s3cret\r\nY: 1"}}, "one line of ASCII"),
        ({"url": "https://h.example/", "headers": {"Host": "s3cret"}}, "writes this header itself"),
        ({"url": "https://h.example/", "answers": [{"means": "accepted"}]}, "answers"),
        ({"url": "https://h.example/", "answres": []}, "did you mean 'answers'?"),
    ],
)
def test_wrong_options_are_told_without_a_secret(
    tmp_path: Path, options: dict[str, Any], told: str
) -> None:
    with pytest.raises(UsageError) as refusal:
        open_channel("sms", "http", "text", options, tmp_path)
    assert told in str(refusal.value)
    assert "s3cret" not in str(refusal.value)


def test_a_private_address_in_the_url_is_open_where_it_is_named(tmp_path: Path) -> None:
    options = {"url": "https://10.0.0.1/", "allow_private": ["10.0.0.1"]}
    channel = open_channel("sms", "http", "text", options, tmp_path)
    channel.close()
    assert not channel.local


def test_a_key_lives_as_long_as_the_policy_says() -> None:
    url = "http://127.0.0.1/"
    assert key_life(http(url)) == 0
    assert key_life(http(url, idempotent=True)) == 23 * 3600
    assert key_life(http(url, idempotent=True, key_life="2d")) == 2 * 86_400


def test_the_repr_of_an_endpoint_shows_no_secret() -> None:
    shown = repr(Endpoint.parse("https://me:pa55word@h.example/hook/s3cret-s3cret-s3cret"))
    assert "pa55word" not in shown
    assert "s3cret" not in shown


def test_a_command_without_such_a_channel_does_not_load_the_client() -> None:
    code = "import sys, touchpoints.channels; print('httpcore' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_message_that_comes_again_is_the_same_request(gateway: Start) -> None:
    server, message = gateway(Reply(429), Reply(instead=RESET), Reply()), text()
    with closing(http(server.url())) as channel:
        for turn in range(3):
            channel.send(message._replace(sent_at=message.sent_at.replace(minute=turn)))
    keys = {request.headers["idempotency-key"] for request in server.received}
    assert keys == {message.key}
    assert {request.body for request in server.received} == {message.content}
    assert len(server.received) == 3
