"""The outbox: each change says from which state and by whom; where that does not fit, nothing."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from tests.office import Office, at
from touchpoints.core.message import TRANSITIONS, Message, Outcome, Receipt, State, must_follow
from touchpoints.errors import StoreError
from touchpoints.store import counting, outbox, queue, recovering, sending
from touchpoints.store.changes import versions
from touchpoints.store.dialect import dialect_of
from touchpoints.store.sending import Due, Result
from touchpoints.store.statements import rows, write
from touchpoints.store.worker import Worker

NOW = int(at("2026-12-07T09:00").timestamp())
MESSAGE = Message(
    key="C1/reminder/L1@-3d",
    customer="C1",
    touchpoint="reminder",
    occurrence="L1@-3d",
    channel="email",
    address="c1@example.org",
    subject="Hello",
    body="Hello",
    content=b"Hello\r\n",
    sent_at=datetime.fromtimestamp(NOW, UTC),
)
ACCEPTED = Result(State.ACCEPTED, Receipt(Outcome.ACCEPTED, "taken", "77"), sent_at=NOW)


ME, OTHER = Worker("me"), Worker("other")


def claim(connection: Connection, each: Due, worker: Worker = ME) -> bool:
    return bool(sending.claim(connection, [(each, MESSAGE)], "rules", (worker, NOW)))


def begin(connection: Connection, each: Due, now: int = NOW) -> bool:
    seen = versions(connection, [each.customer_no])[each.customer_no]
    return sending.begin_sending(connection, each, MESSAGE.sha256, seen, (ME, now))


@pytest.fixture
def planned(office: Office) -> Office:
    """One reminder that is due."""
    office.owes_as_new("C1")
    office.plan("2026-12-07T09:00")
    return office


def all_due(connection: Connection, now: int, resting: Collection[str], most: int) -> list[Due]:
    return sending.chosen(connection, queue.longest_waiting(connection, now, resting, most))


def customers(connection: Connection, found: Sequence[Due]) -> list[str]:
    """Whose messages these are."""
    ids = dict(rows(connection, "SELECT no, id FROM customer"))
    return [ids[each.customer_no] for each in found]


def due(connection: Connection) -> Due:
    (found,) = all_due(connection, NOW, (), 10)
    return found


def test_the_way_of_a_message_is_on_record_step_by_step(planned: Office) -> None:
    with planned.database.writing() as connection:
        each = due(connection)
        assert (each.label, each.state, each.fence) == ("reminder/L1@-3d", "planned", 0)
        assert claim(connection, each)
        assert begin(connection, each, NOW + 1)
        assert sending.finish(connection, each, ACCEPTED, ME.stamp(NOW + 2))
        assert all_due(connection, NOW + 9999, (), 10) == []
        row = counting.message(connection, each.no)
        (attempt,) = counting.attempts(connection, each.no)
    assert row is not None
    story = dict(zip(counting.STORY, row, strict=True))
    assert (story["state"], story["sha256"], story["attempts"]) == ("accepted", MESSAGE.sha256, 1)
    assert attempt == (1, "email", NOW + 1, NOW + 2, "accepted", "taken", "77")


def test_of_those_that_wait_as_long_the_one_that_closes_first_goes_first(planned: Office) -> None:
    for customer in ("C2", "C3"):
        planned.owes_as_new(customer)
    planned.plan("2026-12-07T09:00")
    with planned.database.writing() as connection:
        waiting = all_due(connection, NOW, (), 10)
        assert customers(connection, waiting) == ["C1", "C2", "C3"]
        for sooner, each in enumerate(waiting):
            write(
                connection,
                "UPDATE message SET close_at = close_at - :sooner WHERE no = :no",
                {"sooner": sooner, "no": each.no},
            )
        assert customers(connection, all_due(connection, NOW, (), 10)) == ["C3", "C2", "C1"]
        assert claim(connection, waiting[1])
        assert begin(connection, waiting[1])
        busy = Result(State.RETRY_WAIT, Receipt(Outcome.TEMPORARY), retry_at=NOW)
        assert sending.finish(connection, waiting[1], busy, ME.stamp(NOW))
        assert customers(connection, all_due(connection, NOW, (), 10)) == ["C3", "C2", "C1"]
        assert customers(connection, all_due(connection, NOW, (), 2)) == ["C3", "C2"]


def test_what_is_not_as_it_was_found_is_not_taken_with_the_others(planned: Office) -> None:
    planned.owes_as_new("C2")
    planned.plan("2026-12-07T09:00")
    with planned.database.writing() as connection:
        both, alone = all_due(connection, NOW, (), 10), not dialect_of(connection).shared
        assert claim(connection, both[0])
    # On a file nobody else can have changed it, so that something is wrong: nothing is done.
    wrong = pytest.raises(StoreError, match="only 1 of 2 messages are as they were found")
    with wrong if alone else nullcontext(), planned.database.writing() as connection:
        pairs = [(each, MESSAGE) for each in both]
        assert sending.claim(connection, pairs, "rules", (ME, NOW)) == {both[1].no}
    with planned.database.writing() as connection:
        assert customers(connection, all_due(connection, NOW, (), 10)) == ["C2"] * alone


def test_only_one_of_two_owners_gets_a_message(planned: Office) -> None:
    with planned.database.writing() as connection:
        first = second = due(connection)
        assert claim(connection, first)
        assert not claim(connection, second)


def test_an_old_owner_changes_nothing_any_more(planned: Office) -> None:
    with planned.database.writing() as connection:
        old = due(connection)
        assert claim(connection, old)
        sending.give_back(connection, old, ME.stamp(NOW))
        new = due(connection)
        assert new.fence == old.fence + 1
        assert claim(connection, new)
        assert not begin(connection, old)
        assert begin(connection, new)
        assert not sending.finish(connection, old, ACCEPTED, ME.stamp(NOW))
        sending.give_back(connection, old, ME.stamp(NOW))
    assert planned.states() == {MESSAGE.key: "sending"}
    assert len(planned.table("attempt")) == 1


def test_an_answer_that_comes_after_a_crash_was_tidied_up_is_not_told_as_ours(
    planned: Office,
) -> None:
    with planned.database.writing() as connection:
        old = due(connection)
        claim(connection, old)
        begin(connection, old)
        (left,) = recovering.abandoned(connection, ME, NOW)
        assert recovering.doubt(connection, left, ME.stamp(NOW), again=False)
        assert not sending.finish(connection, old, ACCEPTED, ME.stamp(NOW))
    assert planned.states() == {MESSAGE.key: "held"}


def test_what_others_have_under_way_is_theirs_until_their_lease_ends(planned: Office) -> None:
    with planned.database.writing() as connection:
        claim(connection, due(connection), OTHER)
        end, alone = NOW + OTHER.lease, connection.dialect.name == "sqlite"
        assert len(recovering.abandoned(connection, ME, end - 1)) == alone
        assert len(recovering.abandoned(connection, ME, end)) == 1
        assert len(recovering.abandoned(connection, OTHER, NOW)) == 1


def test_nothing_begins_for_a_customer_who_has_changed_since_it_was_judged(
    planned: Office,
) -> None:
    with planned.database.writing() as connection:
        each = due(connection)
        (seen,) = versions(connection, [each.customer_no]).values()
        claim(connection, each)
    planned.says("C1", "denied", "2026-12-07T09:00")
    with planned.database.writing() as connection:
        assert not sending.begin_sending(connection, each, MESSAGE.sha256, seen, (ME, NOW))
        assert begin(connection, each)


def test_every_change_is_on_record_with_who_made_it_and_why(planned: Office) -> None:
    with planned.database.writing() as connection:
        each = due(connection)
        claim(connection, each)
        begin(connection, each, NOW + 1)
        sending.finish(connection, each, ACCEPTED, ME.stamp(NOW + 2))
        told = counting.transitions(connection, each.no)
    policy = planned.workspace.fingerprint
    assert [(row[0], row[1], row[2], row[3]) for row in told] == [
        (NOW, "planner", None, "planned"),
        (NOW, "me", "planned", "claimed"),
        (NOW + 1, "me", "claimed", "sending"),
        (NOW + 2, "me", "sending", "accepted"),
    ]
    assert told[0][4:] == (None, "email", NOW, policy)


def test_nothing_begins_for_a_touchpoint_that_was_paused_meanwhile(planned: Office) -> None:
    with planned.database.writing() as connection:
        each = due(connection)
        claim(connection, each)
    planned.pause("reminder", "2026-12-07T09:00")
    with planned.database.writing() as connection:
        assert not begin(connection, each)
    assert planned.states() == {MESSAGE.key: "claimed"}
    assert planned.table("attempt") == []


def test_what_is_due_comes_longest_waiting_first_without_resting_channels(planned: Office) -> None:
    planned.owes_as_new("C2", timezone="Asia/Tokyo")
    planned.owes_as_new("C3", channels="sms")
    planned.plan("2026-12-07T08:00")
    with planned.database.writing() as connection:
        assert customers(connection, all_due(connection, NOW, (), 10)) == ["C2", "C1", "C3"]
        assert customers(connection, all_due(connection, NOW, (), 1)) == ["C2"]
        assert customers(connection, all_due(connection, NOW, {"email"}, 9)) == ["C3"]
        assert all_due(connection, NOW - 3601, (), 9) == []
        assert sending.next_due(connection) == NOW - 3600


@pytest.mark.parametrize("occurrence", ["L1@-3d", "L9@-3d"])
def test_an_occurrence_is_in_the_outbox_once(planned: Office, occurrence: str) -> None:
    with planned.database.reading() as connection:
        (stored,) = outbox.waiting(connection)
    decided = outbox.Decided(
        **{name: getattr(stored, name) for name in ("customer_no", "touchpoint", "close_at")},
        **{name: getattr(stored, name) for name in ("channel", "send_at", "reason", "detail")},
        occurrence=occurrence,
        state=State.PLANNED,
        category="service",
        topic=None,
        counts=True,
        score=1.0,
        next_allowed=None,
    )
    if occurrence == "L1@-3d":
        alone = planned.database.file is not None
        # Where others plan too, the later one is left out.
        with (
            pytest.raises(Exception, match=r"(?i)unique") if alone else nullcontext(),
            planned.database.writing() as connection,
        ):
            outbox.insert(connection, [decided], ME.stamp(NOW))
        assert len(planned.table("message")) == 1
        return
    with planned.database.writing() as connection:
        outbox.insert(connection, [decided], ME.stamp(NOW))
        outbox.insert(connection, [], ME.stamp(NOW))
    assert len(planned.table("message")) == 2
    with planned.database.reading() as connection:
        first = rows(
            connection,
            "SELECT m.occurrence, t.was, t.became, t.who FROM transition t"
            " JOIN message m ON m.no = t.message_no ORDER BY t.no",
        )
    # Each once, and of those that were there before none again.
    assert first == [("L1@-3d", None, "planned", "planner"), ("L9@-3d", None, "planned", "me")]


def test_a_change_of_state_that_is_not_in_the_table_is_refused() -> None:
    for was, to in itertools.product(State, State):
        if to in TRANSITIONS.get(was, frozenset()):
            must_follow(was, to)
        else:
            with pytest.raises(ValueError, match=f"a message that is {was} cannot become {to}"):
                must_follow(was, to)


def test_the_way_of_a_message_is_the_one_of_the_contract() -> None:
    arrows = """planned claimed|claimed sending|sending accepted|accepted delivered|accepted bounced
        accepted undelivered|planned cancelled|planned withheld|planned expired|sending retry_wait
        sending rejected|sending in_doubt|in_doubt accepted|in_doubt held|in_doubt retry_wait"""
    for arrow in arrows.replace("\n", "|").split("|"):
        was, to = arrow.split()
        must_follow(State(was), State(to))


@pytest.mark.parametrize("state", ["accepted", "delivered", "bounced", "undelivered"])
def test_what_the_other_side_has_answered_is_never_due_again(state: str) -> None:
    reached, frontier = set[State](), {State(state)}
    while frontier:
        reached |= frontier
        frontier = {to for was in frontier for to in TRANSITIONS.get(was, ())} - reached
    assert reached.isdisjoint({State.PLANNED, State.CLAIMED, State.SENDING, State.RETRY_WAIT})


def test_what_one_channel_refused_can_only_be_planned_anew() -> None:
    assert TRANSITIONS[State.REJECTED] == {State.PLANNED}


def test_a_result_that_cannot_follow_is_refused(planned: Office) -> None:
    with planned.database.writing() as connection:
        each = due(connection)
        claim(connection, each)
        with pytest.raises(ValueError, match="cannot become planned"):
            sending.finish(connection, each, replace(ACCEPTED, state=State.PLANNED), ME.stamp(NOW))


def test_figures_of_an_empty_outbox_are_zeros(office: Office) -> None:
    standing = office.standing("2026-12-07T09:00")
    assert (standing.customers, standing.states, standing.due, standing.lag) == (0, {}, 0, 0)
    assert (standing.next_send_at, standing.last_tick_at, standing.paused) == (None, None, ())


def test_figures_tell_states_what_is_next_and_what_is_paused(planned: Office) -> None:
    planned.customer("C2", birthday="1990-12-08")
    planned.owes("C2", "L2", "2026-12-11")
    planned.plan("2026-12-07T09:00")
    planned.pause("greeting", "2026-12-07T09:00")
    standing = planned.standing("2026-12-07T09:03")
    assert standing.customers == 2
    assert standing.states == {"planned": 2, "withheld": 1}
    assert (standing.due, standing.lag) == (1, 180)
    assert standing.next_send_at == NOW + 86400
    assert standing.paused == ("greeting",)
