"""The gates in the order in which they are asked: a readable list, and what packages add to it."""

from __future__ import annotations

from importlib.metadata import entry_points

from touchpoints.core.gate import Gate
from touchpoints.gates.address import NoAddress
from touchpoints.gates.audience import Audience
from touchpoints.gates.blocked import Blocked
from touchpoints.gates.consent import NoConsent
from touchpoints.gates.disabled import Disabled
from touchpoints.gates.holdout import Holdout
from touchpoints.gates.paused import Paused
from touchpoints.gates.time import NoTime

GATES: tuple[Gate, ...] = (
    Disabled(),
    Blocked(),
    Audience(),
    Holdout(),
    NoConsent(),
    NoAddress(),
    Paused(),
    NoTime(),
)


def all_gates() -> tuple[Gate, ...]:
    """The gates of this package, then those of the entry point `touchpoints.gates`."""
    return GATES + tuple(point.load()() for point in entry_points(group="touchpoints.gates"))
