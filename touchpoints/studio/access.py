"""Who may talk to the studio: the addresses it answers to, and the secrets of one run."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from hmac import compare_digest

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Access:
    """The port, and three secrets that end with the process.

    `token` is printed at the start and opens the studio once for each browser; `session` is what
    the browser's cookie then holds; `csrf` goes with every change that a page of ours asks for.
    """

    port: int
    token: str = field(default_factory=_secret, repr=False)
    session: str = field(default_factory=_secret, repr=False)
    csrf: str = field(default_factory=_secret, repr=False)

    @property
    def cookie(self) -> str:
        """The name of the cookie; browsers share cookies between ports, so that it has ours."""
        return f"touchpoints_studio_{self.port}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """What a browser may call this machine: loopback only, so that no foreign name does."""
        return tuple(f"{name}:{self.port}" for name in LOOPBACK)

    @property
    def address(self) -> str:
        """The address that opens the studio."""
        return f"http://127.0.0.1:{self.port}/?token={self.token}"


def same(given: str | None, secret: str) -> bool:
    """Whether a secret was given, in a time that does not tell how much of it was right."""
    return given is not None and compare_digest(given.encode(), secret.encode())
