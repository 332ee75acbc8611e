"""What if: the policy as it is and one that is not saved yet, on the same data, for some days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from touchpoints.engine.comparing import Comparison, compare
from touchpoints.engine.fates import side_of
from touchpoints.engine.simulating import Span
from touchpoints.store.database import Database
from touchpoints.store.sampling import sampled
from touchpoints.workspace import Workspace

DAYS = 30
"""How far ahead a change is looked at."""

MOST = 2_000
"""Customers who are looked at; more of them would take minutes and say the same."""

Share = Callable[[float], None]
"""Is told how much is done, from 0 to 1; raises to stop."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What differs, for how many customers it was found out, and how many there are in all."""

    comparison: Comparison
    span: Span
    asked: int
    everybody: int


def what_if(
    database: Database, here: Workspace, there: Workspace, as_of: datetime, share: Share
) -> Outcome:
    """Simulate both policies over copies of the same customers' data; nothing is changed."""
    span = Span(as_of, as_of + timedelta(days=DAYS))
    share(0.0)
    sample, everybody = sampled(database, MOST)
    try:
        sides = []
        for part, workspace in enumerate((here, there)):

            def progress(now: datetime, done: float = part / 2) -> None:
                share(done + (now - as_of) / timedelta(days=DAYS) / 2)

            sides.append(side_of(sample, workspace, span, progress))
    finally:
        sample.close()
    return Outcome(compare(*sides), span, min(MOST, everybody), everybody)
