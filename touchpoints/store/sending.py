"""What is due, and its way out: claimed, sending, answered; each step says from where.

Each update names the message, its fence and the state it must be in; where no row changes,
somebody else was faster and the caller stops.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from touchpoints.core.message import Message, Outcome, Receipt, State, must_follow
from touchpoints.store.changes import mark
from touchpoints.store.database import rows, write


@dataclass(frozen=True, slots=True)
class Due:
    """A message whose time has come."""

    no: int
    customer_no: int
    customer: str
    touchpoint: str
    occurrence: str
    state: State
    channel: str
    close_at: int
    fence: int
    attempts: int
    in_doubt: bool
    failed: str | None

    def failed_on(self, became: State) -> tuple[str, ...]:
        """The channels that have refused it for good, once it has become so."""
        before = tuple(self.failed.split(";")) if self.failed else ()
        return (*before, self.channel) if became == State.REJECTED else before

    @property
    def label(self) -> str:
        """TOUCHPOINT/OCCURRENCE: the message among those of its customer."""
        return f"{self.touchpoint}/{self.occurrence}"


def withhold(connection: Connection, each: Due, reason: str, detail: str, now: int) -> None:
    """Keep a message that is due from going out, with the reason."""
    must_follow(each.state, State.WITHHELD)
    mark(connection, [each.customer_no])
    write(
        connection,
        "UPDATE message SET state = 'withheld', reason = :reason, detail = :detail,"
        " changed_at = :now WHERE no = :no AND state = :was",
        {"reason": reason, "detail": detail, "now": now, "no": each.no, "was": each.state},
    )


_DUE = (
    "SELECT m.no, m.customer_no, c.id, m.touchpoint, m.occurrence, m.state, m.channel,"
    " m.close_at, m.fence, m.attempts, m.in_doubt, m.failed FROM message m"
    " JOIN customer c ON c.no = m.customer_no WHERE "
)


def chosen(connection: Connection, nos: Sequence[int]) -> list[Due]:
    """The messages of these numbers, in this order; each once."""
    found = {each.no: each for each in _due(connection, "m.no IN :nos", {"nos": list(nos)})}
    return [found[no] for no in dict.fromkeys(nos) if no in found]


def _due(connection: Connection, sql: str, bound: Mapping[str, object]) -> list[Due]:
    found = rows(connection, _DUE + sql, bound)
    return [Due(row[0], row[1], row[2], row[3], row[4], State(row[5]), *row[6:]) for row in found]


def next_due(connection: Connection, after: int = 0) -> int | None:
    """The first instant after another one at which a message is due, None where nothing waits."""
    found = rows(
        connection,
        "SELECT MIN(send_at) FROM message WHERE state IN ('planned', 'retry_wait')"
        " AND send_at > :after",
        {"after": after},
    )
    return found[0][0] if found else None


def claim(connection: Connection, each: Due, message: Message, now: int) -> bool:
    """Freeze the very bytes and take the message; False where somebody else was faster."""
    return bool(
        write(
            connection,
            "UPDATE message SET state = 'claimed', fence = fence + 1, address = :address,"
            " subject = :subject, body = :body, content = :content, sha256 = :sha256,"
            " reason = NULL, detail = NULL, next_allowed = NULL, changed_at = :now"
            " WHERE no = :no AND fence = :fence AND state = :was",
            {
                "address": message.address,
                "subject": message.subject,
                "body": message.body,
                "content": message.content,
                "sha256": message.sha256,
                "now": now,
                "no": each.no,
                "fence": each.fence,
                "was": each.state,
            },
        )
    )


def frozen(connection: Connection, no: int) -> tuple[str, str | None, str, bytes] | None:
    """Address, subject, body and the very bytes of a message that was claimed before, if it was."""
    sql = "SELECT address, subject, body, content FROM message WHERE no = :no"
    address, subject, body, content = rows(connection, sql, {"no": no})[0]
    return None if content is None else (str(address), subject, str(body), bytes(content))


def first_tried(connection: Connection, no: int) -> int | None:
    """The instant of the first attempt at a message, None where there was none."""
    sql = "SELECT MIN(began_at) FROM attempt WHERE message_no = :no"
    first: int | None = rows(connection, sql, {"no": no})[0][0]
    return first


def begin_sending(connection: Connection, each: Due, message: Message, now: int) -> bool:
    """Write the attempt before any byte leaves; False where it was paused meanwhile."""
    begun = write(
        connection,
        "UPDATE message SET state = 'sending', attempts = attempts + 1, changed_at = :now"
        " WHERE no = :no AND fence = :fence AND state = 'claimed'"
        " AND touchpoint NOT IN (SELECT touchpoint FROM pause)",
        {"now": now, "no": each.no, "fence": each.fence + 1},
    )
    if begun:
        attempt = {"message_no": each.no, "number": each.attempts + 1, "began_at": now}
        write(
            connection,
            "INSERT INTO attempt (message_no, number, began_at, sha256)"
            " VALUES (:message_no, :number, :began_at, :sha256)",
            attempt | {"sha256": message.sha256},
        )
    return bool(begun)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an attempt: the state that follows, and when it may be tried again."""

    state: State
    receipt: Receipt
    sent_at: int | None = None
    retry_at: int | None = None


