"""Whoever changes the messages of a customer holds the customer, where many work at once.

On SQLite one program writes at a time and holds everybody. On a server the customer's row is
locked until the transaction ends; imports go on meanwhile, and make the judgement void.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from touchpoints.store.dialect import dialect_of
from touchpoints.store.statements import rows

_ROWS = "SELECT no FROM customer WHERE no IN :nos ORDER BY no FOR NO KEY UPDATE"


def hold(connection: Connection, nos: Collection[int]) -> None:
    """Hold these customers; wait until nobody else does."""
    if nos and dialect_of(connection).shared:
        rows(connection, _ROWS, {"nos": sorted(nos)})


def free(connection: Connection, nos: Collection[int]) -> set[int]:
    """Hold those of these customers whom nobody else holds; which ones."""
    if not nos or not dialect_of(connection).shared:
        return set(nos)
    found = rows(connection, f"{_ROWS} SKIP LOCKED", {"nos": sorted(nos)})
    return {int(no) for (no,) in found}
