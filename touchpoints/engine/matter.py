"""What a message is about: the stored fact or event behind its occurrence, as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from sqlalchemy import Connection

from touchpoints.core.moment import EventRows, FactRows, LatestEventRows, Moment
from touchpoints.engine.people import whole_event, whole_fact
from touchpoints.store import happenings, reading


def matter(
    connection: Connection, moment: object, about: tuple[int, str, int], now: int, zone: str
) -> Mapping[str, object]:
    """The records `fact` or `event` of a template; none where there is none, or it is gone.

    `about` is the customer's number, the occurrence's key and its day; `zone` is for customers
    without one of their own.
    """
    no, key, day = about
    asked = cast("Moment", moment).rows(day, day)
    if isinstance(asked, FactRows):
        fact = reading.fact(connection, no, asked.kind, key.rpartition("@")[0])
        return {} if fact is None else {"fact": whole_fact(fact)}
    if isinstance(asked, EventRows):
        # The key of an event is its ref; only a list of offsets adds to it.
        listed = not isinstance(getattr(moment, "offset", ""), str)
        ref = key.rpartition("@")[0] if listed else key
        event = happenings.event(connection, no, asked.kind, ref)
    elif isinstance(asked, LatestEventRows):
        event = happenings.latest_event(connection, no, asked.kind, now)
    else:
        return {}
    return {} if event is None else {"event": whole_event(event, zone)}
