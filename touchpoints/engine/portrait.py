"""The story of one person, for whoever is on the phone: what is known, sent and planned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection

from touchpoints.core.calendar import ZoneClock, zone_clock
from touchpoints.core.known import Key, Statement
from touchpoints.core.message import State
from touchpoints.engine.brief import Brief
from touchpoints.engine.consenting import last_said
from touchpoints.engine.disclosing import disclosed
from touchpoints.store.customer import WENT
from touchpoints.store.person import latest

Values = dict[str, Any]

WAITS = frozenset({State.PLANNED, State.RETRY_WAIT})
ALL = "*"
"""The channel of a consent that stands alike on every channel."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """One person. Instants are on the clock of `zone`; the newest facts and messages come first.

    `fields` are the known columns, `attributes` the others. `consents` are what holds now, with
    the proof; `sent` has what other systems sent, too, in the state `imported`.
    """

    id: str
    zone: str
    fields: Values
    attributes: Values
    wishes: Values
    consents: tuple[Values, ...]
    facts: tuple[Values, ...]
    events: tuple[Values, ...]
    planned: tuple[Values, ...]
    sent: tuple[Values, ...]
    withheld: tuple[Values, ...]

    def as_values(self) -> Values:
        """The story as one object, in the order in which it is told."""
        return asdict(self)


def portrait(connection: Connection, brief: Brief, no: int, most: int | None = None) -> Portrait:
    """Tell the story of a customer as of the brief's instant, with at most so many of each."""
    found, fallback = latest(connection, no, most), brief.workspace.policy.timezone
    told = disclosed(found, fallback)
    customer, zone = dict(told["customer"]), told["customer"]["timezone"] or fallback
    attributes = customer.pop("attributes")
    messages = [_message(each) for each in told["messages"]]
    history = [{**each, "state": "imported"} for each in told["history"]]
    return Portrait(
        id=customer.pop("id"),
        zone=zone,
        fields=_given(customer),
        attributes=attributes,
        wishes=_given(*told["preferences"]),
        consents=tuple(
            _consents(last_said(connection, brief, no), found["consent"], brief, zone_clock(zone))
        ),
        facts=_newest(told["facts"], "date"),
        events=_newest(told["events"], "at"),
        planned=_newest([each for each in messages if each["state"] in WAITS], "at")[::-1],
        sent=_newest(
            [each for each in messages if each["state"] in WENT] + [_message(e) for e in history],
            "at",
        ),
        withheld=_newest(
            [each for each in messages if each["state"] not in WAITS | WENT], "changed_at"
        ),
    )


_HIDDEN = frozenset({"no", "birth_year", "birth_month_day"})
"""What only serves looking somebody up."""


def _given(*found: Values) -> Values:
    """The fields of a row that say something; nothing where there is no row."""
    return {
        name: value
        for row in found
        for name, value in row.items()
        if value not in (None, {}) and name not in _HIDDEN
    }


_TOLD = (
    *("touchpoint", "occurrence", "state", "channel", "address", "subject", "body"),
    *("category", "topic", "reason", "detail", "merged_into", "changed_at"),
)


def _message(found: Values) -> Values:
    at = found.get("sent_at") or found.get("send_at")
    return {"at": at} | {name: found.get(name) or None for name in _TOLD}


def _newest(found: Sequence[Values], by: str) -> tuple[Values, ...]:
    """Newest first; what has no time comes last."""
    dated = [_given(each) for each in found if each[by] is not None]
    rest = [_given(each) for each in found if each[by] is None]
    return (*sorted(dated, key=lambda each: each[by], reverse=True), *rest)


def _consents(
    last: Iterable[tuple[Key, Statement]], said: Sequence[Values], brief: Brief, clock: ZoneClock
) -> Iterator[Values]:
    """What holds for each category: alike on all channels, or on each; or what its rule says."""
    policy = brief.workspace.policy
    standing: dict[str, dict[str, Values]] = {name: {} for name in policy.categories}
    for (category, channel), statement in last:
        proof = _proof(said, (category, channel), statement, brief.as_of)
        standing[category][channel] = {
            "state": statement.state,
            "since": clock.local(statement.at),
            "until": None if proof["expires_at"] is None else clock.local(proof["expires_at"]),
            "source": proof["source"],
        }
    for category, by_channel in standing.items():
        rule = {"state": None, "rule": str(policy.categories[category].consent)}
        each = {channel: by_channel.get(channel, rule) for channel in policy.channels}
        alike = len({str(value) for value in each.values()}) == 1
        for channel, value in ({ALL: next(iter(each.values()))} if alike else each).items():
            yield {"category": category, "channel": channel, **value}


def _proof(said: Sequence[Values], key: Key, standing: Statement, as_of: int) -> Mapping[str, Any]:
    """The latest statement that what holds now rests on."""
    lapsed = standing.state == "lapsed"
    state = "granted" if lapsed else standing.state
    about = [
        each
        for each in said
        if each["category"] in {ALL, key[0]} and each["channel"] in {ALL, key[1]}
        if each["state"] == state and each["at"] <= as_of
    ]
    if lapsed:
        return next(each for each in about if each["expires_at"] == standing.at)
    return max(
        (each for each in about if each["expires_at"] is None or each["expires_at"] > as_of),
        key=lambda each: int(each["at"]),
    )
