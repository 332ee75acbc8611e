"""What one customer last said of each category and channel, and since when it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from touchpoints.core.known import Key, Statement
from touchpoints.engine.brief import Brief
from touchpoints.store.customer import statements
from touchpoints.store.dialect import Row


def last_said(connection: Connection, brief: Brief, no: int) -> Iterator[tuple[Key, Statement]]:
    """By category and channel what stands; pairs of which nothing was said are left out."""
    said, policy = statements(connection, no, brief.as_of), brief.workspace.policy
    for category in policy.categories:
        for channel in policy.channels:
            about = [row for row in said if row[0] in {"*", channel} and row[1] in {"*", category}]
            standing = _standing(about, brief.as_of)
            if standing is not None:
                yield (category, channel), standing


def _standing(about: Sequence[Row], as_of: int) -> Statement | None:
    """The last statement in force; `at` is when the first of those that agree with it was made.

    A grant that has run out takes back the grants before it, but no denial; a denial that has run
    out was never said.
    """
    standing: Statement | None = None
    for _, _, state, at, expires_at in about:
        over = expires_at is not None and expires_at <= as_of
        if over and state == "denied":
            continue
        if over:
            if standing is None or standing.state != "denied":
                standing = Statement("lapsed", expires_at)
        elif standing is None or standing.state != state:
            standing = Statement(state, at)
    return standing
