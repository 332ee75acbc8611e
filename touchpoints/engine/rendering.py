"""Rendering one message to look at: the very bytes that would leave at an instant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from sqlalchemy import Connection

from touchpoints.content.variant import Choice
from touchpoints.core.message import Message
from touchpoints.core.policy import Touchpoint
from touchpoints.core.rulebook import Rulebook
from touchpoints.core.timetable import Timetable
from touchpoints.engine.brief import Brief
from touchpoints.engine.occurring import Finder
from touchpoints.engine.planning import planned
from touchpoints.engine.subject import Subject, subjects_of
from touchpoints.engine.wording import Wording
from touchpoints.errors import RenderError, UsageError
from touchpoints.gates import all_gates
from touchpoints.store import reading
from touchpoints.store.database import Database
from touchpoints.store.sections import travelled
from touchpoints.workspace import Workspace

NEAR = 400 * 86400
"""How far away an occurrence may be, in seconds: a year and some weeks."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which message: a touchpoint, a customer, a channel; `occurrence` is a key, None the next."""

    design: Touchpoint
    customer: str
    channel: str
    occurrence: str | None = None


@dataclass(frozen=True, slots=True)
class _Occurrence:
    """An occurrence of the touchpoint for the customer; the window is in seconds."""

    window: tuple[int, int]
    key: str
    day: int
    base: int
    offset: int

    def subject(self, wanted: Wanted, customer_no: int) -> Subject:
        """What a message about this occurrence is about."""
        return Subject(
            customer_no=customer_no,
            customer=wanted.customer,
            design=wanted.design,
            occurrence=self.key,
            day=self.day,
            base=self.base,
            offset=self.offset,
            channel=wanted.channel,
        )


def render(database: Database, workspace: Workspace, wanted: Wanted, as_of: datetime) -> Message:
    """The message as it would leave at `as_of`, whether or not anything holds it back.

    It is about the occurrence whose window is open or opens next, or about the one that is named,
    sent already or not. Raises UsageError where there is none, or the text cannot be made for this
    customer.
    """
    with database.reading() as connection:
        subject = _subject(connection, workspace, wanted, as_of)
        try:
            wording, texts = Wording(workspace), []
            sections = _sections(connection, workspace, subject, as_of)
            matters = wording.matters(connection, [subject, *sections], as_of)
            for each in sections:
                with suppress(RenderError, UsageError):  # it stays behind, as in sending
                    texts.append(wording.section(matters, each, as_of))
            return wording.message(matters, subject, as_of, texts)
        except RenderError as error:
            raise UsageError(f"{wanted.customer}: {error}") from error


def choose(database: Database, workspace: Workspace, wanted: Wanted, as_of: datetime) -> Choice:
    """Which file that message is written from, and by which rules. Raises UsageError."""
    with database.reading() as connection:
        subject = _subject(connection, workspace, wanted, as_of)
        wording = Wording(workspace)
        return wording.choose(wording.matters(connection, [subject], as_of), subject, as_of)


def variables(
    database: Database, workspace: Workspace, wanted: Wanted, as_of: datetime
) -> tuple[str | None, dict[str, object]]:
    """The customer's locale and the variables of that message, to try another text on.

    Raises UsageError where there is no such message.
    """
    with database.reading() as connection:
        subject = _subject(connection, workspace, wanted, as_of)
        wording = Wording(workspace)
        return wording.variables(wording.matters(connection, [subject], as_of), subject, as_of)


def _subject(
    connection: Connection, workspace: Workspace, wanted: Wanted, as_of: datetime
) -> Subject:
    """What the wanted message is about. Raises UsageError where there is nothing."""
    numbers = reading.customer_numbers(connection, [wanted.customer])
    if wanted.customer not in numbers:
        raise UsageError(f"no customer {wanted.customer!r}; check the id, or import it first")
    no = numbers[wanted.customer]
    found = sorted(
        _occurrences(connection, (workspace, wanted, no), int(as_of.timestamp())),
        key=lambda each: (each.window, each.key),
    )
    if not found:
        raise UsageError(_absent(wanted))
    return found[0].subject(wanted, no)


def _occurrences(
    connection: Connection, about: tuple[Workspace, Wanted, int], now: int
) -> Iterator[_Occurrence]:
    workspace, wanted, no = about
    policy = workspace.policy
    rules = Rulebook(replace(policy, touchpoints={wanted.design.name: wanted.design}))
    since = now if wanted.occurrence is None else now - NEAR
    brief = Brief(workspace, since, now + NEAR, (wanted.customer,))
    found = Finder(connection, brief, [no], now).find(rules)[0].occurrences
    zone = reading.customers(connection, [no], ("timezone",))[0][1] or policy.timezone
    timetable = Timetable(rules, now)
    for row, key in enumerate(found.label.tolist()):
        day, next_day = int(found.day[row]), int(found.next_day[row])
        window = timetable.window(zone, 0, day, next_day)
        near = window[0] < brief.until and window[1] > since
        if near and wanted.occurrence in {None, key}:
            base, offset = int(found.base[row]), int(found.offset[row])
            yield _Occurrence(window, str(key), day, base, offset)


def _sections(
    connection: Connection, workspace: Workspace, subject: Subject, as_of: datetime
) -> list[Subject]:
    """What the message took in, or would take in, were the customer's messages planned now."""
    policy, no = workspace.policy, subject.customer_no
    if "merge" not in policy.topics.values():
        return []
    label = f"{subject.design.name}/{subject.occurrence}"
    known = [
        Wanted(policy.touchpoints[name], subject.customer, subject.channel, key)
        for name, key in travelled(connection, no, label)
        if name in policy.touchpoints
    ]
    if known:
        now = int(as_of.timestamp())
        return [
            each.subject(wanted, no)
            for wanted in known
            for each in _occurrences(connection, (workspace, wanted, no), now)
        ]
    brief = Brief.of(workspace, as_of, customers=(subject.customer,))
    made = planned(connection, brief, all_gates())
    into = made.plan.awards.into
    losers = [each for each in np.flatnonzero(into >= 0) if made.plan.label(into[each]) == label]
    way = (subject.channel, no)
    return subjects_of(made.plan, [(int(loser), *way) for loser in losers])


def _absent(wanted: Wanted) -> str:
    name = wanted.design.name
    if wanted.occurrence is not None:
        return (
            f"{wanted.customer} has no occurrence {wanted.occurrence!r} of {name} within 400 days;"
            f" see touchpoints explain {wanted.customer}, or leave --occurrence out for the next"
        )
    return (
        f"{wanted.customer} has no occurrence of {name} in the next 400 days;"
        " import the date that it is about, or name another customer"
    )