def finish(connection: Connection, each: Due, result: Result, now: int) -> bool:
    """Record the answer to an attempt; False where the message has another owner by now."""
    receipt = result.receipt
    must_follow(State.SENDING, result.state)
    mark(connection, [each.customer_no])
    changed = write(
        connection,
        "UPDATE message SET state = :state, sent_at = COALESCE(:sent_at, sent_at),"
        " failed = COALESCE(:failed, failed), detail = :detail,"
        " send_at = COALESCE(:retry_at, send_at), in_doubt = :in_doubt, changed_at = :now"
        " WHERE no = :no AND fence = :fence AND state = 'sending'",
        {
            "state": result.state,
            "sent_at": result.sent_at,
            "failed": ";".join(each.failed_on(result.state)) or None,
            "detail": None if result.state == State.ACCEPTED else receipt.detail,
            "retry_at": result.retry_at,
            "in_doubt": each.in_doubt or receipt.outcome == Outcome.IN_DOUBT,
            "now": now,
            "no": each.no,
            "fence": each.fence + 1,
        },
    )
    write(
        connection,
        "UPDATE attempt SET ended_at = :now, outcome = :outcome, detail = :detail,"
        " provider_id = :provider_id WHERE message_no = :no AND number = :number",
        {
            "now": now,
            "outcome": receipt.outcome,
            "detail": receipt.detail,
            "provider_id": receipt.provider_id,
            "no": each.no,
            "number": each.attempts + 1,
        },
    )
    return bool(changed)


def give_back(connection: Connection, each: Due, now: int) -> None:
    """Let a claimed message of which no byte has left wait again."""
    must_follow(State.CLAIMED, each.state)
    write(
        connection,
        "UPDATE message SET state = :was, changed_at = :now"
        " WHERE no = :no AND fence = :fence AND state = 'claimed'",
        {"was": each.state, "now": now, "no": each.no, "fence": each.fence + 1},
    )


def recover(
    connection: Connection, resending: Collection[str], keyed: Collection[str], now: int
) -> int:
    """After a crash: what was claimed waits again; what was being sent is in doubt.

    A message in doubt is sent again where its touchpoint is among `resending` or its channel
    among `keyed`, else held; what travels as a section of another is not looked at here.
    Returns how many are held now.
    """
    unfinished = rows(
        connection,
        "SELECT DISTINCT customer_no FROM message"
        " WHERE state IN ('claimed', 'sending', 'in_doubt')",
    )
    mark(connection, [no for (no,) in unfinished])
    bound = {"now": now, "resending": sorted(resending), "keyed": sorted(keyed)}
    write(
        connection,
        "UPDATE message SET state = CASE WHEN in_doubt THEN 'retry_wait' ELSE 'planned' END,"
        " changed_at = :now WHERE state = 'claimed' AND merged_into IS NULL",
        {"now": now},
    )
    doubtful = (
        "SELECT no FROM message WHERE state IN ('sending', 'in_doubt') AND merged_into IS NULL"
    )
    write(
        connection,
        "UPDATE attempt SET ended_at = :now, outcome = 'in_doubt', detail = 'stopped while sending'"
        f" WHERE ended_at IS NULL AND message_no IN ({doubtful})",
        {"now": now},
    )
    chosen = "(touchpoint IN :resending OR channel IN :keyed)"
    again = rows(connection, f"{doubtful} AND {chosen}", bound)
    write(
        connection,
        "UPDATE message SET state = 'retry_wait', send_at = :now, in_doubt = 1,"
        " sent_at = changed_at, changed_at = :now WHERE no = :no",
        [{"no": no, "now": now} for (no,) in again],
    )
    return write(
        connection,
        "UPDATE message SET state = 'held', detail = 'stopped while sending; it may have gone out',"
        " sent_at = changed_at, changed_at = :now"
        " WHERE state IN ('sending', 'in_doubt') AND merged_into IS NULL",
        {"now": now},
    )
