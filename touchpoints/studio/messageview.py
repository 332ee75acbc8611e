"""One message of the outbox as a page shows it: what it is, its story, its attempts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from touchpoints.core.phrase import When
from touchpoints.core.reasons import reason_in_words
from touchpoints.store import counting
from touchpoints.workspace import Workspace

INSTANTS = ("send_at", "close_at", "sent_at", "next_allowed", "changed_at")

MOST = 200
"""Changes and attempts that are shown; a message with more is in the command's JSON."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the message: when, by whom, to which state, why, by which way and when."""

    at: str
    who: str
    state: str
    reason: str | None
    channel: str | None
    send_at: str | None


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt to send it."""

    number: int
    channel: str | None
    began: str
    ended: str | None
    outcome: str | None
    detail: str | None
    provider_id: str | None


@dataclass(frozen=True, slots=True)
class MessageView:
    """The message; `fields` are its columns with instants in words on the customer's clock."""

    fields: Mapping[str, Any]
    zone: str
    reason: str | None
    steps: tuple[Step, ...]
    tries: tuple[Try, ...]
    hidden: int


def message_view(
    connection: Connection, number: int, workspace: Workspace, language: str
) -> MessageView | None:
    """A message by its number, in the language of a reader; None where there is none."""
    row = counting.message(connection, number)
    if row is None:
        return None
    fields = dict(zip(counting.STORY, row, strict=True))
    zone = fields["timezone"] or workspace.policy.timezone

    def when(at: int | None) -> str | None:
        return None if at is None else When(at, zone).told(language)

    changes = counting.transitions(connection, number)
    tries = counting.attempts(connection, number)
    steps = tuple(
        Step(
            at=when(at) or "",
            who=who or "",
            state=became,
            reason=reason and reason_in_words(reason).told(language),
            channel=channel,
            send_at=when(send_at),
        )
        for at, who, _was, became, reason, channel, send_at, _policy in changes[-MOST:]
    )
    return MessageView(
        fields=fields | {name: when(fields[name]) for name in INSTANTS},
        zone=zone,
        reason=fields["reason"] and reason_in_words(fields["reason"]).told(language),
        steps=steps,
        tries=tuple(
            Try(count, channel, when(began) or "", when(ended), *rest)
            for count, channel, began, ended, *rest in tries[-MOST:]
        ),
        hidden=max(0, len(changes) - MOST) + max(0, len(tries) - MOST),
    )
