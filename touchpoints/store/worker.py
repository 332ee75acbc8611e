"""A worker: who delivers, and how long what it has taken stays its own."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass

from touchpoints.store.stamp import Stamp

LEASE = 300
"""Seconds after which others take up what a worker has left; sending one message takes less."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that delivers, by a name unlike any other's; `lease` is in seconds."""

    name: str
    lease: int = LEASE

    @classmethod
    def new(cls, lease: int = LEASE) -> Worker:
        """A worker named after its host and process, and by chance, since numbers come again."""
        return cls(f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}", lease)

    def stamp(self, now: int) -> Stamp:
        """What this worker signs with."""
        return Stamp(now, self.name)
