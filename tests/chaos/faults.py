"""What a provider does wrong, how often, and in which order: all of it from a seed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from enum import StrEnum


class Fault(StrEnum):
    """One way of going wrong; TAKEN… come after the message is in the ledger, the others before."""

    NONE = "none"
    TAKEN_SLOW = "taken, answered late"
    TAKEN_SILENT = "taken, never answered"
    TAKEN_500 = "taken, answered with 500"
    TAKEN_RESET = "taken, connection reset"
    RESET = "connection reset before it was taken"
    HALF = "connection reset in the middle of the message"
    SILENT = "not taken, never answered"
    BUSY = "not taken, come again later"
    DOWN = "not taken, service unavailable"
    NEVER = "refused for good"
    SHUT = "connections refused for a while"


HTTP: Mapping[Fault, float] = {
    Fault.TAKEN_SLOW: 0.05,
    Fault.TAKEN_SILENT: 0.004,
    Fault.TAKEN_500: 0.012,
    Fault.TAKEN_RESET: 0.012,
    Fault.RESET: 0.01,
    Fault.SILENT: 0.002,
    Fault.BUSY: 0.02,
    Fault.DOWN: 0.006,
    Fault.NEVER: 0.004,
    Fault.SHUT: 0.003,
}
"""How often each happens to a request; a silence costs the channel's whole time-out."""

SMTP: Mapping[Fault, float] = {
    Fault.TAKEN_SLOW: 0.05,
    Fault.TAKEN_SILENT: 0.004,
    Fault.TAKEN_RESET: 0.015,
    Fault.RESET: 0.01,
    Fault.HALF: 0.006,
    Fault.SILENT: 0.002,
    Fault.BUSY: 0.02,
    Fault.DOWN: 0.006,
    Fault.NEVER: 0.004,
    Fault.SHUT: 0.003,
}
"""The same for mail. A server that answers an error to what it took breaks RFC 5321: not here."""


class Faults:
    """Draws what happens to the next message, until it is told to heal."""

    def __init__(self, seed: str, rates: Mapping[Fault, float]) -> None:
        self._draw, self._rates = random.Random(seed), rates

    def next(self) -> Fault:
        """The fault of the next message, mostly none."""
        point = self._draw.random()
        for fault, rate in self._rates.items():
            point -= rate
            if point < 0:
                return fault
        return Fault.NONE

    def between(self, low: float, high: float) -> float:
        """A number that the fault needs: seconds of a pause."""
        return self._draw.uniform(low, high)

    def heal(self) -> None:
        """From now on everything works."""
        self._rates = {}
