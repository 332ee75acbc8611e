"""Sweeps: what a plan needs, narrowed by index and read as plain tuples.

`nos` names customers by their number in the store; None means all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from operator import itemgetter

from sqlalchemy import Connection

from touchpoints.core.message import COMMITTED
from touchpoints.store.dialect import Row, dialect_of
from touchpoints.store.statements import rows

Numbers = list[int] | None

CUSTOMER_COLUMNS = (
    "id",
    "name",
    "given_name",
    "family_name",
    "birthday",
    "birthday_calendar",
    "timezone",
    "country",
    "locale",
    "status",
    "channels",
    "email",
    "phone",
    "addresses",
    "unusable",
    "attributes",
)
"""What may be asked for of a customer; everything else is in `attributes`."""

FACT_COLUMNS = ("kind", "ref", "date", "status", "amount", "currency", "attributes")
"""What may be asked for of a fact; everything else is in `attributes`."""


EVENT_COLUMNS = ("kind", "ref", "at", "attributes")
"""What may be asked for of an event; everything else is in `attributes`."""


_WENT_AT = (
    "CASE WHEN state IN ('claimed', 'sending') THEN changed_at ELSE COALESCE(sent_at, send_at) END"
)
"""When a message went out, or will; what is on its way goes now, however late that is."""


def customer_numbers(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """The store's numbers of customers that are known, by id."""
    found = rows(connection, "SELECT id, no FROM customer WHERE id IN :ids", {"ids": list(ids)})
    return {str(id_): int(no) for id_, no in found}


