"""The kinds of files that this version reads."""

from __future__ import annotations

from touchpoints.engine.records.consents import CONSENTS
from touchpoints.engine.records.customers import CUSTOMERS
from touchpoints.engine.records.events import EVENTS
from touchpoints.engine.records.facts import FACTS
from touchpoints.engine.records.history import HISTORY
from touchpoints.engine.records.kind import Kind
from touchpoints.engine.records.preferences import PREFERENCES
from touchpoints.errors import UsageError
from touchpoints.workspace.names import did_you_mean

KINDS: tuple[Kind, ...] = (CUSTOMERS, FACTS, EVENTS, CONSENTS, PREFERENCES, HISTORY)


def find_kind(name: str) -> Kind:
    """The kind of this name. Raises UsageError, which names those that there are."""
    names = [kind.name for kind in KINDS]
    for kind in KINDS:
        if kind.name == name:
            return kind
    near = did_you_mean(name, names)
    raise UsageError(
        f"{name!r} is not a kind of file; expected one of {', '.join(names)}"
        + (f"; {near}" if near else "")
    )
