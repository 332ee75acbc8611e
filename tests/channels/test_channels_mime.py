"""Composing e-mail: whatever the text, the standard library reads back exactly that."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchpoints.channels.mime import Envelope, compose
from touchpoints.core.message import Rendered

SENDER = "Harbour Bank <hello@harbour.example>"
SENT_AT = datetime(2026, 11, 24, 9, 0, tzinfo=timezone(timedelta(hours=8)))
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "X-Touchpoint-Key",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
]
EVERY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)
HOSTILE_PIECES = (
    *("\r", "\n", "\r\n", "\r\n ", "\u2028", "\x85", "\x00", " ", "\t", ".", "=", "=?", "?=", ":"),
    *("From ", "--", "--=_", "Bcc: x@y.example", "=?utf-8?q?=0d=0aBcc:?=", "=?utf-8?b?DQo=?="),
    *("é", "汉字", "🎉", "\ud800", "word", "x" * 80, "a, b;", '"', "<>", "%0D", "\u202e"),
)
HOSTILE_TEXT = st.lists(st.sampled_from(HOSTILE_PIECES), max_size=40).map("".join)
TEXTS = EVERY_TEXT | HOSTILE_TEXT


def envelope(**changes: object) -> Envelope:
    usual = {"key": "C1/birthday/2026", "sender": SENDER, "to": "ann@x.example", "date": SENT_AT}
    return Envelope(**(usual | changes))  # type: ignore[arg-type]


def parse(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)  # type: ignore[return-value]


def mail(text: str = "Good day.\n", **changes: object) -> EmailMessage:
    return parse(compose(envelope(**changes), Rendered("Hello", text)))


def lines_of(text: str) -> str:
    """The text as mail can carry it: LF at line ends, one at the end, no half surrogate pairs."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = lines if lines.endswith("\n") else lines + "\n"
    return lines.encode("utf-8", "replace").decode()


def read(part: EmailMessage) -> str:
    return str(part.get_content()).replace("\r\n", "\n")


def one_line(subject: str) -> str:
    """The subject as a header can carry it."""
    blanks = re.sub("[\x00-\x20\x7f-\x9f\u2028\u2029]+", " ", subject).strip(" ")
    return blanks.encode("utf-8", "replace").decode()


def shown_key(key: str) -> str:
    """The key with control characters percent-encoded."""
    return re.sub(
        "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]",
        lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogatepass")),
        key,
    )


def raw_headers(content: bytes) -> list[str]:
    head = content.split(b"\r\n\r\n", 1)[0]
    return [line.split(b":")[0].decode() for line in re.split(rb"\r\n(?![ \t])", head)]


@given(subject=TEXTS, text=TEXTS, key=TEXTS)
def test_any_text_comes_back_and_makes_no_header(subject: str, text: str, key: str) -> None:
    content = compose(envelope(key=key), Rendered(subject, text))
    message = parse(content)
    assert raw_headers(content) == HEADERS
    assert list(message.keys()) == HEADERS
    assert message["Subject"] == one_line(subject)
    assert message["X-Touchpoint-Key"] == shown_key(key)
    assert read(message) == lines_of(text)
    assert not message.defects


@given(text=TEXTS, html=TEXTS)
def test_text_and_html_come_back_as_alternatives_and_make_no_part(text: str, html: str) -> None:
    message = parse(compose(envelope(), Rendered("Hello", text, html)))
    assert message.get_content_type() == "multipart/alternative"
    plain, rich = message.iter_parts()
    assert (plain.get_content_type(), rich.get_content_type()) == ("text/plain", "text/html")
    assert (read(plain), read(rich)) == (lines_of(text), lines_of(html))
    assert not message.defects


@given(subject=TEXTS, text=TEXTS, html=st.none() | TEXTS)
def test_every_line_is_short_ascii_and_ends_in_crlf(
    subject: str, text: str, html: str | None
) -> None:
    content = compose(envelope(), Rendered(subject, text, html))
    assert content.isascii()
    assert content.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\x00", content)
    assert max(map(len, content.split(b"\r\n"))) <= 998


