"""The kinds of moments: a readable list, and what installed packages add to it."""

from __future__ import annotations

from importlib.metadata import entry_points

from touchpoints.moments.after import After
from touchpoints.moments.annual import Annual
from touchpoints.moments.base import MomentModel
from touchpoints.moments.event import Event
from touchpoints.moments.fact import Fact
from touchpoints.moments.lapsed import Lapsed
from touchpoints.moments.schedule import Schedule

MOMENTS: tuple[type[MomentModel], ...] = (Annual, Fact, Event, After, Schedule, Lapsed)


def all_moments() -> tuple[type[MomentModel], ...]:
    """The kinds of this package, then those of the entry point `touchpoints.moments`."""
    return MOMENTS + tuple(point.load() for point in entry_points(group="touchpoints.moments"))
