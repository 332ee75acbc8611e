"""`touchpoints customer forget`: a person is erased for good, and is not written to again."""

from __future__ import annotations

import csv
import json
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.office import GATES, POLICY, Answer, Desk, Office, at, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.columns import Bools
from touchpoints.core.gate import Case
from touchpoints.core.message import Message, Outcome, Receipt
from touchpoints.engine.brief import Brief
from touchpoints.engine.storing import store_plan
from touchpoints.store.erasing import KEPT
from touchpoints.store.person import OWNED, SENT
from touchpoints.store.statements import rows

NINE = "2026-12-07T09:00:00+08:00"
CANARIES = ("Canary", "canary", "55512", "LOAN4711", "moved-4711", "branch-4711", "platinum")
"""What names the person, or would let somebody find them."""


@pytest.fixture
def known(office: Office) -> Office:
    """A person with something of everything, among others; one reminder went, another waits."""
    others = [{"id": f"D{number}", "email": f"d{number}@example.org"} for number in range(500)]
    office.take("customers", *others)
    for moved in range(4):
        # Each time longer, so that rows move to other pages of the file.
        person(office, email=f"canary{moved}@example.org", note="platinum" * 40 * moved)
        grown = [{**other, "note": "x" * 40 * moved} for other in others]
        office.take("customers", *grown)
    person(office)
    fields = {"customer": "Canary7", "source": "branch-4711"}
    office.take(
        "consents",
        fields | {"channel": "*", "category": "*", "state": "granted", "at": "2026-11-01"},
    )
    office.take("preferences", {"customer": "Canary7", "quiet_hours": "22:00-07:00"})
    office.owes("Canary7", "LOAN4711", "2026-12-10", note="platinum")
    office.owes("Canary7", "LOAN4711-2", "2026-12-12")
    office.take("events", {"customer": "Canary7", "kind": "moved", "ref": "moved-4711", "at": NINE})
    office.take(
        "history",
        {"customer": "Canary7", "sent_at": NINE, "channel": "sms", "topic": "moved-4711"},
    )
    assert office.ask("run", "--once", "--as-of", NINE).code == 0
    return office


def person(office: Office, **fields: str) -> None:
    """The person, or what their own file says of them now."""
    usual = {"email": "canary@example.org", "phone": "+8613800555123", "tier": "platinum"}
    office.customer("Canary7", **{"name": "Canary Lee", "birthday": "1990-12-07"} | usual | fields)


def forgotten(office: Office) -> Office:
    answer = office.ask("customer", "forget", "Canary7", "--yes")
    assert answer.code == 0, answer
    return office


def key_of(office: Office) -> Path:
    """The file of the key by which those who were erased are known again."""
    file = office.database.key_file
    assert file is not None
    return file


def everything(office: Office) -> str:
    """All that is in the tables."""
    tables = [*OWNED, *SENT, "customer", "meta", "erased", "pause"]
    return json.dumps({table: office.table(table) for table in tables}, default=repr)


def refused(office: Office, kind: str, record: dict[str, Any]) -> tuple[int, str]:
    """The exit code of an import of one record, and the reason of its rejection."""
    file = office.write(f"again-{kind}.jsonl", json.dumps(record) + "\n")
    code = office.ask("import", kind, str(file)).code
    rejects = file.with_name(file.name + ".rejected.csv")
    if not rejects.exists():
        return code, ""
    with rejects.open(encoding="utf-8", newline="") as text:
        return code, next(csv.DictReader(text))["reason"]


def test_without_yes_one_is_told_what_would_go_and_nothing_goes(known: Office) -> None:
    before = everything(known)
    answer = known.ask("customer", "forget", "Canary7")
    assert answer.code == 2
    assert answer.out == (
        "Canary7: name, addresses and attributes, 2 facts, 1 event, 1 consent,"
        " 1 set of wishes, 1 message of another sender, 3 messages\n"
    )
    assert "nothing was erased; say --yes" in answer.err
    assert everything(known) == before


def test_nothing_in_any_table_names_the_person_any_more(known: Office) -> None:
    assert all(canary in everything(known) for canary in CANARIES)
    found = everything(forgotten(known))
    assert [canary for canary in CANARIES if canary in found] == []


@pytest.mark.sqlite
def test_no_byte_of_the_person_stays_in_the_files_of_the_database(known: Office) -> None:
    forgotten(known)
    files = sorted(known.folder.glob("touchpoints.db*"))
    assert [file.name for file in files if file.suffix == ".db"] == ["touchpoints.db"]
    for file in files:
        content = file.read_bytes()
        assert [canary for canary in CANARIES if canary.encode() in content] == [], file.name