@given(text=TEXTS)
def test_no_line_of_a_body_starts_like_a_mailbox_separator_or_an_smtp_dot(text: str) -> None:
    body = compose(envelope(), Rendered("Hello", text)).split(b"\r\n\r\n", 1)[1]
    assert not re.search(rb"(?m)^(From |\.)", body)
    assert all(len(line) <= 78 for line in body.split(b"\r\n"))


def test_the_same_input_gives_the_same_bytes() -> None:
    rendered = Rendered("Grüße", "Hallo\n", "<p>Hallo</p>")
    assert compose(envelope(), rendered) == compose(envelope(), rendered)


def test_an_ordinary_message_is_readable_as_it_stands() -> None:
    content = compose(
        envelope(reply_to="service@harbour.example"),
        Rendered("Your instalment", "Dear Ann,\n\nBye."),
    )
    assert content.decode() == (
        "From: Harbour Bank <hello@harbour.example>\r\n"
        "To: ann@x.example\r\n"
        "Reply-To: service@harbour.example\r\n"
        "Subject: Your instalment\r\n"
        "Date: Tue, 24 Nov 2026 09:00:00 +0800\r\n"
        "Message-ID: <9fd8f84126e36c6a391be7d92dc6b5d4@harbour.example>\r\n"
        "X-Touchpoint-Key: C1/birthday/2026\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: text/plain; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: 7bit\r\n"
        "\r\n"
        "Dear Ann,\r\n"
        "\r\n"
        "Bye.\r\n"
    )


def test_the_message_id_belongs_to_the_key_alone() -> None:
    first = mail(key="C1/birthday/2026")
    assert first["Message-ID"] == mail("Else", date=datetime(2027, 1, 1, tzinfo=UTC))["Message-ID"]
    assert first["Message-ID"] != mail(key="C1/birthday/2027")["Message-ID"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Plain and short.\n", "7bit"),
        ("Une échéance approche, et voici de quoi il s'agit.\n", "quoted-printable"),
        ("x" * 79, "quoted-printable"),
        ("a blank at the end \n", "quoted-printable"),
        (".\n", "quoted-printable"),
        ("From here on\n", "quoted-printable"),
        ("--=_0\n", "quoted-printable"),
        ("亲爱的客户,您的分期付款即将到期。\n", "base64"),
    ],
)
def test_the_transfer_encoding_is_the_lightest_that_survives(text: str, encoding: str) -> None:
    message = mail(text)
    assert message["Content-Transfer-Encoding"] == encoding
    assert read(message) == lines_of(text)


@pytest.mark.parametrize("length", range(70, 80))
@pytest.mark.parametrize("text", ["é", "=", ".", "From ", "\t"])
def test_long_lines_break_nowhere_inside_a_character(text: str, length: int) -> None:
    long = "x" * length + text * 60
    assert read(mail(long)) == long + "\n"


@pytest.mark.parametrize(
    "subject",
    [
        "Ann\r\nBcc: evil@evil.example",
        "Ann\nBcc: evil@evil.example",
        "Ann\u2028Bcc: evil@evil.example",
        "Ann\x00Bcc: evil@evil.example",
        "=?utf-8?q?=0d=0aBcc:?= evil@evil.example",
        "Ann\r\n\r\nA body",
    ],
)
def test_a_hostile_subject_stays_one_header(subject: str) -> None:
    content = compose(envelope(), Rendered(subject, "Good day.\n"))
    message = parse(content)
    assert message["Bcc"] is None
    assert message["Subject"] == one_line(subject)
    assert read(message) == "Good day.\n"
    assert b"Subject: =?utf-8?q?=0d" not in content


@pytest.mark.parametrize(
    "subject",
    ["", "word " * 60, "x" * 300, "Votre échéance du 3 décembre " * 5, "生日快乐" * 30, "🎉" * 50],
)
def test_long_subjects_are_folded_and_come_back(subject: str) -> None:
    content = compose(envelope(), Rendered(subject, "x"))
    head = content.split(b"\r\n\r\n", 1)[0]
    assert all(len(line) <= 78 or b"x" * 300 in line for line in head.split(b"\r\n"))
    assert parse(content)["Subject"] == subject.strip()


