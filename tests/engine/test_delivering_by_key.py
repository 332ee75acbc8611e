"""Over HTTP: what a key allows, what is held without one, and that the bytes belong to the key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.gateway import RESET, Gateway, Reply
from tests.office import POLICY, TEMPLATES, Office, at, rounds
from touchpoints.channels import open_channel
from touchpoints.clock import FixedClock
from touchpoints.core.message import Message, Receipt
from touchpoints.engine.ticking import Loop
from touchpoints.store import resolving
from touchpoints.store.stamp import OPERATOR, Stamp

KEY = "C1/greeting/2026"
TOKEN = "t0ken-canary"
GONE = Reply(instead=RESET)

SMS = """\
  sms:
    transport: http
    url: "{url}?token={token}"
    headers: {{X-Source: {token}-too}}
    json: {{to: "{{{{ message.address }}}}", text: "{{{{ message.body }}}}"}}
    provider_id: id
    error: code
    {more}
"""
FILE = "  sms: {transport: file, path: outbox}\n"


class Shop:
    """A greeting by SMS that is due at nine, and the gateway that it goes through."""

    def __init__(self, office: Office, gateway: Gateway, more: str, on_doubt: str) -> None:
        self.office, self.gateway = office, gateway
        self.opened: list[Any] = []
        sms = SMS.format(url=gateway.url(), token=TOKEN, more=more)
        policy = POLICY.replace(FILE, sms).replace("channels: [email, sms]", "channels: [sms]")
        office.rule(policy.replace("  greeting:", f"  greeting:\n    {on_doubt}", 1))
        office.customer("C1", name="Ann", birthday="1990-12-07", phone="+8613800138000")
        office.says("C1", "granted", "2026-01-01T09:00")
        self.clock = FixedClock(at("2026-12-07T09:00"))
        self.loop = self.open()

    def open(self) -> Loop:
        """The loop over a real channel, as after a start of the program."""
        workspace = self.office.workspace
        each = workspace.channels["sms"]
        self.channel: Any = open_channel(
            each.name, each.transport, each.kind, each.options, workspace.root
        )
        self.opened.append(self.channel)
        loop = self.office.loop(self.clock, sms=self.channel)
        loop.start()
        return loop

    def close(self) -> None:
        """Close every channel that was opened."""
        for channel in self.opened:
            channel.close()

    def rounds(self, *times: str) -> list[Any]:
        """A round of planning and delivering at each time of the day."""
        return rounds(self.loop, self.clock, *(f"2026-12-07T{time}" for time in times))

    @property
    def row(self) -> dict[str, Any]:
        return self.office.messages()[KEY]

    @property
    def requests(self) -> list[tuple[str, dict[str, str]]]:
        """The key and the body of every request."""
        return [
            (each.headers["idempotency-key"], json.loads(each.body))
            for each in self.gateway.received
        ]


Opened = Callable[..., Shop]


@pytest.fixture
def shop(office: Office) -> Iterator[Opened]:
    """Opens the shop at a gateway that gives these replies in turn."""
    with ExitStack() as stack:

        def open_(*replies: Reply, more: str = "", on_doubt: str = "") -> Shop:
            gateway = Gateway(*replies)
            stack.callback(gateway.stop)
            made = Shop(office, gateway, more, on_doubt)
            stack.callback(made.close)
            return made

        yield open_


def test_the_body_is_filled_in_and_its_very_bytes_are_stored(shop: Opened) -> None:
    desk = shop()
    (done,) = desk.rounds("09:00")
    assert (done.accepted, done.resent) == (1, 0)
    assert desk.requests == [(KEY, {"to": "+8613800138000", "text": "Dear Ann!"})]
    assert desk.row["content"] == desk.gateway.received[0].body
    assert desk.office.table("attempt")[0]["provider_id"] == "abc-1"


def test_a_name_cannot_break_out_of_the_body(shop: Opened) -> None:
    desk = shop()
    desk.office.customer("C1", name='A"}, "to": "+8600', birthday="1990-12-07")
    desk.rounds("09:00")
    ((_, body),) = desk.requests
    assert set(body) == {"to", "text"}
    assert 'A"}, "to": "+8600' in body["text"]


def test_in_doubt_it_comes_again_with_key_and_bytes_while_the_key_lives(shop: Opened) -> None:
    desk = shop(GONE, GONE, Reply(), more="idempotent: true")
    first, *_ = desk.rounds("09:00")
    assert (first.waiting, first.held) == (1, 0)
    desk.office.customer("C1", name="Anna", birthday="1990-12-07", phone="+8613800138111")
    assert sum(done.resent for done in desk.rounds("09:10", "09:30")) == 2
    assert desk.row["state"] == "accepted"
    assert desk.requests == [(KEY, {"to": "+8613800138000", "text": "Dear Ann!"})] * 3
    hashes = {attempt["sha256"] for attempt in desk.office.table("attempt")}
    assert hashes == {desk.row["sha256"]}


def test_without_a_key_that_is_known_marketing_is_held(shop: Opened) -> None:
    desk = shop(GONE, Reply())
    assert desk.rounds("09:00")[0].held == 1
    desk.rounds("09:10", "12:00")
    assert (desk.row["state"], len(desk.requests)) == ("held", 1)


def test_a_key_is_not_used_again_when_it_has_died(shop: Opened) -> None:
    desk = shop(GONE, more="idempotent: true\n    key_life: 1h")
    desk.rounds("09:00", "09:10", "09:30", "09:59")
    assert len(desk.requests) == 4
    desk.rounds("11:00", "12:00")
    assert (desk.row["state"], desk.row["reason"]) == ("held", "in_doubt")
    assert len(desk.requests) == 4


def test_an_operators_word_is_as_good_as_a_key(shop: Opened) -> None:
    desk = shop(GONE, GONE, Reply(), more="idempotent: true\n    key_life: 1h")
    desk.rounds("09:00", "09:10", "11:00")
    assert desk.row["state"] == "held"
    at_noon = int(at("2026-12-07T12:00").timestamp())
    with desk.office.database.writing() as connection:
        held = resolving.found(connection, desk.row["no"])
        assert held is not None
        assert resolving.resolve(
            connection, held, resolving.Resolution.RESEND, Stamp(at_noon, OPERATOR)
        )
    (done,) = desk.rounds("12:00")
    assert (desk.row["state"], done.resent) == ("accepted", 1)
    assert len({request.body for request in desk.gateway.received}) == 1


def test_where_the_touchpoint_resends_a_dead_key_does_not_matter(shop: Opened) -> None:
    desk = shop(
        GONE, Reply(), more="idempotent: true\n    key_life: 1h", on_doubt="on_doubt: resend"
    )
    done = desk.rounds("09:00", "11:00")
    assert [each.resent for each in done] == [0, 1]
    assert desk.row["state"] == "accepted"


def test_after_a_crash_a_key_is_used_again(shop: Opened) -> None:
    desk = shop(more="idempotent: true")
    real = desk.channel.send

    class CrashError(Exception):
        """The end of the process."""

    class Crashing:
        """Sends, and does not live to tell."""

        name, kind, local, key_life = "sms", "text", True, desk.channel.key_life

        def send(self, message: Message) -> Receipt:
            real(message)
            raise CrashError

        def close(self) -> None:
            """Nothing to close."""

    loop = desk.office.loop(desk.clock, sms=Crashing())
    loop.plan()
    with pytest.raises(CrashError):
        loop.deliver()
    assert desk.row["state"] == "sending"
    desk.office.outlast_leases(desk.clock)
    desk.loop = desk.open()
    desk.rounds("09:06")
    assert desk.row["state"] == "accepted"
    assert [key for key, _ in desk.requests] == [KEY, KEY]
    assert desk.gateway.received[0].body == desk.gateway.received[1].body


@pytest.mark.parametrize("more", ["idempotent: true", "idempotent: false"])
def test_what_was_not_taken_is_said_anew_from_fresh_data(shop: Opened, more: str) -> None:
    desk = shop(Reply(429), Reply(), more=more)
    desk.rounds("09:00")
    phone = "+8613800138111"
    desk.office.customer("C1", name="Anna", birthday="1990-12-07", phone=phone)
    desk.rounds("09:10")
    assert desk.requests == [
        (KEY, {"to": "+8613800138000", "text": "Dear Ann!"}),
        (KEY, {"to": phone, "text": "Dear Anna!"}),
    ]


@pytest.mark.parametrize(("more", "bodies"), [("idempotent: true", 1), ("idempotent: false", 2)])
def test_what_says_the_same_keeps_its_bytes_where_the_key_may_be_known(
    shop: Opened, more: str, bodies: int
) -> None:
    desk = shop(Reply(429), Reply(), more=more)
    policy = (desk.office.folder / "touchpoints.yaml").read_text("utf-8")
    desk.office.rule(policy.replace("json: {to:", 'json: {at: "{{ message.sent_at }}", to:'))
    desk.loop = desk.open()
    desk.rounds("09:00", "09:10")
    assert desk.row["state"] == "accepted"
    assert len(desk.requests) == 2
    assert len({request.body for request in desk.gateway.received}) == bodies


def test_bytes_for_one_channel_never_leave_by_another(shop: Opened) -> None:
    desk = shop(Reply(429), Reply(), more="idempotent: true")
    desk.rounds("09:00")
    policy = (desk.office.folder / "touchpoints.yaml").read_text("utf-8")
    desk.office.rule(policy.replace("channels: [sms]", "channels: [email]"))
    desk.loop = desk.open()
    desk.rounds("09:10")
    assert (desk.row["state"], desk.row["channel"]) == ("accepted", "email")
    assert b"Subject: Happy birthday" in desk.row["content"]


def test_a_gateway_that_asks_for_time_gets_it(shop: Opened) -> None:
    desk = shop(Reply(429, headers={"Retry-After": "7200"}), Reply())
    desk.rounds("09:00", "10:00", "10:59")
    assert len(desk.requests) == 1
    desk.rounds("11:00")
    assert desk.row["state"] == "accepted"


def test_neither_a_person_nor_a_secret_stands_in_what_is_told(shop: Opened) -> None:
    body = b'{"code": "+8613800138000", "id": "t0ken-canary", "message": "Ann"}'
    replies = [Reply(429, body), GONE, Reply(500, body), Reply(400, body)]
    desk = shop(*replies, more="idempotent: true")
    done = desk.rounds("09:00", "09:10", "09:30", "10:30")
    assert len(desk.requests) == 4
    told = [row["detail"] for row in (desk.row, *desk.office.table("attempt"))]
    told += [row["provider_id"] for row in desk.office.table("attempt")]
    told += [str(each.troubles) for each in done]
    told.append(desk.office.ask("outbox", "list", "--state", "held").out)
    for canary in (TOKEN, "Ann", "138000"):
        assert canary not in str(told)


def test_a_run_from_the_command_line_goes_through_the_gateway(shop: Opened) -> None:
    desk = shop(GONE, Reply(), more="idempotent: true")
    words = ("run", "--once", "--as-of")
    first = desk.office.type(*words, "2026-12-07T09:00+08:00")
    assert first.returncode == 3
    assert first.stdout.endswith("; sent 0, 1 waiting for another try\n")
    assert "nobody knows whether it was taken" in first.stderr
    second = desk.office.type(*words, "2026-12-07T09:10+08:00")
    assert second.stdout.endswith("; sent 1, 1 tried again while in doubt\n")
    assert (second.returncode, second.stderr) == (0, "")
    assert desk.requests == [(KEY, {"to": "+8613800138000", "text": "Dear Ann!"})] * 2


def test_the_bytes_of_a_request_can_be_seen_before(office: Office, tmp_path: Path) -> None:
    assert TEMPLATES["greeting/sms.j2"] == "Dear {{ customer.name }}!"
    sms = SMS.format(url="https://gateway.example/send", token=TOKEN, more="")
    office.rule(POLICY.replace(FILE, sms))
    office.customer("C1", name='An"n', birthday="1990-12-07", phone="+8613800138000")
    words = ("template", "render", "greeting", "--customer", "C1", "--channel", "sms")
    done = office.type(*words, "--as-of", "2026-12-07T09:00+08:00")
    assert done.stderr == ""
    assert done.stdout == '{"to": "+8613800138000", "text": "Dear An\\"n!"}'
    text = office.type(*words, "--text", "--as-of", "2026-12-07T09:00+08:00")
    assert text.stdout == 'Dear An"n!\n'
