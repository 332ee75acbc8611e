"""Where the daemon answers about itself: `127.0.0.1:9464`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address

_WRITTEN = re.compile(r"(?:(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<host>[^:\[\]]+)):)?(?P<port>\d{1,5})")
_EXPECTED = "expected HOST:PORT such as 127.0.0.1:9464"


@dataclass(frozen=True, slots=True)
class Listen:
    """An address of this machine and a port of it; port 0 is any that is free."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Listen:
        """Read `HOST:PORT`, or a port alone, which is one of the loopback address.

        Whoever may ask is never a matter of how a name resolves: all but `localhost` are refused,
        so that another address than a loopback one must be written out. Raises ValueError.
        """
        found = _WRITTEN.fullmatch(text.strip())
        if found is None or int(found["port"]) > 65_535:
            raise ValueError(_EXPECTED)
        host = found["six"] or found["host"] or "127.0.0.1"
        if host == "localhost":
            host = "127.0.0.1"
        try:
            ip_address(host)
        except ValueError:
            raise ValueError(
                f"{_EXPECTED}; to be asked from elsewhere, write out an address of this machine,"
                " or 0.0.0.0 for all of them"
            ) from None
        return cls(host, int(found["port"]))

    @property
    def loopback(self) -> bool:
        """Whether only this machine can ask."""
        return ip_address(self.host).is_loopback

    @property
    def url(self) -> str:
        """The address as one types it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"
