"""What a template says, as the bytes of an e-mail: RFC 5322 with CRLF, the same for the same input.

Written out by hand because `email.message.EmailMessage` costs about 1 ms for each message, more
than sending it; the tests read everything back with the standard library's parser.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache

from touchpoints.channels.address import Mailbox, wire_address
from touchpoints.core.message import Rendered

_LINE = 78
_ENCODED_LINE = 76
"""RFC 5322 2.1.1: lines should have at most 78 characters; RFC 2047 2: 76 with encoded words."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_BLANKS = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_WORDS = re.compile(r"[!-~]{1,900}(?: [!-~]{1,900})*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")

# Lines that every relay leaves alone: short, ASCII, no blank at the end, and nothing at the start
# that means something to a mailbox file (From), to SMTP (a dot) or to MIME (a boundary).
_EASY = re.compile(rb"(?:(?:(?!From |--|\.)[\t -~]{0,77}[!-~])?\r\n)*+")
_SAFE = bytes(byte for byte in b"\t\r\n" + bytes(range(32, 127)) if byte != ord("="))
_MEANT_FOR_OTHERS = re.compile(rb"(?m)^(?:\.|F(?=rom ))")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom, and when. `key` is CUSTOMER/TOUCHPOINT/OCCURRENCE, `date` is aware."""

    key: str
    sender: str
    to: str
    date: datetime
    reply_to: str | None = None

    @property
    def message_id_domain(self) -> str:
        """The domain of the sender's address. Raises ValueError if the sender is no mailbox."""
        return Mailbox.parse(self.sender).domain


def compose(envelope: Envelope, rendered: Rendered) -> bytes:
    """The e-mail as it leaves, ending in CRLF; same input, same bytes.

    The subject becomes one line; the text and the HTML end in a line break. Every byte is ASCII,
    unless the part of an address before the @ is not, which only UTF-8 can say (RFC 6532).
    Raises ValueError for an address that is not exactly one, or a date without a zone.
    """
    identity = hashlib.sha256(envelope.key.encode("utf-8", "surrogatepass")).hexdigest()
    head = [
        _mailbox_line("From", envelope.sender),
        f"To: {wire_address(envelope.to)}",
        _text_line("Subject", _BLANKS.sub(" ", rendered.subject or "").strip(" ")),
        f"Date: {_date(envelope.date)}",
        f"Message-ID: <{identity[:32]}@{envelope.message_id_domain}>",
        _text_line("X-Touchpoint-Key", _CONTROL.sub(_percent, envelope.key)),
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
    ]
    if envelope.reply_to is not None:
        head.insert(2, _mailbox_line("Reply-To", envelope.reply_to))
    lines = "\r\n".join(head).encode() + b"\r\n"
    if rendered.html is None:
        return lines + _part("plain", rendered.text)
    # "=_" stands in no quoted-printable, base64 or plain line that may start with two dashes.
    boundary = f"=_{identity[32:]}".encode()
    return b"".join(
        (
            lines,
            b'Content-Type: multipart/alternative; boundary="%b"\r\n\r\n' % boundary,
            b"--%b\r\n%b\r\n" % (boundary, _part("plain", rendered.text)),
            b"--%b\r\n%b\r\n" % (boundary, _part("html", rendered.html)),
            b"--%b--\r\n" % boundary,
        )
    )


def _part(subtype: str, text: str) -> bytes:
    encoding, body = _transfer(text)
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}'
    return head.encode() + b"\r\n\r\n" + body


def _transfer(text: str) -> tuple[str, bytes]:
    """The text in the lightest transfer encoding that no relay on the way has reason to change."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    lines = lines if lines.endswith("\n") else lines + "\n"
    raw = lines.encode("utf-8", "replace").replace(b"\n", b"\r\n")
    if _EASY.fullmatch(raw):
        return "7bit", raw
    if len(raw.translate(None, _SAFE)) * 6 > len(raw):  # escapes would cost more than base64
        return "base64", base64.encodebytes(raw).replace(b"\n", b"\r\n")
    return "quoted-printable", b"".join(map(_quoted, raw.split(b"\r\n")[:-1]))


@lru_cache(maxsize=2048)
def _quoted(line: bytes) -> bytes:
    """One line in quoted-printable, ending in CRLF.

    Most lines of a mail are the same in the next: finding them takes a fifth of encoding them.
    """
    return _MEANT_FOR_OTHERS.sub(_escaped, binascii.b2a_qp(line + b"\r\n"))


def _escaped(match: re.Match[bytes]) -> bytes:
    return f"={match[0].hex('=').upper()}".encode()


def _text_line(name: str, text: str) -> str:
    """A header of free text without control characters: folded, or in encoded words (RFC 2047)."""
    if text == "" or (_WORDS.fullmatch(text) and "=?" not in text):
        return _folded(f"{name}: {text}")
    return f"{name}: " + _encoded_words(name, text)


def _folded(line: str) -> str:
    if len(line) <= _LINE:
        return line
    name, first, *words = line.split(" ")
    lines = [f"{name} {first}"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) <= _LINE:
            lines[-1] += " " + word
        else:
            lines.append(" " + word)
    return "\r\n".join(lines)


def _encoded_words(name: str, text: str) -> str:
    data = text.encode("utf-8", "replace")
    room = (_ENCODED_LINE - len(name) - len(": =?utf-8?b??=")) // 4 * 3
    words, start = [], 0
    while start < len(data):
        end = start + room
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        words.append(f"=?utf-8?b?{base64.b64encode(data[start:end]).decode()}?=")
        start = end
    return "\r\n ".join(words)


@lru_cache(maxsize=256)
def _mailbox_line(name: str, text: str) -> str:
    mailbox = Mailbox.parse(text)
    if not mailbox.name:
        return f"{name}: {mailbox.address}"
    if not mailbox.name.isascii() or "=?" in mailbox.name:
        phrase = _encoded_words(name, mailbox.name)
    elif _ATOMS.fullmatch(mailbox.name):
        phrase = mailbox.name
    else:
        phrase = '"' + re.sub(r'(["\\])', r"\\\1", mailbox.name) + '"'
    line = f"{name}: {phrase} <{mailbox.address}>"
    return line if len(line) <= _LINE else f"{name}: {phrase}\r\n <{mailbox.address}>"


def _date(instant: datetime) -> str:
    offset = instant.utcoffset()
    if offset is None:
        raise ValueError(f"{instant.isoformat()} has no zone; an e-mail's date needs one")
    return _written_date(instant, offset)


@lru_cache(maxsize=64)
def _written_date(instant: datetime, offset: timedelta) -> str:
    """The date of a header; the same instant in another zone is written otherwise."""
    whole_minutes = offset.total_seconds() % 60 == 0
    return format_datetime(instant if whole_minutes else instant.astimezone(UTC))


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))
