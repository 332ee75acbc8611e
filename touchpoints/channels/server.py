"""An SMTP server as the policy's `url` names it, and a session with it that is ready for mail."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from touchpoints.workspace.gateways import is_loopback

Security = Literal["opportunistic", "starttls", "tls"]

_SCHEMES: dict[str, tuple[Security, int]] = {
    "smtp": ("opportunistic", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}
_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?|[0-9a-f]*:[0-9a-f:.]*")
_EXPECTED = "expected smtp://, smtp+starttls:// or smtps://, then USER:PASSWORD@HOST:PORT"


class UnreachableError(Exception):
    """No session with the server came about, so nothing was sent; the text tells why."""


@dataclass(frozen=True)
class Server:
    """Where e-mail is handed over, and how. `timeout` is in seconds, for each step.

    `verify` None checks certificates, except for `smtp://` to this very machine, whose mail
    servers come with certificates of their own making.
    """

    host: str
    port: int
    security: Security = "opportunistic"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 20.0
    verify: bool | None = None

    @classmethod
    def parse(cls, url: str, timeout: float = 20.0, verify: bool | None = None) -> Server:
        """Read a `url`. Raises ValueError, which never quotes user or password."""
        parts, port = _split(url)
        if parts.scheme not in _SCHEMES:
            raise ValueError(f"unknown scheme {parts.scheme!r}; {_EXPECTED}")
        if parts.path not in ("", "/") or parts.query or parts.fragment:
            raise ValueError(
                f"something follows the port; {_EXPECTED}, with / ? # @ : in user or password "
                "written as %2F %3F %23 %40 %3A"
            )
        if not parts.hostname or not _HOST.fullmatch(parts.hostname):
            raise ValueError(f"{parts.hostname!r} is not a host; {_EXPECTED}")
        user, password = (None if it is None else unquote(it) for it in _login(parts))
        if not f"{user}{password}".isascii():
            raise ValueError("user and password may only have ASCII characters")
        security, usual_port = _SCHEMES[parts.scheme]
        return cls(parts.hostname, port or usual_port, security, user, password, timeout, verify)

    @property
    def loopback(self) -> bool:
        """Whether the host is this very machine, by its name: 127.0.0.0/8, ::1 or localhost."""
        return is_loopback(self.host)

    @cached_property
    def context(self) -> ssl.SSLContext:
        """How TLS is done here; `SSL_CERT_FILE` in the environment names other authorities."""
        context = ssl.create_default_context()
        lenient = self.loopback and self.security == "opportunistic"
        if self.verify is False or (self.verify is None and lenient):
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def session(self) -> smtplib.SMTP:
        """Connect, secure and log in. Raises UnreachableError, having closed the connection."""
        with ExitStack() as undo:
            try:
                session = self._connect()
                undo.callback(session.close)
                session.ehlo_or_helo_if_needed()
                self._secure(session)
                self._log_in(session)
            except (OSError, ValueError) as error:
                raise UnreachableError(self._why(error)) from error
            session.command_encoding = "utf-8"
            undo.pop_all()
        return session

    def _connect(self) -> smtplib.SMTP:
        # The name said in EHLO; without it smtplib asks the resolver, which may take seconds.
        own_name = "localhost" if self.loopback else None
        if self.security == "tls":
            return smtplib.SMTP_SSL(
                self.host, self.port, own_name, timeout=self.timeout, context=self.context
            )
        return smtplib.SMTP(self.host, self.port, own_name, timeout=self.timeout)

    def _secure(self, session: smtplib.SMTP) -> None:
        if self.security == "tls":
            return
        if session.has_extn("starttls"):
            session.starttls(context=self.context)
            session.ehlo_or_helo_if_needed()
        elif self.security == "starttls":
            raise UnreachableError(f"{self} offers no STARTTLS, which the url asks for")
        elif self.password is not None and not self.loopback:
            raise UnreachableError(
                f"{self} offers no TLS, so the password was not sent; use smtps:// in the url"
            )

    def _log_in(self, session: smtplib.SMTP) -> None:
        if self.user is None or self.password is None:
            return
        # The server's own words stay out: they may repeat what was sent to it.
        try:
            session.login(self.user, self.password)
        except smtplib.SMTPNotSupportedError as error:
            raise UnreachableError(
                f"{self} offers no log-in; take user and password out of the url"
            ) from error
        except smtplib.SMTPResponseException as error:
            raise UnreachableError(
                f"{self} refused the log-in ({error.smtp_code}); check user and password in the url"
            ) from error

    def _why(self, error: Exception) -> str:
        if isinstance(error, ssl.SSLCertVerificationError):
            return (
                f"{self} showed a certificate that does not hold: {error.verify_message}; "
                "put it right, or set verify: false"
            )
        if isinstance(error, ssl.SSLError):
            return f"{self} broke off TLS: {error.reason}; check the scheme and port of the url"
        if isinstance(error, smtplib.SMTPResponseException):
            said = error.smtp_error
            text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
            return f"{self} refused the session: {error.smtp_code} {text}"
        return f"cannot reach {self}: {getattr(error, 'strerror', None) or error}"

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        return parts, parts.port
    except ValueError:  # its text may quote the password
        raise ValueError(f"host or port cannot be read; {_EXPECTED}") from None


def _login(parts: SplitResult) -> tuple[str | None, str | None]:
    if (not parts.username) != (not parts.password):
        raise ValueError(f"user and password go together; {_EXPECTED}")
    return parts.username or None, parts.password or None
