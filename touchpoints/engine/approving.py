"""Approving: what goes out is the plan that somebody has looked at, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from touchpoints.core.gate import Gate
from touchpoints.engine.brief import Brief
from touchpoints.engine.planning import preview
from touchpoints.engine.storing import APPROVABLE, store_plan
from touchpoints.errors import UsageError
from touchpoints.store.database import Database
from touchpoints.store.statements import get_meta


def take_approved(database: Database, brief: Brief, gates: Sequence[Gate], approved: str) -> None:
    """Make the approved plan the one that the outbox holds.

    It is there already if `plan` stored it, else it must be what is planned now. Raises UsageError
    otherwise, with nothing done.
    """
    with database.reading() as connection:
        stored = get_meta(connection, APPROVABLE) or ""
    if stored == approved:
        return
    now = preview(database, brief, gates).fingerprint()
    if now != approved:
        kept = f"the plan in the outbox is {stored}, and " if stored else ""
        raise UsageError(
            f"{approved} is not the plan: {kept}the plan as of now is {now}; nothing was sent."
            " Look at it with touchpoints plan, and approve what that prints"
        )
    store_plan(database, brief, gates, anew=True)
