"""Sweeps over events and messages: nothing is missing, by slow twins over random rows."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core import conftest as _core  # noqa: F401 - loading it chooses the profile
from tests.databases import DATABASES
from touchpoints.core.message import State
from touchpoints.store import happenings
from touchpoints.store.database import Database
from touchpoints.store.happenings import Span
from touchpoints.store.statements import write_rows

INSTANTS = st.integers(0, 20)
EVENTS = st.dictionaries(
    st.tuples(st.integers(1, 3), st.sampled_from(["buy", "see"]), st.sampled_from("abcd")),
    INSTANTS,
    max_size=12,
)
SPANS = st.builds(
    Span, INSTANTS, INSTANTS, INSTANTS, st.none() | st.lists(st.integers(1, 4), max_size=2)
)


def filled() -> Database:
    database = DATABASES.scratch()
    with database.writing() as connection:
        write_rows(connection, "customer", ("no", "id"), [(1, "C1"), (2, "C2"), (3, "C3")])
    return database


@settings(deadline=None)
@given(events=EVENTS, span=SPANS)
def test_events_and_the_latest_of_each_customer_are_found(
    events: dict[tuple[int, str, str], int], span: Span
) -> None:
    database = filled()
    with database.writing() as connection:
        columns = ("customer_no", "kind", "ref", "at")
        write_rows(connection, "event", columns, [(*key, at) for key, at in events.items()])
        found = happenings.events(connection, "buy", span)
        latest = happenings.latest_events(connection, "buy", span)
    within = {
        (no, ref, at)
        for (no, kind, ref), at in events.items()
        if kind == "buy" and (span.nos is None or no in span.nos)
    }
    expected = {row for row in within if span.since <= row[2] <= span.until}
    assert {(row[0], row[2], row[3]) for row in found} == expected
    known = sorted((no, at, ref) for no, ref, at in within if at <= span.as_of)
    last = [list(rows)[-1] for _, rows in itertools.groupby(known, key=lambda row: row[0])]
    assert sorted((row[0], row[3], row[2]) for row in latest) == [
        row for row in last if span.since <= row[1] <= span.until
    ]


MESSAGES = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(list(State)), INSTANTS, INSTANTS), max_size=8
)
TOLD = st.sets(
    st.tuples(
        st.integers(0, 7),
        st.sampled_from(["opened", "clicked", "replied", "bounced", "undelivered", "delivered"]),
    ),
    max_size=6,
)
GONE = {"accepted", "delivered", "bounced", "undelivered", "held", "in_doubt"}


@settings(deadline=None)
@given(
    messages=MESSAGES,
    told=TOLD,
    span=SPANS,
    outcome=st.sampled_from(
        ["accepted", "delivered", "bounced", "opened", "not clicked", "rejected", "expired"]
    ),
)
def test_messages_are_found_by_what_became_of_them(
    messages: list[tuple[int, State, int, int]], told: set[tuple[int, str]], span: Span, outcome
) -> None:
    database = filled()
    columns = ("customer_no", "touchpoint", "occurrence", "state", "category", "counts", "close_at",
               "score", "sent_at", "changed_at")  # fmt: skip
    stored = [
        (no, "wish", str(number), state, "x", 1, other, 1.0, at if state in GONE else None, other)
        for number, (no, state, at, other) in enumerate(messages)
    ]
    receipts = [
        (messages[number][0], kind, f"C{messages[number][0]}/wish/{number}", 0)
        for number, kind in told
        if number < len(messages)
    ]
    with database.writing() as connection:
        write_rows(connection, "message", columns, stored)
        write_rows(connection, "event", ("customer_no", "kind", "ref", "at"), receipts)
        found = happenings.sent(connection, "wish", outcome, span)
    expected = {
        (no, f"C{no}/wish/{number}", at if state in GONE else other)
        for number, (no, state, at, other) in enumerate(messages)
        if (span.nos is None or no in span.nos)
        and _became(state, {kind for place, kind in told if place == number}, outcome)
        and span.since <= (at if state in GONE else other) <= span.until
    }
    assert {row[:3] for row in found} == expected


def _became(state: State, told: set[str], outcome: str) -> bool:
    arrived = state in {"accepted", "delivered"} and not told & {"bounced", "undelivered"}
    if outcome in {"rejected", "expired"}:
        return state == outcome
    if outcome.startswith("not "):
        return arrived and outcome[4:] not in told
    if outcome == "accepted":
        return arrived
    return state in GONE and (outcome == state or outcome in told)