def test_a_message_without_a_subject_has_an_empty_one() -> None:
    assert parse(compose(envelope(), Rendered(None, "x")))["Subject"] == ""


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("hello@harbour.example", ""),
        ("<hello@harbour.example>", ""),
        ("Harbour Bank <hello@harbour.example>", "Harbour Bank"),
        ('"Harbour, \\"the\\" Bank" <hello@harbour.example>', 'Harbour, "the" Bank'),
        ("Harbour, Inc. <hello@harbour.example>", "Harbour, Inc."),
        ("Crédit Mutuel Océan <hello@harbour.example>", "Crédit Mutuel Océan"),
        ("=?utf-8?q?=0d=0aBcc:?= <hello@harbour.example>", "=?utf-8?q?=0d=0aBcc:?="),
        (
            "A very long name of a bank " * 4 + "<hello@harbour.example>",
            "A very long name of a bank " * 4,
        ),
    ],
)
def test_the_senders_name_comes_back(sender: str, name: str) -> None:
    address = mail(sender=sender)["From"].addresses[0]
    assert (address.display_name, address.addr_spec) == (name.strip(), "hello@harbour.example")


def test_a_sender_name_of_several_encoded_words_comes_back_whole() -> None:
    content = compose(envelope(sender="港湾银行" * 12 + " <a@b.example>"), Rendered("Hello", "x"))
    raw = message_from_bytes(content, policy=policy.compat32)["From"]
    assert str(make_header(decode_header(raw))) == "港湾银行" * 12 + " <a@b.example>"


HOSTILE_ADDRESSES = [
    "",
    "ann",
    "a@b,evil@x.example",
    '"a\r\nX:1"@b.example',
    "a@b>",
    "a@b\r\nBcc: evil@evil.example",
    "a@b\n",
    "a@b.example\x00",
    "a b@x.example",
    "a@x.example\u2028Bcc:",
    "a@x..example",
    "a@-x.example",
    "(comment)a@x.example",
    "=?utf-8?q?a?=@x.example\t",
    "Ann <a@x.example>",
    "<a@x.example>",
    "a" * 65 + "@x.example",
    "ü\r\n@x.example",
    "\ud800@x.example",
    "a@" + "x" * 64,
]


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
def test_a_recipient_that_is_not_one_plain_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"not an e-mail address|not a mailbox|@|characters|label"):
        mail(to=address)


@pytest.mark.parametrize("field", ["sender", "reply_to"])
@pytest.mark.parametrize(
    "text",
    [
        "Bank\r\nBcc: x@y.example <a@b.example>",
        "Bank <a@b.example>, <c@d.example>",
        "Bank <a@b.example",
        "Bank\u2028 <a@b.example>",
        "Bank <a@b>c>",
        "",
    ],
)
def test_a_mailbox_that_is_not_exactly_one_is_refused(field: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"not an e-mail address|not a mailbox|@|characters|label"):
        mail(**{field: text})


def test_an_international_domain_goes_out_in_ascii() -> None:
    assert mail(to="ann@bücher.example.org")["To"] == "ann@xn--bcher-kva.example.org"


def test_only_an_international_local_part_makes_the_message_utf_8() -> None:
    content = compose(envelope(to="jörg@bücher.example.org"), Rendered("Grüße", "Hallo, Jörg"))
    assert "To: jörg@xn--bcher-kva.example.org\r\n".encode() in content
    assert content.replace("jörg".encode(), b"").isascii()


def test_a_date_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no zone"):
        mail(date=datetime(2026, 11, 24, 9, 0))


def test_a_zone_with_seconds_in_its_offset_is_written_in_utc() -> None:
    old = datetime(1890, 1, 1, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert mail(date=old)["Date"].datetime == old