def test_only_columns_that_reports_need_are_left_of_what_is_kept(known: Office) -> None:
    no = known.table("customer", "id = 'Canary7' DESC")[0]["no"]
    forgotten(known)
    for table in ("customer", "message", "attempt"):
        for row in known.table(table):
            if table == "customer" and row["no"] != no:
                continue
            left = {name for name, value in row.items() if value not in (None, "")}
            assert left <= set(KEPT[table]), table
    for table in set(OWNED) - set(KEPT) - {"change"}:
        assert known.table(table) == []


def test_counts_stay_for_reports_and_what_was_planned_is_cancelled(known: Office) -> None:
    before = [row for row in known.table("message") if row["state"] == "accepted"]
    forgotten(known)
    kept = {"state", "touchpoint", "channel", "category", "topic", "sent_at", "send_at"}
    after = [row for row in known.table("message") if row["state"] == "accepted"]
    assert [{name: row[name] for name in kept} for row in after] == [
        {name: row[name] for name in kept} for row in before
    ]
    assert sorted(row["state"] for row in known.table("message")) == [
        *("accepted", "accepted", "cancelled"),
    ]


def test_nothing_is_planned_for_them_nor_sent_to_them_again(known: Office) -> None:
    forgotten(known)
    clock, email = FixedClock(at(NINE)), RecordingChannel("email", "email")
    loop = known.loop(clock, email=email)
    rounds(loop, clock, "2026-12-09T09:00:00", "2026-12-09T12:00:00", "2027-12-07T10:00:00")
    assert email.messages == []
    assert len(known.table("message")) == 3


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        ("customers", {"id": "Canary7", "name": "Canary Lee"}),
        ("customers", {"id": "N1", "email": "CANARY@example.org"}),
        ("customers", {"id": "N1", "phone": "+86 138 0055 5123"}),
        ("customers", {"id": "N1", "address.sms": "+8613800555123"}),
        ("facts", {"customer": "Canary7", "kind": "loan", "ref": "L", "date": "2026-12-10"}),
        ("events", {"customer": "Canary7", "kind": "moved", "ref": "M", "at": NINE}),
    ],
)
def test_an_import_does_not_bring_them_back(
    known: Office, kind: str, record: dict[str, Any]
) -> None:
    forgotten(known)
    before = everything(known)
    assert refused(known, kind, record) == (3, "erased on request")
    assert everything(known) == before


def test_the_row_that_is_kept_is_no_customer_that_can_be_imported(known: Office) -> None:
    forgotten(known)
    (kept,) = [row["id"] for row in known.table("customer") if row["status"] == "erased"]
    assert refused(known, "customers", {"id": kept, "status": "active"})[1] == "erased on request"


def test_others_are_imported_as_ever(known: Office) -> None:
    forgotten(known)
    assert refused(known, "customers", {"id": "N1", "email": "n1@example.org"}) == (0, "")


def test_an_address_that_somebody_else_has_too_stays_theirs(known: Office) -> None:
    known.customer("Spouse", phone="+8613800555123", email="spouse@example.org")
    forgotten(known)
    again = {"id": "Spouse", "phone": "+8613800555123", "email": "spouse@example.org"}
    assert refused(known, "customers", again) == (0, "")


def test_what_others_are_told_of_a_shared_phone_does_not_name_them_any_more(
    tmp_path: Path,
) -> None:
    cap = "caps: [{name: one-a-day, max: 1, per: 1d, by: address}]"
    policy = POLICY.replace("caps: []", cap).replace("[email, sms]", "[email]")
    office = Office(tmp_path, policy)
    person(office, email="both@example.org")
    office.customer("Spouse", email="both@example.org", phone="+8613800555123")
    for customer in ("Canary7", "Spouse"):
        office.owes(customer, f"{customer}-1", "2026-12-10")
    office.plan(NINE)
    assert "to Canary7 at" in everything(office)
    forgotten(office)
    assert "Canary7" not in everything(office)


@pytest.mark.parametrize("command", [("show",), ("export",)])
def test_who_was_erased_is_told_as_such(known: Office, command: tuple[str]) -> None:
    forgotten(known)
    answer = known.ask("customer", *command, "Canary7")
    assert (answer.code, answer.out) == (2, "")
    assert "customer 'Canary7' was erased on request" in answer.err


def test_forgetting_twice_changes_nothing(known: Office) -> None:
    before = everything(forgotten(known))
    answer = known.ask("customer", "forget", "Canary7", "--yes")
    assert (answer.code, answer.out) == (0, "Canary7 was erased before\n")
    assert everything(known) == before


def test_the_key_is_for_the_owner_alone_and_not_in_the_database(known: Office) -> None:
    forgotten(known)
    key = key_of(known)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_bytes()) == 32
    assert key.read_bytes().hex() not in everything(known)
    if known.database.file is not None:
        assert key.read_bytes() not in known.database.file.read_bytes()


