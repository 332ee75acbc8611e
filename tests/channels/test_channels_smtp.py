"""The SMTP channel against real servers on loopback, and against ones that misbehave."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable
from contextlib import closing, suppress
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from touchpoints.channels.conformance import HOSTILE_TEXTS, faults, sample
from touchpoints.channels.server import Server
from touchpoints.channels.smtp import SmtpChannel
from touchpoints.core.message import Message, Outcome, Receipt

DROP = "close the connection"
RESET = "reset the connection"
SILENCE = "say nothing any more"

FROM = "Harbour Bank <hello@harbour.example>"
Start = Callable[..., Any]


def smtp(url: str, timeout: float = 5.0, verify: bool | None = None) -> SmtpChannel:
    return SmtpChannel("email", Server.parse(url, timeout, verify), FROM)


def email(key: str = "C1/birthday/2026", text: str = "Good day.", to: str = "") -> Message:
    message = sample(smtp("smtp://127.0.0.1"), key, text)
    return message._replace(address=to) if to else message


def sent(url: str, message: Message | None = None, **options: Any) -> Receipt:
    with closing(smtp(url, **options)) as channel:
        return channel.send(message or email())


def verdict(receipt: Receipt) -> tuple[Outcome, bool]:
    return receipt.outcome, receipt.unreachable


UNREACHABLE = (Outcome.TEMPORARY, True)
LATER = (Outcome.TEMPORARY, False)
NEVER = (Outcome.PERMANENT, False)
IN_DOUBT = (Outcome.IN_DOUBT, False)
TAKEN = (Outcome.ACCEPTED, False)


def test_the_smtp_channel_conforms(mail_server: Start, closed_port: int) -> None:
    server = mail_server(enable_SMTPUTF8=True)
    assert (
        faults(lambda _: smtp(server.url()), lambda _: smtp(f"smtp://127.0.0.1:{closed_port}"))
        == []
    )


def test_a_server_that_goes_silent_conforms_too(scripted_server: Start) -> None:
    server = scripted_server(content=SILENCE)
    found = faults(lambda _: smtp(server.url, timeout=0.05))
    assert {re.sub(r"^[^:]*: ", "", fault)[:8] for fault in found} == {"IN_DOUBT"}


@pytest.mark.parametrize("text", [*HOSTILE_TEXTS, ".\n..\n.\nFrom x\n", "é." * 200, "x" * 5000])
def test_the_server_receives_the_very_bytes(mail_server: Start, text: str) -> None:
    server = mail_server()
    message = email(text=text)
    assert verdict(sent(server.url(), message)) == TAKEN
    (received,) = server.received
    assert received.content == message.content
    assert (received.sender, received.recipient) == ("hello@harbour.example", message.address)
    assert received.options == (f"SIZE={len(message.content)}",)
    assert message_from_bytes(received.content, policy=policy.default)["X-Touchpoint-Key"]


def test_dots_that_begin_a_line_arrive_as_they_left(mail_server: Start) -> None:
    server = mail_server()
    message = email()._replace(content=b"Subject: x\r\n\r\n.\r\n..\r\n.x\r\n\r\n")
    sent(server.url(), message)
    assert server.received[0].content == message.content


def test_an_accepted_message_carries_the_servers_answer(mail_server: Start) -> None:
    assert sent(mail_server().url()).provider_id == "2.0.0 Ok: queued as 1"


@pytest.mark.parametrize(
    ("tls", "scheme", "verify"),
    [("starttls", "smtp", None), ("starttls", "smtp+starttls", False), ("tls", "smtps", False)],
)
def test_tls_is_used_where_it_is_offered(
    mail_server: Start, tls: str, scheme: str, verify: bool | None
) -> None:
    server = mail_server(tls=tls, login=True, require_starttls=tls == "starttls")
    url = server.url(scheme, "robot:s3cret%40%2F@")
    assert verdict(sent(url, verify=verify)) == TAKEN
    assert (server.received[0].encrypted, server.received[0].user) == (True, "robot")


@pytest.mark.parametrize(("tls", "scheme"), [("starttls", "smtp+starttls"), ("tls", "smtps")])
def test_a_certificate_is_checked_unless_the_policy_says_otherwise(
    mail_server: Start, tls: str, scheme: str
) -> None:
    server = mail_server(tls=tls)
    receipt = sent(server.url(scheme))
    assert verdict(receipt) == UNREACHABLE
    assert "certificate" in receipt.detail
    assert "verify: false" in receipt.detail
    assert server.received == []


def test_to_this_machine_an_explicit_verify_counts_on_smtp_too(mail_server: Start) -> None:
    assert verdict(sent(mail_server(tls="starttls").url(), verify=True)) == UNREACHABLE


def test_a_certificate_of_a_known_authority_is_accepted(
    mail_server: Start, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert verdict(sent(mail_server(tls="tls").url("smtps"))) == TAKEN
    assert verdict(sent(mail_server(tls="starttls").url("smtp+starttls"))) == TAKEN


def test_required_starttls_that_is_not_offered_sends_nothing(mail_server: Start) -> None:
    server = mail_server()
    receipt = sent(server.url("smtp+starttls"))
    assert verdict(receipt) == UNREACHABLE
    assert "offers no STARTTLS" in receipt.detail


def test_tls_to_a_server_that_speaks_plainly_is_unreachable(scripted_server: Start) -> None:
    url = scripted_server().url.replace("smtp:", "smtps:")
    assert verdict(sent(url, timeout=0.5)) == UNREACHABLE


def test_a_password_goes_to_this_machine_without_tls(mail_server: Start) -> None:
    server = mail_server(login=True)
    assert verdict(sent(server.url(login="robot:s3cret%40%2F@"))) == TAKEN
    assert server.received[0].user == "robot"


def test_a_password_never_goes_elsewhere_without_tls(scripted_server: Start) -> None:
    server = scripted_server(EHLO="250-hello\r\n250 AUTH PLAIN LOGIN", AUTH="235 welcome")
    # 127.1 reaches this machine, but is no name by which it is known to be this machine.
    receipt = sent(f"smtp://robot:s3cret@127.1:{server.port}")
    assert verdict(receipt) == UNREACHABLE
    assert "the password was not sent" in receipt.detail
    assert not [command for command in server.commands if command.startswith("AUTH")]


def test_a_refused_log_in_is_unreachable_and_says_which_setting(mail_server: Start) -> None:
    receipt = sent(mail_server(login=True).url(login="robot:wrong-s3cret@"))
    assert verdict(receipt) == UNREACHABLE
    assert "check user and password in the url" in receipt.detail
    assert "s3cret" not in receipt.detail


def test_a_log_in_that_the_server_does_not_know_is_unreachable(mail_server: Start) -> None:
    receipt = sent(mail_server(auth_exclude_mechanism=["LOGIN", "PLAIN"]).url(login="a:b@"))
    assert verdict(receipt) == UNREACHABLE


def test_nobody_listening_is_unreachable(closed_port: int) -> None:
    receipt = sent(f"smtp://127.0.0.1:{closed_port}")
    assert verdict(receipt) == UNREACHABLE
    assert receipt.detail == f"cannot reach 127.0.0.1:{closed_port}: Connection refused"


def test_a_host_without_an_address_is_unreachable() -> None:
    assert verdict(sent("smtp://no-such-host.invalid")) == UNREACHABLE


ECHO = "550 5.1.1 <wilhelmina.quux@customer.example> Wilhelmina Quux is unknown here"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"greeting": "421 busy"}, UNREACHABLE),
        ({"greeting": "554 go away"}, UNREACHABLE),
        ({"greeting": DROP}, UNREACHABLE),
        ({"greeting": RESET}, UNREACHABLE),
        ({"greeting": SILENCE}, UNREACHABLE),
        ({"greeting": "x" * 9000}, UNREACHABLE),
        ({"EHLO": "500 what?", "HELO": "500 what?"}, UNREACHABLE),
        ({"EHLO": DROP}, UNREACHABLE),
        ({"MAIL": "421 closing"}, UNREACHABLE),
        ({"MAIL": "450 not now"}, LATER),
        ({"MAIL": "550 bad sender"}, NEVER),
        ({"MAIL": "530 log in first"}, UNREACHABLE),
        ({"MAIL": "503 log in first"}, UNREACHABLE),
        ({"MAIL": DROP}, UNREACHABLE),
        ({"MAIL": RESET}, UNREACHABLE),
        ({"MAIL": SILENCE}, UNREACHABLE),
        ({"MAIL": "nonsense"}, UNREACHABLE),
        ({"MAIL": "354 out of step"}, UNREACHABLE),
        ({"RCPT": "421 closing"}, UNREACHABLE),
        ({"RCPT": "450 greylisted"}, LATER),
        ({"RCPT": "550 no such user"}, NEVER),
        ({"RCPT": DROP}, UNREACHABLE),
        ({"DATA": "421 closing"}, UNREACHABLE),
        ({"DATA": "451 later"}, LATER),
        ({"DATA": "554 no valid recipients"}, NEVER),
        ({"DATA": DROP}, UNREACHABLE),
        ({"DATA": SILENCE}, UNREACHABLE),
        ({"content": "250 taken"}, TAKEN),
        ({"content": "421 closing"}, UNREACHABLE),
        ({"content": "452 full"}, LATER),
        ({"content": "550 spam"}, NEVER),
        ({"content": DROP}, IN_DOUBT),
        ({"content": RESET}, IN_DOUBT),
        ({"content": SILENCE}, IN_DOUBT),
        ({"content": "nonsense"}, IN_DOUBT),
        ({"content": "354 out of step"}, IN_DOUBT),
        ({"content": "x" * 9000}, IN_DOUBT),
        ({"RCPT": "450 not now", "RSET": DROP}, LATER),
        ({"RCPT": "450 not now", "RSET": "500 what?"}, LATER),
        ({"QUIT": DROP}, TAKEN),
        ({"QUIT": SILENCE}, TAKEN),
    ],
)
def test_what_each_answer_proves(
    scripted_server: Start, answers: dict[str, str], expected: tuple[Outcome, bool]
) -> None:
    server = scripted_server(**answers)
    with closing(smtp(server.url, timeout=0.3)) as channel:
        receipt = channel.send(email())
        assert verdict(receipt) == expected
        assert receipt.detail


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "content"])
@pytest.mark.parametrize("answer", ["421 x", "450 x", "550 x", DROP, RESET])
def test_after_any_failure_the_next_message_goes_through(
    scripted_server: Start, stage: str, answer: str
) -> None:
    server = scripted_server(**{stage: [answer, USUAL[stage]]})
    with closing(smtp(server.url)) as channel:
        assert channel.send(email()).outcome is not Outcome.ACCEPTED
        assert channel.send(email("C2/birthday/2026")).outcome is Outcome.ACCEPTED
    assert server.contents[-1].count(b"C2/birthday/2026") == 1


USUAL = {"MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", "content": "250 ok"}


@pytest.mark.parametrize("stage", ["RCPT", "content", "MAIL"])
def test_a_receipt_repeats_neither_recipient_nor_name(scripted_server: Start, stage: str) -> None:
    receipt = sent(scripted_server(**{stage: ECHO}).url)
    assert "wilhelmina" not in receipt.detail.lower()
    assert "quux" not in receipt.detail.lower()
    assert "is unknown here" in receipt.detail


def test_a_short_name_is_taken_out_by_whole_words_only(scripted_server: Start) -> None:
    server = scripted_server(RCPT="550 cannot deliver: ANN's mailbox <ann@x.example> is closed")
    receipt = sent(server.url, email(to="ann@x.example"))
    assert receipt.detail == "550 cannot deliver: …'s mailbox <…> is closed (to RCPT)"


def test_a_receipt_never_repeats_the_password(scripted_server: Start) -> None:
    server = scripted_server(
        EHLO="250-hello\r\n250 AUTH PLAIN", AUTH="235 ok", RCPT="550 xs3cretx is wrong"
    )
    receipt = sent(f"smtp://robot:s3cret@127.0.0.1:{server.port}")
    assert verdict(receipt) == NEVER
    assert "s3cret" not in receipt.detail


def test_a_receipt_is_one_short_line(scripted_server: Start) -> None:
    receipt = sent(scripted_server(RCPT="550-no\r\n550-" + "x" * 400 + "\r\n550 no").url)
    assert receipt.detail.startswith("550 no xxx")
    assert len(receipt.detail) <= 200


def test_a_kept_connection_carries_a_hundred_messages(mail_server: Start) -> None:
    server = mail_server()
    with closing(smtp(server.url())) as channel:
        for number in range(102):
            assert channel.send(email(f"C{number}/x/1")).outcome is Outcome.ACCEPTED
    peers = [received.peer for received in server.received]
    assert len(set(peers[:100])) == 1
    assert len(set(peers)) == 2


@pytest.mark.parametrize("answer", ["421 idle too long", DROP, RESET, "nonsense"])
@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_kept_connection_that_was_lost_is_opened_again(
    scripted_server: Start, stage: str, answer: str
) -> None:
    usual = USUAL[stage]
    server = scripted_server(**{stage: [usual, answer, usual]})
    with closing(smtp(server.url)) as channel:
        assert channel.send(email()).outcome is Outcome.ACCEPTED
        assert channel.send(email("C2/x/1")).outcome is Outcome.ACCEPTED
    assert server.connections == 2
    assert len(server.contents) == 2


def test_a_lost_connection_is_opened_again_only_once(scripted_server: Start) -> None:
    server = scripted_server(MAIL=["250 ok", DROP])
    with closing(smtp(server.url)) as channel:
        channel.send(email())
        assert verdict(channel.send(email("C2/x/1"))) == UNREACHABLE
    assert server.connections == 2


def test_content_that_was_begun_is_never_sent_a_second_time(scripted_server: Start) -> None:
    server = scripted_server(content=["250 ok", DROP])
    with closing(smtp(server.url)) as channel:
        channel.send(email())
        assert verdict(channel.send(email("C2/x/1"))) == IN_DOUBT
    assert len(server.contents) == 2


def test_a_restarted_server_is_found_again_and_a_closed_channel_too(mail_server: Start) -> None:
    server = mail_server()
    with closing(smtp(server.url())) as channel:
        channel.send(email())
        channel.close()
        assert channel.send(email("C2/x/1")).outcome is Outcome.ACCEPTED


def test_an_international_address_asks_for_smtputf8(mail_server: Start) -> None:
    server = mail_server(enable_SMTPUTF8=True)
    assert verdict(sent(server.url(), email(to="jörg@bücher.example.org"))) == TAKEN
    (received,) = server.received
    assert received.recipient == "jörg@xn--bcher-kva.example.org"
    assert "SMTPUTF8" in received.options


def test_an_international_address_is_refused_where_the_server_cannot(mail_server: Start) -> None:
    server = mail_server(enable_SMTPUTF8=False)
    assert verdict(sent(server.url(), email(to="jörg@x.example.org"))) == NEVER
    assert verdict(sent(server.url(), email(to="ann@bücher.example.org"))) == TAKEN
    assert server.received[0].recipient == "ann@xn--bcher-kva.example.org"


@pytest.mark.parametrize("content", [b"no end", b"a\nb\r\n", b"a\rb\r\n", b"a\r\n.\nRSET\r\n", b""])
def test_content_with_bare_line_ends_never_leaves(mail_server: Start, content: bytes) -> None:
    server = mail_server()
    assert verdict(sent(server.url(), email()._replace(content=content))) == NEVER
    assert server.received == []


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.x.example", Server("mail.x.example", 25)),
        ("smtp://127.0.0.1:1025/", Server("127.0.0.1", 1025)),
        ("smtp+starttls://mail.x.example", Server("mail.x.example", 587, "starttls")),
        ("smtps://mail.x.example", Server("mail.x.example", 465, "tls")),
        ("smtps://a:b%40c%2F@[::1]:26", Server("::1", 26, "tls", "a", "b@c/")),
        ("smtp://a%40x.example:b@h", Server("h", 25, "opportunistic", "a@x.example", "b")),
    ],
)
def test_a_url_names_the_server(url: str, server: Server) -> None:
    assert Server.parse(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "http://robot:s3cret@h",
        "smtp://",
        "smtp://robot:s3cret@",
        "smtp://robot@h",
        "smtp://:s3cret@h",
        "smtp://robot:s3cret@h:port",
        "smtp://robot:s3cret@h:70000",
        "smtp://robot:s3cret@h/path",
        "smtp://robot:s3cret@h?x=y",
        "smtp://robot:s3cret/x@h",
        "smtp://robot:s3cret#x@h",
        "smtp://robot:s3cret@a b",
        "smtp://robot:s3cret@a..b",
        "smtp://robot:s3crét@h",
        "smtp://robot:s3cret℀@h",
        "smtp://robot:s3cret@[::1",
        "s3cret",
        "",
    ],
)
def test_a_url_that_cannot_be_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match=r"expected|ASCII") as error:
        Server.parse(url)
    assert "s3cr" not in str(error.value)


def test_a_server_never_shows_its_password() -> None:
    server = Server.parse("smtp://robot:s3cret@h")
    assert "s3cret" not in f"{server!r} {server}"


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("[::1]", True),
        ("localhost", True),
        ("LOCALHOST", True),
        ("localhost.", True),
        ("127.1", False),
        ("10.0.0.1", False),
        ("localhost.evil.example", False),
        ("mail.harbour.example", False),
    ],
)
def test_only_this_machine_is_local(host: str, loopback: bool) -> None:
    assert smtp(f"smtp://{host}").local is loopback


class StopError(BaseException):
    """What an interrupted program raises wherever it happens to be."""


def test_an_interrupted_message_does_not_leak_into_the_next(mail_server: Start) -> None:
    server = mail_server()

    def stop(signum: int, frame: object) -> None:
        raise StopError

    before = signal.signal(signal.SIGALRM, stop)
    channel = smtp(server.url())
    try:
        channel.send(email())
        for delay in range(1, 40):
            signal.setitimer(signal.ITIMER_REAL, delay / 20_000)
            with suppress(StopError):
                channel.send(email("C2/x/1", text="x" * 20_000))
                time.sleep(0.01)
            assert channel.send(email(f"C3/x/{delay}")).outcome is Outcome.ACCEPTED
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        channel.close()
    keys = [message_from_bytes(each.content)["X-Touchpoint-Key"] for each in server.received]
    assert [key for key in keys if key.startswith("C3")] == [f"C3/x/{n}" for n in range(1, 40)]
