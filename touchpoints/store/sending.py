"""What is due, and its way out: claimed, sending, answered; each step says from where.

Each update names the message, its fence and the state it must be in; where no row changes,
somebody else was faster and the caller stops.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection

from touchpoints.core.message import STATES, Message, Outcome, Receipt, State, must_follow
from touchpoints.errors import StoreError
from touchpoints.store.changes import Version, mark
from touchpoints.store.dialect import dialect_of
from touchpoints.store.stamp import Stamp
from touchpoints.store.statements import rows, write
from touchpoints.store.worker import Worker


class Due(NamedTuple):
    """A message whose time has come. A tuple, because a hundred thousand of them are made."""

    no: int
    customer_no: int
    touchpoint: str
    occurrence: str
    state: State
    channel: str
    close_at: int
    fence: int
    attempts: int
    in_doubt: bool
    resend: bool
    failed: str | None

    def failed_on(self, became: State) -> tuple[str, ...]:
        """The channels that have refused it for good, once it has become so."""
        before = tuple(self.failed.split(";")) if self.failed else ()
        return (*before, self.channel) if became == State.REJECTED else before

    @property
    def label(self) -> str:
        """TOUCHPOINT/OCCURRENCE: the message among those of its customer."""
        return f"{self.touchpoint}/{self.occurrence}"


def withhold(connection: Connection, each: Due, why: tuple[str, str], stamp: Stamp) -> None:
    """Keep a message that is due from going out, with the reason and its detail."""
    must_follow(each.state, State.WITHHELD)
    mark(connection, [each.customer_no])
    write(
        connection,
        "UPDATE message SET state = 'withheld', reason = :reason, detail = :detail,"
        " changed_at = :now, changed_by = :by WHERE no = :no AND state = :was",
        {"reason": why[0], "detail": why[1], "no": each.no, "was": each.state, **stamp.bound},
    )


def chosen(connection: Connection, nos: Sequence[int]) -> list[Due]:
    """The messages of these numbers, in this order; each once."""
    sql = (
        "SELECT no, customer_no, touchpoint, occurrence, state, channel, close_at, fence, attempts,"
        " in_doubt, resend, failed FROM message WHERE no IN :nos"
    )
    read = rows(connection, sql, {"nos": list(nos)})
    found = {row[0]: Due._make((*row[:4], STATES[row[4]], *row[5:])) for row in read}
    return [found[no] for no in dict.fromkeys(nos) if no in found]


def next_due(connection: Connection, after: int = 0) -> int | None:
    """The first instant after another one at which a message is due, None where nothing waits."""
    found = rows(
        connection,
        "SELECT MIN(send_at) FROM message WHERE state IN ('planned', 'retry_wait')"
        " AND send_at > :after",
        {"after": after},
    )
    return found[0][0] if found else None


def claim(
    connection: Connection,
    pairs: Sequence[tuple[Due, Message]],
    policy: str,
    worker: tuple[Worker, int],
) -> set[int]:
    """Freeze the very bytes and take the messages; the numbers of those that are ours now.

    Where somebody else was faster, or has it at hand, one is not. `worker` is who takes them and
    the instant; `policy` the fingerprint of the rules that judged. Raises StoreError where some are
    not as they were found though nobody else can have them, and then nothing is taken.
    """
    (owner, now), ours = worker, pairs
    if dialect_of(connection).shared:  # on a file they were found in this very transaction
        sql = "SELECT no, fence, state FROM message WHERE no IN :nos" + dialect_of(connection).free
        there = set(rows(connection, sql, {"nos": [each.no for each, _ in pairs]}))
        ours = [pair for pair in pairs if (pair[0].no, pair[0].fence, pair[0].state) in there]
    common = {"policy": policy, "lease_until": now + owner.lease, **owner.stamp(now).bound}
    taken = write(connection, _CLAIM, [_as_claimed(*pair) | common for pair in ours])
    if taken not in {0, len(ours)}:
        raise StoreError(f"only {taken:,} of {len(ours):,} messages are as they were found")
    return {each.no for each, _ in ours} if taken else set()


_CLAIM = (
    "UPDATE message SET state = 'claimed', fence = fence + 1, address = :address,"
    " subject = :subject, body = :body, content = :content, sha256 = :sha256,"
    " reason = NULL, detail = NULL, next_allowed = NULL, policy = :policy,"
    " owner = :by, lease_until = :lease_until, changed_at = :now, changed_by = :by"
    " WHERE no = :no AND fence = :fence AND state = :was"
)


def _as_claimed(each: Due, message: Message) -> dict[str, object]:
    return {
        "address": message.address,
        "subject": message.subject,
        "body": message.body,
        "content": message.content,
        "sha256": message.sha256,
        "no": each.no,
        "fence": each.fence,
        "was": each.state,
    }


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


def begin_sending(
    connection: Connection, each: Due, sha256: str, seen: Version, worker: tuple[Worker, int]
) -> bool:
    """Write the attempt before any byte leaves, with the hash of the bytes.

    False where it was paused meanwhile, or its customer has another version than was judged.
    """
    owner, now = worker
    begun = write(
        connection,
        "UPDATE message SET state = 'sending', attempts = attempts + 1,"
        " lease_until = :lease_until, changed_at = :now, changed_by = :by"
        " WHERE no = :no AND fence = :fence AND state = 'claimed'"
        " AND touchpoint NOT IN (SELECT touchpoint FROM pause)"
        " AND NOT EXISTS (SELECT 1 FROM change c WHERE c.version <>"
        " CASE c.customer_no WHEN 0 THEN :everybody ELSE :version END"
        " AND c.customer_no IN (0, message.customer_no))",
        {
            "version": seen[0],
            "everybody": seen[1],
            "lease_until": now + owner.lease,
            "no": each.no,
            "fence": each.fence + 1,
            **owner.stamp(now).bound,
        },
    )
    if begun:
        write(
            connection,
            "INSERT INTO attempt (message_no, number, channel, began_at, sha256)"
            " VALUES (:no, :number, :channel, :now, :sha256)",
            {
                "no": each.no,
                "number": each.attempts + 1,
                "channel": each.channel,
                "now": now,
                "sha256": sha256,
            },
        )
    return bool(begun)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an attempt: the state that follows, and when it may be tried again."""

    state: State
    receipt: Receipt
    sent_at: int | None = None
    retry_at: int | None = None


