"""What systemd wants to hear of its services (sd_notify(3)), without its library."""

from __future__ import annotations

import logging
import socket

log = logging.getLogger("touchpoints")


class Supervisor:
    """Whoever listens at the address of NOTIFY_SOCKET; without one, nobody does."""

    def __init__(self, address: str | None) -> None:
        # An @ in front stands for a name that is in no folder (unix(7), abstract).
        self._address = "\0" + address[1:] if address and address[0] == "@" else address

    def tell(self, *states: str) -> None:
        """Say `READY=1` and the like; whoever does not hear it is no reason to stop."""
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
                line.settimeout(1.0)
                line.sendto("\n".join(states).encode("utf-8"), self._address)
        except OSError as error:
            log.warning("the supervisor does not hear: %s", error.strerror)
