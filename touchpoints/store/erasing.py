"""Erasing one person for good: what is kept of them is counted in reports, and names nobody."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Connection

from touchpoints.core.message import State, must_follow
from touchpoints.errors import UsageError
from touchpoints.store.changes import mark
from touchpoints.store.dialect import IMPORTS, dialect_of
from touchpoints.store.holding import hold
from touchpoints.store.marks import Marks, agree, erased_numbers
from touchpoints.store.person import OF_CUSTOMER, OF_MESSAGE, OWNED, columns
from touchpoints.store.reading import sharers
from touchpoints.store.stamp import OPERATOR
from touchpoints.store.statements import rows, write

STATUS = "erased"
"""The status of what is kept of a customer: not active, so that every gate refuses it."""

KEPT: Mapping[str, tuple[str, ...]] = {
    "customer": ("no", "id", "status"),
    "message": (
        *("no", "customer_no", "touchpoint", "occurrence", "state", "category", "topic"),
        *("counts", "channel", "send_at", "close_at", "score", "reason", "sent_at"),
        *("attempts", "fence", "in_doubt", "changed_at", "policy", "merged_into", "failed"),
        *("changed_by", "resend"),
    ),
    "attempt": ("no", "message_no", "number", "channel", "began_at", "ended_at", "outcome"),
    "transition": (
        *("no", "message_no", "was", "became", "at", "who"),
        *("reason", "channel", "send_at", "policy"),
    ),
}
"""The columns that reports need; whatever else a table has is emptied, also what comes later.

The hash of a text goes, too: with the template at hand, the name in it could be guessed.
"""

_UNDER_WAY = ("claimed", "sending")
_WAITING: tuple[tuple[State, bool, State], ...] = (
    (State.PLANNED, False, State.CANCELLED),
    (State.RETRY_WAIT, False, State.CANCELLED),
    # It may have gone out, so it stays undecided instead of being taken back.
    (State.RETRY_WAIT, True, State.HELD),
    (State.IN_DOUBT, False, State.HELD),
    (State.IN_DOUBT, True, State.HELD),
)


def erase(connection: Connection, no: int, marks: Marks, now: int) -> None:
    """Erase a customer, by the store's number; what was erased before stays as it is.

    Raises UsageError while a message is under way.
    """
    # An import that has asked before who was erased would bring them back.
    dialect_of(connection).lock(connection, IMPORTS)
    if no in erased_numbers(connection):
        return
    agree(connection, marks)
    customer, email, phone, own = rows(
        connection, "SELECT id, email, phone, addresses FROM customer WHERE no = :no", {"no": no}
    )[0]
    hold(connection, [no])
    _refuse_under_way(connection, no, customer)
    near = sharers(connection, [no])
    given = {str(each) for each in (email, phone, *json.loads(own or "{}").values()) if each}
    kept = {marks.of_id(customer), *map(marks.of_address, _of_nobody_else(connection, no, given))}
    sql = "INSERT INTO erased (mark, at) VALUES (:mark, :now) ON CONFLICT DO NOTHING"
    write(connection, sql, [{"mark": each, "now": now} for each in sorted(kept)])
    _take_back(connection, no, now)
    _rename_occurrences(connection, no, customer, marks)
    _empty(connection, no)
    bound = {"id": marks.of_id(customer), "status": STATUS, "no": no}
    write(connection, "UPDATE customer SET id = :id, status = :status WHERE no = :no", bound)
    # Caps that count by address name the other one in what they say of those who share it.
    write(
        connection,
        "UPDATE message SET detail = NULL WHERE replace(detail, :named, '') <> detail",
        {"named": f" to {customer} at "},
    )
    mark(connection, near)


def _refuse_under_way(connection: Connection, no: int, customer: str) -> None:
    sql = f"SELECT COUNT(*) FROM message WHERE {OF_CUSTOMER} AND state IN :states"
    if rows(connection, sql, {"no": no, "states": list(_UNDER_WAY)})[0][0]:
        raise UsageError(
            f"a message to {customer!r} is going out at this very moment; nothing was erased, try"
            " again in a minute (if no daemon runs, `touchpoints run --once` finishes it first)"
        )


def _of_nobody_else(connection: Connection, no: int, addresses: set[str]) -> list[str]:
    """The addresses that no other customer has: a family's phone stays the others'."""
    each = dialect_of(connection).each("c.addresses")
    sql = (
        "SELECT lower(email) FROM customer WHERE no <> :no AND lower(email) IN :all"
        " UNION SELECT phone FROM customer WHERE no <> :no AND phone IN :all"
        f" UNION SELECT lower(j.value) FROM customer c, {each} j"
        " WHERE c.no <> :no AND c.addresses IS NOT NULL AND lower(j.value) IN :all"
    )
    lowered = sorted({each.lower() for each in addresses})
    shared = {str(each) for (each,) in rows(connection, sql, {"no": no, "all": lowered})}
    return [each for each in lowered if each not in shared]


def _take_back(connection: Connection, no: int, now: int) -> None:
    """What waits does not go out any more."""
    for was, doubtful, to in _WAITING:
        must_follow(was, to)
        write(
            connection,
            "UPDATE message SET state = :to, reason = 'blocked', changed_at = :now,"
            " changed_by = :by"
            f" WHERE {OF_CUSTOMER} AND state = :was AND in_doubt = :doubtful",
            {"to": to, "now": now, "by": OPERATOR, "no": no, "was": was, "doubtful": doubtful},
        )


def _rename_occurrences(connection: Connection, no: int, customer: str, marks: Marks) -> None:
    """Put marks in place of occurrences, also where one message travels in another."""
    sql = f"SELECT no, touchpoint, occurrence, merged_into FROM message WHERE {OF_CUSTOMER}"
    found = rows(connection, sql, {"no": no})
    new = {row[2]: marks.of_occurrence(customer, row[2]) for row in found}
    labels = {f"{row[1]}/{row[2]}": f"{row[1]}/{new[row[2]]}" for row in found}
    write(
        connection,
        "UPDATE message SET occurrence = :occurrence, merged_into = :home WHERE no = :no",
        [
            {"occurrence": new[occurrence], "home": labels.get(home), "no": number}
            for number, _, occurrence, home in found
        ],
    )


def _empty(connection: Connection, no: int) -> None:
    """Delete the rows that tell about the customer, and empty the columns of those that count."""
    for table, where in (
        ("attempt", OF_MESSAGE),
        ("message", OF_CUSTOMER),
        ("customer", "no = :no"),
    ):
        emptied = ", ".join(
            f"{name} = {'NULL' if nullable else _BLANK}"
            for name, nullable in columns(connection, table).items()
            if name not in KEPT[table]
        )
        write(connection, f"UPDATE {table} SET {emptied} WHERE {where}", {"no": no})
    for table in OWNED:
        if table not in KEPT:
            write(connection, f"DELETE FROM {table} WHERE {OF_CUSTOMER}", {"no": no})


_BLANK = "''"


def counted(connection: Connection, no: int) -> dict[str, int]:
    """How many rows of each table are about a customer."""
    sql = "SELECT COUNT(*) FROM {} WHERE " + OF_CUSTOMER
    return {table: int(rows(connection, sql.format(table), {"no": no})[0][0]) for table in OWNED}
