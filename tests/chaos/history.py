"""What is known of the customers whom a broken promise names, for whoever looks into it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tests.chaos.evidence import Evidence

_CUSTOMER = re.compile(r"\bC\d+(?=/)")
FILE = "history.txt"


def history(evidence: Evidence, broken: Mapping[str, list[str]]) -> str:
    """A line for each thing: who they are, what they said, messages, attempts, audit, ledger."""
    told = " ".join(each for what in broken.values() for each in what)
    named = sorted(set(_CUSTOMER.findall(told)))
    return "".join(f"{each}\n" for who in named for each in _of(evidence, who))


def _of(e: Evidence, who: str) -> Iterator[object]:
    yield e.world.people[who]
    yield from (each for each in e.world.words if each.customer == who)
    mine = f"{who}/"
    yield from (each for each in e.messages if each.key.startswith(mine))
    for key, tries in e.attempts.items():
        yield from tries if key.startswith(mine) else ()
    yield from (each for each in e.steps if each.key.startswith(mine))
    yield from (each for each in e.ledger if each.key.startswith(mine))
