"""E-mail through an SMTP server, on a connection that is kept."""

from __future__ import annotations

import re
import smtplib
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, Field

from touchpoints.channels.address import Mailbox, wire_address
from touchpoints.channels.base import Opening, Options, Sender
from touchpoints.channels.server import Server, UnreachableError
from touchpoints.core.message import Kind, Message, Outcome, Receipt

MOST_PER_CONNECTION = 100
_NOT_ALLOWED_YET = frozenset({503, 530, 534, 535, 538})
"""Codes that ask for TLS or a log-in first: the whole channel is at fault, not this recipient."""

_BARE_LINE_END = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_LEADING_DOT = re.compile(rb"(?m)^\.")
_SOME_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")


def _readable(url: str) -> str:
    Server.parse(url)
    return url


class SmtpOptions(Options):
    """`url` names the server, `from` who the e-mail comes from, `timeout` seconds for each step."""

    url: Annotated[str, AfterValidator(_readable)]
    sender: Sender = Field(alias="from")
    timeout: float = Field(default=20.0, gt=0, le=3600)
    verify: bool | None = None


@dataclass(frozen=True, slots=True)
class _Parcel:
    """One message as the wire takes it, and what no receipt may repeat."""

    recipient: str
    content: bytes
    names: tuple[str, ...]
    password: str | None


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the server said, and to what."""

    code: int
    text: str
    to: str


class SmtpChannel:
    """Hands each message over as it is. One connection carries up to 100; a lost one is reopened.

    Threads may share a channel: they wait for each other.
    """

    transport: ClassVar[str] = "smtp"
    options: ClassVar[type[BaseModel]] = SmtpOptions

    def __init__(self, name: str, server: Server, sender: str) -> None:
        self.name = name
        self.kind: Kind = "email"
        self.local = server.loopback
        self._server = server
        self._sender = Mailbox.parse(sender).address
        self._session: smtplib.SMTP | None = None
        self._carried = 0
        self._turn = Lock()

    @classmethod
    def open(cls, opening: Opening) -> SmtpChannel:
        """A channel to the server of `url`. Raises ValueError for a kind that is not e-mail."""
        if opening.kind != "email":
            raise ValueError("smtp carries e-mail only; give the channel kind: email")
        options: SmtpOptions = opening.options
        server = Server.parse(options.url, options.timeout, options.verify)
        return cls(opening.name, server, options.sender)

    def send(self, message: Message) -> Receipt:
        """Hand the message over.

        TEMPORARY and PERMANENT prove that the server did not take it; once the first byte of the
        content has left, only the server's answer does, and without one it is IN_DOUBT.
        """
        try:
            parcel = self._parcel(message)
        except ValueError:
            return Receipt(Outcome.PERMANENT, "the address is not one that e-mail can go to")
        if not parcel.content.endswith(b"\r\n") or _BARE_LINE_END.search(parcel.content):
            return Receipt(
                Outcome.PERMANENT, "the content is no e-mail: its lines must end in CRLF"
            )
        with self._turn:
            try:
                return self._deliver(parcel)
            except BaseException:  # stopped midway: the next message must not go on from there
                self._drop()
                raise

    def close(self) -> None:
        """Say good-bye to the server, waiting at most 2 seconds for it."""
        with self._turn:
            self._hang_up()

    def _parcel(self, message: Message) -> _Parcel:
        recipient = wire_address(message.address)
        local_part = message.address.rpartition("@")[0]
        parts = [part for part in re.split(r"[\W_]+", local_part) if len(part) > 2]
        names = (message.address, recipient, local_part, *parts)
        return _Parcel(recipient, message.content, names, self._server.password)

    def _deliver(self, parcel: _Parcel) -> Receipt:
        kept = self._session is not None and self._carried < MOST_PER_CONNECTION
        try:
            session = self._session if kept and self._session else self._fresh_session()
        except UnreachableError as error:
            return Receipt(Outcome.TEMPORARY, _tidy(str(error), parcel), unreachable=True)
        try:
            refusal = self._announce(session, parcel)
        except OSError as error:
            refusal = _Answer(421, f"connection lost ({error})", "MAIL")
        if refusal is None:
            return self._hand_over(session, parcel)
        if refusal.code == 421 or not 400 <= refusal.code < 600:
            self._drop()
            # A kept connection may have been closed while it was idle: nothing of this message
            # has left yet, so it has one more go on a new one.
            return self._deliver(parcel) if kept else _receipt(refusal, parcel)
        self._reset(session)
        return _receipt(refusal, parcel)

    def _fresh_session(self) -> smtplib.SMTP:
        self._hang_up()
        self._session, self._carried = self._server.session(), 0
        return self._session

    def _announce(self, session: smtplib.SMTP, parcel: _Parcel) -> _Answer | None:
        """Everything before the content; the answer that refused, if one did."""
        self._carried += 1
        size = f" SIZE={len(parcel.content)}" if session.has_extn("size") else ""
        international = ""
        if not (self._sender + parcel.recipient).isascii():
            if not session.has_extn("smtputf8"):
                return _Answer(553, "the server takes no address beyond ASCII", "MAIL")
            international = " SMTPUTF8 BODY=8BITMIME"
        steps = (
            ("MAIL", f"FROM:<{self._sender}>{size}{international}", (250,)),
            ("RCPT", f"TO:<{parcel.recipient}>", (250, 251, 252)),
            ("DATA", "", (354,)),
        )
        for verb, argument, welcome in steps:
            code, text = session.docmd(verb, argument)
            if code not in welcome:
                return _Answer(code, text.decode("utf-8", "replace"), verb)
        return None

    def _hand_over(self, session: smtplib.SMTP, parcel: _Parcel) -> Receipt:
        try:
            session.send(_LEADING_DOT.sub(b"..", parcel.content) + b".\r\n")
            code, text = session.getreply()
        except OSError as error:
            self._drop()
            detail = f"no answer after the content: {error}; nobody knows whether it was taken"
            return Receipt(Outcome.IN_DOUBT, _tidy(detail, parcel))
        if code == 421 or not 200 <= code < 600:
            self._drop()
        return _receipt(_Answer(code, text.decode("utf-8", "replace"), "the content"), parcel)

    def _reset(self, session: smtplib.SMTP) -> None:
        """Make the session ready for the next message after a refused one."""
        try:
            code, _ = session.docmd("RSET")
        except OSError:
            code = -1
        if code != 250:
            self._drop()

    def _hang_up(self) -> None:
        if self._session is not None and self._session.sock is not None:
            with suppress(OSError):
                self._session.sock.settimeout(min(2.0, self._server.timeout))
                self._session.quit()
        self._drop()

    def _drop(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None


def _receipt(answer: _Answer, parcel: _Parcel) -> Receipt:
    """What an answer proves: 2xx accepted, 4xx not now, 5xx never, anything else nothing at all."""
    detail = _tidy(f"{answer.code} {answer.text} (to {answer.to})", parcel)
    if answer.to == "the content" and 200 <= answer.code < 300:
        return Receipt(Outcome.ACCEPTED, "taken", _tidy(answer.text, parcel))
    if answer.code == 421 or answer.code in _NOT_ALLOWED_YET:
        return Receipt(Outcome.TEMPORARY, detail, unreachable=True)
    if 500 <= answer.code < 600:
        return Receipt(Outcome.PERMANENT, detail)
    if 400 <= answer.code < 500:
        return Receipt(Outcome.TEMPORARY, detail)
    if answer.to == "the content":
        return Receipt(Outcome.IN_DOUBT, detail)
    return Receipt(Outcome.TEMPORARY, detail, unreachable=True)


def _tidy(text: str, parcel: _Parcel) -> str:
    """One short line in which neither the recipient, by whole words, nor the password stands."""
    if parcel.password:
        text = text.replace(parcel.password, "…")
    for name in parcel.names:
        if name.casefold() in text.casefold():
            whole = rf"(?<![^\W_]){re.escape(name)}(?![^\W_])"
            text = re.sub(whole, "…", text, flags=re.IGNORECASE)
    text = _SOME_ADDRESS.sub("…", text)
    return " ".join(text.split())[:200]
