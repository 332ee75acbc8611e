"""Settling: what an operator says about a message that is held, with every reason to refuse it."""

from __future__ import annotations

from touchpoints.core.message import State
from touchpoints.errors import UsageError
from touchpoints.store import resolving
from touchpoints.store.database import Database
from touchpoints.store.resolving import Resolution
from touchpoints.store.stamp import Stamp


def settle(database: Database, message: int, resolution: Resolution, stamp: Stamp) -> State:
    """Move a held message to what an operator says, and return the state that it has now.

    Raises UsageError, with nothing done, for one that is not there, not held any more, travels in
    another message, or shall go again though its window has closed.
    """
    with database.writing() as connection:
        held = resolving.found(connection, message)
        if held is None:
            raise UsageError(f"no message {message} in the outbox; see touchpoints outbox list")
        if held.merged_into is not None:
            raise UsageError(
                f"message {message} travels in {held.merged_into}; resolve that message"
            )
        if held.state != State.HELD:
            raise UsageError(f"message {message} is {held.state}, not held; nothing was done")
        if resolution == Resolution.RESEND and held.close_at <= stamp.at:
            raise UsageError(
                f"the window of message {message} has closed; say --sent or --drop instead"
            )
        resolving.resolve(connection, held, resolution, stamp)
    return resolving.STATES[resolution]
