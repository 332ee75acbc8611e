"""What keeps messages from leaving: for `status`, and for whoever watches a daemon."""

from __future__ import annotations

import json

from sqlalchemy import Connection

from touchpoints.engine.ceilings import PER_RUN, Ceilings
from touchpoints.engine.pacing import Pacing
from touchpoints.store.statements import get_meta, put_meta
from touchpoints.workspace import Workspace

_NAME = "stops"


def note_stops(connection: Connection, stops: dict[str, str]) -> None:
    """Keep what stopped the last tick: only the run itself knows how many it has sent."""
    put_meta(connection, _NAME, json.dumps(stops))


def stops_of(connection: Connection, workspace: Workspace, now: int) -> dict[str, str]:
    """A pause of everything, ceilings that are reached, channels that rest: each in words."""
    ceilings = Ceilings(workspace.limits, workspace.policy.timezone)
    found = ceilings.reached(connection, now) | Pacing(workspace).rests(connection, now)
    noted = json.loads(get_meta(connection, _NAME) or "{}")
    return found | ({PER_RUN: noted[PER_RUN]} if PER_RUN in noted else {})
