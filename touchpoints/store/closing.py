"""Closing facts that the next full file does not have any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from touchpoints.store.statements import rows, write

PAGE = 10_000
"""Facts that are looked at together: a million in one list would take 300 MB."""


def open_facts(connection: Connection, kind: str) -> Iterator[tuple[int, str, str]]:
    """(number, customer's id, ref) of every open fact of a kind."""
    last = 0
    while True:
        page = rows(
            connection,
            "SELECT f.no, c.id, f.ref FROM fact f JOIN customer c ON c.no = f.customer_no"
            " WHERE f.no > :last AND f.kind = :kind AND f.closed_at IS NULL"
            " ORDER BY f.no LIMIT :most",
            {"last": last, "kind": kind, "most": PAGE},
        )
        yield from ((int(no), str(customer), str(ref)) for no, customer, ref in page)
        if len(page) < PAGE:
            return
        last = int(page[-1][0])


def close_facts(connection: Connection, nos: Sequence[int], now: int) -> set[int]:
    """Close facts by their numbers; the numbers of their customers, who are to be planned anew."""
    sql = "SELECT DISTINCT customer_no FROM fact WHERE no IN :nos"
    customers = {int(no) for (no,) in rows(connection, sql, {"nos": list(nos)})}
    write(
        connection,
        "UPDATE fact SET closed_at = :now WHERE no = :no",
        [{"no": no, "now": now} for no in nos],
    )
    return customers
