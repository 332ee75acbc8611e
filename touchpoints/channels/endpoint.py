"""Where requests go, as the policy's `url` names it, and which machines may be behind the name."""

from __future__ import annotations

import base64
import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from touchpoints.workspace.gateways import is_loopback

_PORTS = {"https": 443, "http": 80}
_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?|[0-9a-f]*:[0-9a-f:.]*")
_TARGET = re.compile(r"[!-~]*")
_NAT64 = IPv6Network("64:ff9b::/96")
_EXPECTED = "expected https://HOST/PATH"

Resolve = Callable[[str, int], Iterable[str]]
"""The addresses of a host; raises OSError where there are none."""


class ForbiddenError(Exception):
    """A host has an address that no request may go to; the text tells which, and the remedy."""


class NotSentError(Exception):
    """No byte of the request has left; the text tells why."""


class NoAnswerError(Exception):
    """The request has left, in whole or in part, and nobody knows what became of it."""


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a host, as the system knows them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One URL, taken apart; `authorization` is what its user and password become."""

    scheme: str
    host: str
    port: int
    target: str = field(repr=False)
    authorization: str | None = field(default=None, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def parse(cls, url: str) -> Endpoint:
        """Read a `url`. Raises ValueError, which never quotes it: all of it may be a secret."""
        parts, port = _split(url)
        if parts.scheme not in _PORTS:
            raise ValueError(f"the scheme is not one of HTTP; {_EXPECTED}")
        if not parts.hostname or not _HOST.fullmatch(parts.hostname):
            raise ValueError(f"there is no host; {_EXPECTED}")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("anybody on the way could read it; write https://")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if parts.fragment or not _TARGET.fullmatch(target):
            raise ValueError(f"a blank, a # or a letter beyond ASCII must be escaped; {_EXPECTED}")
        authorization, secrets = None, [piece for piece in _pieces(target) if len(piece) >= 16]
        if parts.username is not None:
            user, password = unquote(parts.username), unquote(parts.password or "")
            authorization = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
            secrets += [password, authorization]
        port = port or _PORTS[parts.scheme]
        return cls(parts.scheme, parts.hostname, port, target, authorization, tuple(secrets))

    @property
    def loopback(self) -> bool:
        """Whether the host is this very machine, by its name."""
        return is_loopback(self.host)

    @property
    def authority(self) -> str:
        """The host as a request names it: with its port, unless it is the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Doors:
    """Which addresses a connection may be made to: public ones, and those of hosts named here."""

    private: frozenset[str] = frozenset()
    resolve: Resolve = look_up

    def admit(self, endpoint: Endpoint) -> None:
        """Raises ValueError if the `url` itself names an address that is not public."""
        if ":" in endpoint.host or endpoint.host.replace(".", "").isdigit():
            try:
                self.addresses(endpoint.host, endpoint.port)
            except (ForbiddenError, OSError) as error:
                raise ValueError(str(error)) from None

    def addresses(self, host: str, port: int) -> list[str]:
        """The addresses of a host, each of them checked.

        A connection is made to one of these, not to the name, so that the name cannot mean
        something else a moment later. Raises ForbiddenError, or OSError for a name without any.
        """
        found = list(self.resolve(host, port))
        named = host in self.private or is_loopback(host)
        for address in found:
            if not named and not is_public(address):
                raise ForbiddenError(
                    f"{host} is at {address}, which is not a public address; "
                    f"if that is meant, write allow_private: [{host}]"
                )
        return found


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet, whatever it is wrapped in."""
    try:
        ip = _unwrapped(ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    return ip.is_global and not ip.is_multicast


def _unwrapped(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address inside an IPv6 one: mapped, 6to4, or translated (RFC 6052)."""
    if isinstance(ip, IPv4Address):
        return ip
    inside = ip.ipv4_mapped or ip.sixtofour
    if inside is None and ip in _NAT64:
        inside = IPv4Address(int(ip) & 0xFFFFFFFF)
    return inside or ip


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        return parts, parts.port
    except ValueError:  # its text may quote the password
        raise ValueError(f"host or port cannot be read; {_EXPECTED}") from None


def _pieces(target: str) -> list[str]:
    return re.split(r"[/?&=]", target)
