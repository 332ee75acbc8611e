"""The webhook channel, read by a receiver who checks signatures as Standard Webhooks says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.gateway import Gateway, Reply, Request
from touchpoints.channels import open_channel
from touchpoints.channels.conformance import faults, sample
from touchpoints.channels.endpoint import Doors
from touchpoints.channels.webhook import (
    WebhookChannel,
    WebhookOptions,
    secret_bytes,
    signatures,
    webhook_id,
)
from touchpoints.core.message import Outcome
from touchpoints.errors import UsageError

Start = Callable[..., Gateway]
VECTORS = Path(__file__).resolve().parents[3] / "shared/data/conformance/standard_webhooks.json"
OLD = "whsec_" + base64.b64encode(b"o" * 24).decode()
NEW = "whsec_" + base64.b64encode(b"n" * 32).decode()


def webhook(url: str, secrets: list[str]) -> WebhookChannel:
    settings = WebhookOptions.model_validate({"url": url, "timeout": 5.0, "secrets": secrets})
    return WebhookChannel("crm", "text", settings, Doors())


def accepts(secret: str, request: Request) -> bool:
    """Whether a receiver with this secret takes the request for ours."""
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}."
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, signed.encode() + request.body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}" in request.headers["webhook-signature"].split()


def test_the_webhook_channel_conforms(gateway: Start, closed_port: int) -> None:
    server = gateway()
    down = f"http://127.0.0.1:{closed_port}/"
    assert faults(lambda _: webhook(server.url(), [NEW]), lambda _: webhook(down, [NEW])) == []


def test_a_receiver_with_either_secret_takes_it_while_they_are_changed(gateway: Start) -> None:
    server = gateway()
    with closing(webhook(server.url(), [NEW, OLD])) as channel:
        assert channel.send(sample(channel)).outcome == Outcome.ACCEPTED
    (request,) = server.received
    assert accepts(NEW, request)
    assert accepts(OLD, request)
    assert not accepts("whsec_" + base64.b64encode(b"x" * 24).decode(), request)
    assert request.headers["webhook-timestamp"] == "1795510800"
    assert request.headers["idempotency-key"] == "C1/birthday/2026"


def test_the_id_is_the_same_for_the_same_message_only(gateway: Start) -> None:
    server = gateway(Reply(429), Reply())
    with closing(webhook(server.url(), [NEW])) as channel:
        for key in ("C1/birthday/2026", "C1/birthday/2026", "C2/birthday/2026"):
            channel.send(sample(channel, key))
    first, again, other = (request.headers["webhook-id"] for request in server.received)
    assert first == again == webhook_id("C1/birthday/2026") != other
    assert "." not in first


def test_the_signature_of_a_small_example_is_known() -> None:
    assert signatures([b"k" * 24], "msg_1", 1_700_000_000, b'{"a": "\xc3\xa9"}') == (
        "v1,leFaBP13WReOfuigmOJn3bP+rkEyKmf2z5jh8NijZoc="
    )


def test_the_published_vector_is_signed_alike() -> None:
    if not VECTORS.exists():
        pytest.skip(f"{VECTORS} is not here")
    vectors = json.loads(VECTORS.read_text("utf-8"))
    for each in vectors["sign"]:
        key = secret_bytes(each["secret"])
        payload = each["payload"].encode()
        signed = signatures([key], each["msg_id"], each["timestamp"], payload)
        assert signed == each["signature"]
        assert secret_bytes(each["secret"].removeprefix("whsec_")) == key
    for case in vectors["accept"]:
        for unpadded in case.get("secrets", ()):
            assert len(secret_bytes(unpadded)) >= 16


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"secrets": []}, "'secrets'"),
        ({"secrets": ""}, "'secrets' is wrong: expected one line of text"),
        ({"secrets": "whsec_"}, "expected a key of at least 16 bytes"),
        ({"secrets": [NEW, "whsec_c2hvcnQ="]}, "expected a key of at least 16 bytes"),
        ({"secrets": "whsec_*s3cret*"}, "expected whsec_ and a key in base64"),
        ({}, "'secrets' is missing"),
    ],
)
def test_a_secret_that_is_none_is_told_and_not_shown(
    tmp_path: Path, options: dict[str, Any], told: str
) -> None:
    with pytest.raises(UsageError) as refusal:
        open_channel("crm", "webhook", "text", {"url": "https://h.example/"} | options, tmp_path)
    assert told in str(refusal.value)
    assert "s3cret" not in str(refusal.value)
    assert NEW not in str(refusal.value)
