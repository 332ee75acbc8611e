"""Where candidates stand already: what the outbox knows of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from touchpoints.core.calendar import Ints
from touchpoints.core.columns import Bools, Words, distinct
from touchpoints.core.message import OPEN, State
from touchpoints.core.race import SHADOW
from touchpoints.core.rulebook import Rulebook
from touchpoints.engine.brief import Brief
from touchpoints.store import reading


@dataclass(frozen=True, slots=True)
class Known:
    """What the outbox knows of each candidate: `closed` for ever, or waiting on a channel.

    `failed` has a bit for each channel that has refused it for good; `tried_at` is when one that
    waits may have gone out already (0: it has not).
    """

    closed: Bools
    failed: Ints
    planned: Ints
    planned_at: Ints
    pinned: Bools
    tried_at: Ints

    @classmethod
    def nothing(cls, count: int) -> Known:
        """An outbox that has none of `count` candidates."""
        return cls(
            np.zeros(count, dtype=bool),
            np.zeros(count, dtype=np.int64),
            np.full(count, -1, dtype=np.int64),
            np.zeros(count, dtype=np.int64),
            np.zeros(count, dtype=bool),
            np.zeros(count, dtype=np.int64),
        )


def known_of(
    connection: Connection, brief: Brief, rules: Rulebook, keys: tuple[Ints, Ints, Words]
) -> Known:
    """Whose message went its way, where the others wait, and which of them no longer move."""
    no, touchpoint, label = keys
    known = Known.nothing(len(no))
    customers = distinct(no).tolist()
    outbox = {
        (row[0], row[1], row[2]): row[3:]
        for row in reading.messages(connection, customers, sorted(set(label.tolist())))
    }
    soon = brief.as_of + brief.workspace.policy.freeze.seconds
    now_holds = brief.workspace.fingerprint
    places = np.flatnonzero(np.isin(no, [key[0] for key in outbox]))
    columns = (places, no[places], touchpoint[places], label[places])
    for place, customer, row, key in zip(*(each.tolist() for each in columns), strict=True):
        design = rules.touchpoints[row]
        found = outbox.get((customer, design.name, key))
        if found is not None:
            state, channel, send_at, policy, reason, refused, tried = found
            failed = set(refused.split(";")) if refused else _NONE
            elsewhere = state == State.REJECTED and failed and set(design.channels) - failed
            # A shadow whose time has come is on record, and not decided again.
            recorded = reason == SHADOW and send_at is not None and send_at <= brief.as_of
            known.closed[place] = (state not in OPEN and not elsewhere) or recorded
            if failed:
                known.failed[place] = sum(
                    1 << rules.channel_number[name] for name in failed & set(design.channels)
                )
            waits = state in _WAITING
            pinned = state == State.RETRY_WAIT or (waits and send_at < soon)
            # What was announced under other rules is planned afresh.
            if (pinned or (waits and policy == now_holds)) and channel in design.channels:
                known.planned[place] = rules.channel_number[channel]
                known.planned_at[place] = send_at
                known.pinned[place] = pinned
                known.tried_at[place] = tried or 0
    return known


_NONE: frozenset[str] = frozenset()
_WAITING = frozenset({State.PLANNED, State.RETRY_WAIT})