def similar_ids(connection: Connection, customer: str) -> list[str]:
    """Ids that begin like this one, some thousand at most, for naming the nearest."""
    start = customer[: max(1, len(customer) // 2)]
    sql = "SELECT id FROM customer WHERE id >= :start AND id < :end ORDER BY id LIMIT 5000"
    return [
        str(id_) for (id_,) in rows(connection, sql, {"start": start, "end": start + "\U0010ffff"})
    ]


def birthdays(
    connection: Connection, solar: Collection[int], lunar: Collection[int], nos: Numbers
) -> list[Row]:
    """(number, year or 0, month-day, lunar or not) of customers born on one of these month-days."""
    born = (
        "SELECT no, COALESCE(birth_year, 0), birth_month_day, {lunar} FROM customer"
        " WHERE birth_month_day IN :{calendar}"
        " AND COALESCE(birthday_calendar, 'solar') = '{calendar}'" + _only("no", nos)
    )
    halves = (born.format(calendar="solar", lunar=0), born.format(calendar="lunar", lunar=1))
    days = {"solar": sorted(solar), "lunar": sorted(lunar)}
    return rows(connection, " UNION ALL ".join(halves), days | _bound(nos))


def countries(connection: Connection, nos: Numbers) -> list[str | None]:
    """The countries of customers, each once; None where one has none."""
    sql = "SELECT DISTINCT country FROM customer WHERE 1 = 1" + _only("no", nos)
    return [name for (name,) in rows(connection, sql, _bound(nos))]


def dates_in_attributes(connection: Connection, field: str, nos: Numbers) -> list[Row]:
    """(number, text) of customers who have this attribute; reading it as a date is up to you."""
    value = dialect_of(connection).attribute("attributes", "field")
    sql = f"SELECT no, {value} FROM customer WHERE {value} IS NOT NULL" + _only("no", nos)
    return rows(connection, sql, {"field": field} | _bound(nos))


def facts(connection: Connection, kind: str, first: int, last: int, nos: Numbers) -> list[Row]:
    """(customer number, fact columns …) of open facts of a kind dated within these days."""
    sql = (
        f"SELECT customer_no, {', '.join(FACT_COLUMNS)} FROM fact"
        f" WHERE kind = :kind AND {beside(connection, 'date', nos)} BETWEEN :first AND :last"
        " AND closed_at IS NULL" + _only("customer_no", nos)
    )
    return rows(connection, sql, {"kind": kind, "first": first, "last": last} | _bound(nos))


def numbers(connection: Connection, first: int, last: int) -> list[int]:
    """The numbers of all customers from one number to another, both included."""
    sql = "SELECT no FROM customer WHERE no BETWEEN :first AND :last ORDER BY no"
    return [int(no) for (no,) in rows(connection, sql, {"first": first, "last": last})]


def everybody(connection: Connection, nos: Numbers) -> list[int]:
    """The numbers of all customers, or of those of `nos` that there are."""
    sql = "SELECT no FROM customer WHERE 1 = 1" + _only("no", nos)
    return [int(no) for (no,) in rows(connection, sql, _bound(nos))]


def customers(connection: Connection, nos: list[int], columns: Sequence[str]) -> list[Row]:
    """(number, the columns asked for …), ordered by id, if that is among them.

    By code points, however a server would compare two texts.
    """
    names = ", ".join(("no", *columns))
    found = rows(connection, f"SELECT {names} FROM customer WHERE no IN :nos", {"nos": nos})
    if "id" in columns:
        found.sort(key=itemgetter(1 + columns.index("id")))
    return found


def consents(connection: Connection, nos: list[int]) -> list[Row]:
    """(number, channel, category, granted or denied, since, expires at or None).

    Oldest first; of one instant the denied last, so that it has the last word.
    """
    sql = (
        "SELECT customer_no, channel, category, state, at, expires_at FROM consent"
        " WHERE customer_no IN :nos ORDER BY at, state DESC"
    )
    return rows(connection, sql, {"nos": nos})


def preferences(connection: Connection, nos: list[int]) -> list[Row]:
    """(number, channels, quiet hours, max, per, pause from, pause until, snooze until)."""
    sql = (
        "SELECT customer_no, channels, quiet_hours, max, per, pause_from, pause_until, snooze_until"
        " FROM preference WHERE customer_no IN :nos"
    )
    return rows(connection, sql, {"nos": nos})


def counted(connection: Connection, nos: list[int], since: int) -> list[Row]:
    """(number, instant, channel, category, topic, touchpoint) of all that counts since then.

    What is tried again, because it may have gone out before, counts then as well.
    """
    states = ", ".join(f"'{state}'" for state in sorted(COMMITTED))
    of_message = (
        "SELECT customer_no, {at}, channel, category, COALESCE(topic, ''), touchpoint FROM message"
        f" WHERE customer_no IN :nos AND {beside(connection, 'state', nos)} IN ({{states}})"
        " AND counts AND merged_into IS NULL AND {at} >= :since"
    )
    sql = (
        "SELECT customer_no, sent_at, channel, category, topic, touchpoint FROM history"
        " WHERE customer_no IN :nos AND sent_at >= :since"
        f" UNION ALL {of_message.format(at=_WENT_AT, states=states)}"
        f" UNION ALL {of_message.format(at='sent_at', states=_AGAIN)} AND in_doubt"
    )
    return rows(connection, sql, {"nos": nos, "since": since})


_AGAIN = "'retry_wait', 'claimed', 'sending'"


def messages(connection: Connection, nos: list[int], occurrences: list[str]) -> list[Row]:
    """(number, touchpoint, occurrence, state, channel, send at, policy, reason, failed, tried at).

    `failed` are the channels, with `;` between, that have refused it for good; `tried at` is when
    it may have gone out already.
    """
    sql = (
        "SELECT customer_no, touchpoint, occurrence, state, channel, send_at, policy, reason,"
        " failed, CASE WHEN in_doubt THEN sent_at END"
        " FROM message"
        " WHERE customer_no IN :nos AND occurrence IN :occurrences"
    )
    return rows(connection, sql, {"nos": nos, "occurrences": occurrences})


def taken(connection: Connection, nos: Numbers, since: int) -> list[Row]:
    """(touchpoint, channel, minute since the epoch, how many) that is taken from then on.

    By what has gone out or is on its way, and by what waits for others than `nos` (None: nobody).
    """
    gone = ", ".join(f"'{state}'" for state in sorted(COMMITTED))
    waits = "state IN ('planned', 'retry_wait') AND customer_no NOT IN :nos"
    sql = (
        f"SELECT touchpoint, channel, {_WENT_AT} / 60, COUNT(*) FROM message"
        f" WHERE {_WENT_AT} >= :since AND merged_into IS NULL"
        f" AND (state IN ({gone}){'' if nos is None else f' OR ({waits})'}) GROUP BY 1, 2, 3"
    )
    return rows(connection, sql, {"since": since} | _bound(nos))


def sharers(connection: Connection, nos: list[int]) -> list[int]:
    """The numbers of these customers and of all who share a mailbox, phone or other address."""
    each = dialect_of(connection).each("c.addresses")
    sql = (
        "WITH own (address) AS ("
        " SELECT lower(email) FROM customer WHERE no IN :nos AND email <> ''"
        " UNION SELECT phone FROM customer WHERE no IN :nos AND phone <> ''"
        f" UNION SELECT lower(j.value) FROM customer c, {each} j"
        " WHERE c.no IN :nos AND c.addresses IS NOT NULL)"
        " SELECT c.no FROM own JOIN customer c ON lower(c.email) = own.address"
        " UNION SELECT c.no FROM own JOIN customer c ON c.phone = own.address"
        f" UNION SELECT c.no FROM customer c, {each} j"
        " WHERE c.addresses IS NOT NULL AND lower(j.value) IN (SELECT address FROM own)"
        " UNION SELECT no FROM customer WHERE no IN :nos"
    )
    return [int(no) for (no,) in rows(connection, sql, {"nos": nos})]


def overdue(connection: Connection, now: int, patience: int, most: int) -> set[int]:
    """The numbers of customers for whom something waits longer than it should, in seconds.

    So long as nobody has sent it, or until its window has closed; of `most` messages at once, those
    that have waited longest.
    """
    sql = (
        "SELECT customer_no FROM message WHERE state IN ('planned', 'retry_wait')"
        " AND send_at <= :now AND (send_at <= :late OR close_at <= :now)"
        " ORDER BY send_at, no LIMIT :most"
    )
    bound = {"now": now, "late": now - patience, "most": most}
    return {int(no) for (no,) in rows(connection, sql, bound)}


def paused_touchpoints(connection: Connection) -> frozenset[str]:
    """The touchpoints that an operator has paused, each for itself."""
    found = rows(connection, "SELECT touchpoint FROM pause WHERE touchpoint <> '*'")
    return frozenset(str(name) for (name,) in found)


def beside(connection: Connection, column: str, nos: Sequence[int] | None) -> str:
    """A column as a condition beside customers that are named: their index is to be used, not its.

    Left to itself, SQLite reads the rows of everybody.
    """
    return column if nos is None else dialect_of(connection).beside(column)


def _only(column: str, nos: Numbers) -> str:
    return "" if nos is None else f" AND {column} IN :nos"


def _bound(nos: Numbers) -> dict[str, list[int]]:
    return {} if nos is None else {"nos": nos}