def test_a_second_person_is_erased_under_the_same_key(known: Office) -> None:
    forgotten(known)
    before = (key_of(known)).read_bytes()
    assert known.ask("customer", "forget", "D0", "--yes").code == 0
    assert (key_of(known)).read_bytes() == before
    assert refused(known, "customers", {"id": "Canary7"})[1] == "erased on request"


@pytest.mark.parametrize("content", [None, b"short"])
def test_without_its_key_nothing_is_imported_so_that_nobody_comes_back(
    known: Office, content: bytes | None
) -> None:
    forgotten(known)
    key = key_of(known)
    key.unlink() if content is None else key.write_bytes(content)
    file = known.write("n.jsonl", '{"id": "N1"}\n')
    answer = known.ask("import", "customers", str(file))
    assert answer.code == 1
    assert key.name in answer.err
    assert "restore it from a backup" in answer.err


def test_while_a_message_is_going_out_nothing_is_erased(office: Office) -> None:
    person(office)
    office.owes("Canary7", "LOAN4711", "2026-12-10")
    found: list[Any] = []

    def ask() -> None:
        before = everything(office)
        found.extend([office.ask("customer", "forget", "Canary7", "--yes"), before])
        found.append(everything(office))

    clock = FixedClock(at(NINE))
    desk = Desk(ask)
    rounds(office.loop(clock, email=desk), clock, "2026-12-07T09:00:00")
    answer, before, after = found
    assert answer.code == 2
    assert "nothing was erased, try again in a minute" in answer.err
    assert before == after
    forgotten(office)


class Mute(RecordingChannel):
    """A channel that takes a message and never says so."""

    def send(self, message: Message) -> Receipt:
        super().send(message)
        return Receipt(Outcome.IN_DOUBT, f"no answer about {message.address}")


def test_what_may_have_gone_out_stays_undecided_and_does_not_go_again(office: Office) -> None:
    person(office)
    office.owes("Canary7", "LOAN4711", "2026-12-10")
    clock = FixedClock(at(NINE))
    rounds(office.loop(clock, email=Mute("email", "email")), clock, "2026-12-07T09:00:00")
    assert [row["state"] for row in office.table("message")] == ["withheld", "retry_wait"]
    forgotten(office)
    assert [row["state"] for row in office.table("message")] == ["withheld", "held"]
    assert "canary@" not in everything(office)
    email = RecordingChannel("email", "email")
    rounds(office.loop(clock, email=email), clock, "2026-12-07T12:00:00")
    assert email.messages == []


class Forgetting:
    """A gate that refuses nobody; while it is asked for the first time, the person is forgotten."""

    code = "forgetting"

    def __init__(self, office: Office) -> None:
        self._office, self.answers = office, list[Answer]()

    def refuses(self, case: Case) -> Bools:
        if not self.answers:
            self.answers.append(self._office.ask("customer", "forget", "Canary7", "--yes"))
        return np.zeros(len(case.routes.customer), dtype=np.bool_)

    def detail(self, case: Case, route: int) -> str:
        return ""


@pytest.mark.sqlite
def test_a_plan_that_was_being_made_brings_nothing_back(known: Office) -> None:
    known.owes("Canary7", "LOAN4711-3", "2026-12-13")
    known.rule(POLICY.replace("name:", "database: sqlite:///touchpoints.db?timeout=0.1\nname:", 1))
    gate = Forgetting(known)
    brief = Brief.of(known.workspace, at(NINE) + timedelta(hours=1))
    store_plan(known.database, brief, (*GATES, gate))
    assert gate.answers[0].out.startswith("Canary7 is erased")
    after = everything(known)
    assert [canary for canary in CANARIES if canary in after] == []
    states = [row["state"] for row in known.table("message")]
    assert sorted(states) == ["accepted", "accepted", "cancelled"]


@pytest.mark.sqlite
def test_a_database_that_somebody_reads_is_emptied_later(known: Office) -> None:
    known.rule(POLICY.replace("name:", "database: sqlite:///touchpoints.db?timeout=0.1\nname:", 1))
    with known.database.reading() as connection:
        assert rows(connection, "SELECT COUNT(*) FROM customer")
        answer = known.ask("customer", "forget", "Canary7", "--yes")
    assert answer.code == 3
    assert "say again: touchpoints customer forget Canary7 --yes" in answer.err
    forgotten(known)


def test_the_one_who_was_erased_is_not_counted_as_a_customer(known: Office) -> None:
    before = known.standing(NINE).customers
    assert forgotten(known).standing(NINE).customers == before - 1
