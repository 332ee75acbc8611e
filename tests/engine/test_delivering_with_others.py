"""Several workers on one server: who has a customer at hand, and what others do meanwhile."""

from __future__ import annotations

import pytest

from tests.office import POLICY, Office, at, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.message import Message, Receipt
from touchpoints.engine.brief import Brief
from touchpoints.engine.storing import store_plan
from touchpoints.errors import StoreError
from touchpoints.gates import all_gates
from touchpoints.store import shares
from touchpoints.store.changes import mark, settle_order
from touchpoints.store.database import Database
from touchpoints.store.holding import free
from touchpoints.store.statements import rows, write
from touchpoints.store.worker import LEASE

pytestmark = pytest.mark.postgresql

NINE = "2026-12-07T09:00"
KEYS = [f"C{number}/reminder/L1@-3d" for number in range(1, 4)]


@pytest.fixture
def three(office: Office) -> Office:
    """Three customers with a reminder due at nine; whoever waits for a row waits for a second."""
    office.rule(POLICY.replace("horizon: 7d", f"horizon: 7d\n{_database(office)}"))
    for number in range(1, 4):
        office.owes_as_new(f"C{number}", channels="email")
    return office


def _database(office: Office) -> str:
    url = office.workspace.database
    return f'database: "{url}{"&" if "?" in url else "?"}timeout=1"'


def test_who_is_at_hand_elsewhere_is_left_alone_and_taken_next_time(three: Office) -> None:
    clock, box = FixedClock(at(NINE)), RecordingChannel()
    loop = three.loop(clock, email=box)
    loop.start()
    loop.plan()
    with three.database.writing() as elsewhere:
        assert free(elsewhere, [2]) == {2}
        loop.plan()
        loop.deliver()
        assert sorted(box.keys) == [KEYS[0], KEYS[2]]
    loop.deliver()
    assert sorted(box.keys) == KEYS


def test_who_was_at_hand_elsewhere_is_planned_at_the_next_tick(three: Office) -> None:
    clock, box = FixedClock(at(NINE)), RecordingChannel()
    loop = three.loop(clock, email=box)
    loop.start()
    with three.database.writing() as elsewhere:
        assert free(elsewhere, [2]) == {2}
        loop.plan()
    assert sorted(three.states()) == [KEYS[0], KEYS[2]]
    rounds(loop, clock, NINE)
    assert sorted(box.keys) == KEYS


def test_two_workers_share_what_is_due_and_send_nothing_twice(three: Office) -> None:
    clock, boxes = FixedClock(at(NINE)), (RecordingChannel(), RecordingChannel())

    class Interrupted(RecordingChannel):
        """While it sends its first message, another worker delivers what it can."""

        def send(self, message: Message) -> Receipt:
            if not self.messages:
                other.deliver()
            return super().send(message)

    first = three.loop(clock, email=Interrupted("email", "email"))
    other = three.loop(clock, email=boxes[1])
    first.start()
    first.plan()
    done = first.deliver()
    assert (done.accepted, boxes[1].keys) == (3, [])
    assert set(three.states().values()) == {"accepted"}


def test_what_another_worker_is_sending_late_counts_from_now_and_not_from_its_hour(
    three: Office,
) -> None:
    """Two reminders four hours apart; the first was late, and is on its way when the second is due.

    Counted from the minute that was planned, the gap would be over.
    """
    three.rule(POLICY.replace("caps: []", "caps: []\ngap: 4h"))
    three.owes("C1", "L2", "2026-12-10")
    clock, boxes = FixedClock(at(NINE)), (RecordingChannel(), RecordingChannel())
    other = three.loop(clock, email=boxes[1])

    class Late(RecordingChannel):
        """While it sends, the second reminder falls due, and another worker sees to it."""

        def send(self, message: Message) -> Receipt:
            clock.move_to(at("2026-12-07T13:00"))
            other.deliver()
            return super().send(message)

    first = three.loop(clock, email=Late("email", "email"))
    first.start()
    first.plan()
    planned = {key: row["send_at"] for key, row in three.messages().items() if key.startswith("C1")}
    assert max(planned.values()) - min(planned.values()) == 4 * 3600
    clock.move_to(at("2026-12-07T12:59"))
    first.deliver()
    assert not [key for key in boxes[1].keys if key.startswith("C1")]


def test_of_whom_nothing_is_noted_yet_is_held_as_well(three: Office) -> None:
    """Two who note the first changes of the same customers, each in its order, wait in a circle."""
    with three.database.writing() as connection:
        write(connection, "DELETE FROM change WHERE customer_no <> 2", {})
    impatient = Database(three.workspace.database)
    with three.database.writing() as connection:
        settle_order(connection, [3, 2, 1])
        with pytest.raises(StoreError, match="the same rows"), impatient.writing() as elsewhere:
            mark(elsewhere, [1])
    with three.database.reading() as connection:
        noted = rows(connection, "SELECT customer_no FROM change WHERE planned < version")
    assert [no for (no,) in noted if no != 2] == []


def test_what_a_worker_left_is_taken_up_when_its_lease_has_ended(three: Office) -> None:
    class CrashError(Exception):
        """The end of a process."""

    class Crashing(RecordingChannel):
        def send(self, message: Message) -> Receipt:
            raise CrashError

    clock, box = FixedClock(at(NINE)), RecordingChannel()
    loop = three.loop(clock, email=Crashing("email", "email"))
    loop.start()
    loop.plan()
    with pytest.raises(CrashError):
        loop.deliver()
    other = three.loop(clock, email=box)
    other.deliver()
    assert box.keys == []
    clock.move_to(clock.now().replace(second=0))
    three.outlast_leases(clock)
    other.deliver()
    assert sorted(box.keys) == KEYS


def test_a_share_is_planned_by_one_at_a_time_and_its_lease_ends(three: Office) -> None:
    brief = Brief.of(three.workspace, at(NINE))
    with three.database.writing() as connection:
        shares.cut(connection)
        assert len(shares.lease(connection, [0], "other", brief.as_of)) == 1
    gates = all_gates()
    assert store_plan(three.database, brief, gates, planner="me").sends == 0
    with pytest.raises(StoreError, match="another planner is at work"):
        store_plan(three.database, brief, gates, anew=True, planner="me")
    later = Brief.of(three.workspace, at("2026-12-07T09:16"))
    assert later.as_of - brief.as_of > shares.LEASE > LEASE
    assert store_plan(three.database, later, gates, planner="me").sends == 3


def test_an_import_that_goes_on_keeps_nobodys_answer_from_being_recorded(three: Office) -> None:
    clock, box = FixedClock(at(NINE)), RecordingChannel()
    loop = three.loop(clock, email=box)
    loop.start()
    loop.plan()
    with three.database.writing() as importing:
        write(importing, "UPDATE customer SET locale = 'en' WHERE no = :no", {"no": 1})
        loop.plan()
        assert loop.deliver().accepted == 2
    loop.plan()
    assert loop.deliver().accepted == 1
