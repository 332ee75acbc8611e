"""Explain: one customer's plan with all that tells why, and what went out before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from touchpoints.core.explain import Explanation, explain
from touchpoints.core.gate import Gate
from touchpoints.core.known import Address, Key, Known, Part, Sent
from touchpoints.core.plan import Plan
from touchpoints.engine.audiences import Audiences
from touchpoints.engine.brief import Brief
from touchpoints.engine.choosing import Choosing
from touchpoints.engine.consenting import last_said
from touchpoints.engine.crowd import BASE_COLUMNS, UNUSABLE
from touchpoints.engine.occurring import Finder
from touchpoints.engine.planning import planned
from touchpoints.store import customer as stored
from touchpoints.store import reading
from touchpoints.store.database import Database
from touchpoints.store.dialect import Row
from touchpoints.workspace import ChannelSettings

DAY = 86400
BEFORE = 90
"""Days of the past that are told."""


@dataclass(frozen=True, slots=True)
class Before:
    """A message of the past; `state` is `imported` where another system sent it."""

    at: int
    touchpoint: str
    occurrence: str | None
    channel: str
    state: str
    score: float | None


@dataclass(frozen=True, slots=True)
class Explained:
    """One customer's explanations, and what went out in the last 90 days, newest first."""

    zone: str
    explanations: tuple[Explanation, ...]
    before: tuple[Before, ...]


def explained(database: Database, brief: Brief, gates: Sequence[Gate], no: int) -> Explained:
    """Explain every candidate of the customer whom the brief is about; nothing is written.

    `no` is the customer's number in the store.
    """
    with database.reading() as connection:
        plan = planned(connection, brief, gates).plan
        row = reading.customers(connection, [no], BASE_COLUMNS)[0]
        since = brief.as_of - BEFORE * DAY
        went = tuple(Before(*each) for each in stored.went_out(connection, no, since))
        known = Known(
            consents=dict(last_said(connection, brief, no)),
            addresses={
                name: _address(channel, row) for name, channel in brief.workspace.channels.items()
            },
            audiences=dict(_unmet(connection, brief, plan, no)),
            sent={
                (each.touchpoint, each.at): Sent(each.occurrence, each.score)
                for each in went
                if each.occurrence is not None and each.score is not None
            },
        )
        # A shared address brings others into the plan; they are not who is asked about.
        told = [
            (number, each)
            for number, each in enumerate(explain(plan, known))
            if each.decision.customer == row[1]
        ]
        decisions = Choosing(brief.workspace, brief.as_of).told(
            connection, plan, [number for number, _ in told], [each.decision for _, each in told]
        )
        own = tuple(
            replace(each, decision=decision)
            for (_, each), decision in zip(told, decisions, strict=True)
        )
    zone = row[BASE_COLUMNS.index("timezone") + 1] or brief.workspace.policy.timezone
    before = tuple(each for each in went if each.at <= brief.as_of)
    return Explained(zone, own, before)


def _address(channel: ChannelSettings, row: Row) -> Address:
    """What a channel needs to reach the customer, and what stands there that cannot be used."""
    own = f"address.{channel.name}"
    unusable = json.loads(row[UNUSABLE] or "{}")
    if channel.kind == "email":
        return Address("email", unusable.get(own) or unusable.get("email"))
    if channel.name == "sms":
        return Address("phone", unusable.get(own) or unusable.get("phone"))
    return Address("other", unusable.get(own))


def _unmet(
    connection: Connection, brief: Brief, plan: Plan, no: int
) -> Iterator[tuple[Key, tuple[Part, ...]]]:
    """What of the audiences does not hold, for the candidates that they leave out."""
    rules, candidates = plan.case.rulebook, plan.case.candidates
    left_out = set(candidates.touchpoint[~candidates.audience].tolist())
    if not left_out:
        return
    audiences = Audiences(rules, brief)
    people = reading.customers(connection, [no], audiences.columns)
    counted = reading.counted(connection, [no], brief.as_of - 366 * DAY)
    for found in Finder(connection, brief, [no]).find(rules):
        if found.touchpoint in left_out:
            name = rules.touchpoints[found.touchpoint].name
            labels = found.occurrences.label.tolist()
            for label, parts in zip(labels, audiences.unmet(found, people, counted), strict=True):
                yield (name, str(label)), parts