def finish(connection: Connection, each: Due, result: Result, stamp: Stamp) -> bool:
    """Record the answer to an attempt; False where the message has another owner by now.

    Its customer has changed once by this.
    """
    receipt = result.receipt
    must_follow(State.SENDING, result.state)
    changed = write(
        connection,
        "UPDATE message SET state = :state, sent_at = COALESCE(:sent_at, sent_at),"
        " failed = COALESCE(:failed, failed), detail = :detail,"
        " send_at = COALESCE(:retry_at, send_at), in_doubt = :in_doubt, owner = NULL,"
        " lease_until = NULL, changed_at = :now, changed_by = :by"
        " WHERE no = :no AND fence = :fence AND state = 'sending'",
        {
            "state": result.state,
            "sent_at": result.sent_at,
            "failed": ";".join(each.failed_on(result.state)) or None,
            "detail": None if result.state == State.ACCEPTED else receipt.detail,
            "retry_at": result.retry_at,
            "in_doubt": each.in_doubt or receipt.outcome == Outcome.IN_DOUBT,
            "no": each.no,
            "fence": each.fence + 1,
            **stamp.bound,
        },
    )
    if changed:
        end_attempt(connection, each.no, receipt, stamp.at)
        mark(connection, [each.customer_no])
    return bool(changed)


def end_attempt(connection: Connection, no: int, receipt: Receipt, now: int) -> None:
    """Complete the attempt that is under way for a message with its answer."""
    write(
        connection,
        "UPDATE attempt SET ended_at = :now, outcome = :outcome, detail = :detail,"
        " provider_id = :provider_id WHERE message_no = :no AND ended_at IS NULL",
        {
            "now": now,
            "outcome": receipt.outcome,
            "detail": receipt.detail,
            "provider_id": receipt.provider_id,
            "no": no,
        },
    )


def give_back(connection: Connection, each: Due, stamp: Stamp) -> bool:
    """Let a claimed message of which no byte has left wait again; False where it is not ours."""
    must_follow(State.CLAIMED, each.state)
    return bool(
        write(
            connection,
            "UPDATE message SET state = :was, owner = NULL, lease_until = NULL,"
            " changed_at = :now, changed_by = :by"
            " WHERE no = :no AND fence = :fence AND state = 'claimed'",
            {"was": each.state, "no": each.no, "fence": each.fence + 1, **stamp.bound},
        )
    )
