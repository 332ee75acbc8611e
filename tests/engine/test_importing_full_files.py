"""A file with all facts of a kind: what it does not have is closed, and what comes back is open."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.importing import Desk, counts
from tests.office import Office
from touchpoints.engine.records.completeness import Whole
from touchpoints.engine.records.summary import ImportSummary
from touchpoints.errors import UsageError

NOW = 1795600800
LOANS = Whole("loan", NOW)
HEADER = "customer,kind,ref,date\n"


def loan(ref: str, customer: str = "C1", date: str = "2026-12-01", kind: str = "loan") -> str:
    return f"{customer},{kind},{ref},{date}\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Two customers with three loans and a card."""
    return with_loans(tmp_path)


def with_loans(folder: Path) -> Desk:
    made = Desk(folder)
    made.take("customers", "id\nC1\nC2\n")
    loans = loan("L1") + loan("L2") + loan("L1", "C2") + loan("K1", kind="card")
    made.take("facts", HEADER + loans)
    return made


def full(desk: Desk, rows: str, **options: object) -> ImportSummary:
    return desk.take("facts", HEADER + rows, whole=LOANS, **options)


def closed(desk: Desk) -> dict[tuple[int, str, str], int]:
    """The closed facts and when they were."""
    return {
        (row["customer_no"], row["kind"], row["ref"]): row["closed_at"]
        for row in desk.table("fact")
        if "closed_at" in row
    }


def test_what_the_file_does_not_have_is_closed_and_other_kinds_are_not(desk: Desk) -> None:
    summary = full(desk, loan("L1") + loan("L3"))
    assert (counts(summary)[:3], summary.closed) == ((2, 1, 0), 2)
    assert closed(desk) == {(1, "loan", "L2"): NOW, (2, "loan", "L1"): NOW}


def test_the_same_file_again_closes_nothing_more(desk: Desk) -> None:
    full(desk, loan("L1"))
    before = desk.table("fact")
    summary = desk.take("facts", HEADER + loan("L1"), whole=Whole("loan", NOW + 1))
    assert summary.closed == 0
    assert desk.table("fact") == before


def test_one_that_comes_back_is_open_again(desk: Desk) -> None:
    full(desk, loan("L1"))
    summary = desk.take("facts", HEADER + loan("L2"))
    assert counts(summary)[1:3] == (0, 1)
    assert closed(desk) == {(2, "loan", "L1"): NOW}


@pytest.mark.parametrize(
    "row",
    [
        loan("L2", date="soon"),
        loan("L2", date=""),
        loan("L2") + loan("L2", date="2026-12-02"),
        loan("L2", kind="", date="2026-12-01"),
    ],
)
def test_a_rejected_row_still_counts_as_being_there(desk: Desk, row: str) -> None:
    summary = full(desk, loan("L1") + loan("L1", "C2") + row)
    assert (summary.rejections, summary.closed, closed(desk)) == (1, 0, {})


@pytest.mark.parametrize("row", [loan(""), loan("L2", ""), "C1,loan\n", '"C1,loan,L2,2026-12-01\n'])
def test_while_a_rejected_row_may_stand_for_any_fact_nothing_is_closed(
    desk: Desk, row: str
) -> None:
    summary = full(desk, loan("L1") + row)
    assert (summary.closed, summary.unreadable, closed(desk)) == (None, 1, {})


def test_a_rejected_row_of_another_kind_is_in_nobodys_way(desk: Desk) -> None:
    summary = full(desk, loan("L1") + loan("", kind="card"))
    assert (summary.closed, summary.unreadable) == (2, 0)


@pytest.mark.parametrize("rows", ["", loan("K1", kind="card")])
def test_a_file_without_one_row_of_the_kind_is_refused_and_nothing_is_stored(
    desk: Desk, rows: str
) -> None:
    before = desk.table("fact")
    with pytest.raises(UsageError, match=r"no row of the kind 'loan', so nothing .* leave --full"):
        full(desk, rows + loan("K2", kind="card"))
    assert desk.table("fact") == before


def test_a_dry_run_says_how_many_and_closes_none(desk: Desk) -> None:
    assert full(desk, loan("L1"), dry_run=True).closed == 2
    assert closed(desk) == {}


def test_the_kind_stands_in_where_the_file_has_no_such_column(desk: Desk) -> None:
    desk.take("facts", "customer,ref,date\nC1,L1,2026-12-01\n", whole=LOANS)
    assert closed(desk) == {(1, "loan", "L2"): NOW, (2, "loan", "L1"): NOW}
    lines = '{"customer":"C1","ref":"L2","date":"2026-12-01"}\n'
    desk.take("facts", lines, "in.jsonl", whole=LOANS)
    assert (1, "loan", "L2") not in closed(desk)


@pytest.mark.parametrize("kind", ["customers", "events", "consents"])
def test_only_facts_can_be_whole(desk: Desk, kind: str) -> None:
    with pytest.raises(UsageError, match="--full goes with facts"):
        desk.take(kind, "id\n", whole=LOANS)


FACTS = st.tuples(
    st.sampled_from(["C1", "C2"]),
    st.sampled_from(["loan", "card"]),
    st.sampled_from(["L1", "L2", "L3", "L4"]),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sets(FACTS, min_size=1), min_size=1, max_size=4))
def test_what_is_open_is_what_the_last_full_file_has(
    tmp_path_factory: pytest.TempPathFactory, files: list[set[tuple[str, str, str]]]
) -> None:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.take("customers", "id\nC1\nC2\n")
    there: set[tuple[str, str, str]] = set()
    for facts in files:
        content = HEADER + "".join(loan(ref, who, kind=kind) for who, kind, ref in facts)
        if any(kind == "loan" for _, kind, _ in facts):
            desk.take("facts", content, whole=LOANS)
            there = {each for each in there if each[1] != "loan"} | facts
        else:
            desk.take("facts", content)
            there |= facts
        found = {
            (f"C{row['customer_no']}", row["kind"], row["ref"])
            for row in desk.table("fact")
            if "closed_at" not in row
        }
        assert found == there


def test_what_was_planned_about_a_closed_fact_is_cancelled(office: Office) -> None:
    office.owes_as_new("C1")
    office.owes("C1", "L2", "2026-12-10")
    office.plan("2026-12-01T10:00")
    office.write("full.csv", "customer,ref,date\nC1,L2,2026-12-10\n")
    answer = office.ask("import", "facts", str(office.folder / "full.csv"), "--full", "instalment")
    assert (answer.code, ", 1 closed" in answer.out) == (0, True)
    assert office.plan("2026-12-01T10:01").vanished == 1
    assert office.states() == {
        "C1/reminder/L1@-3d": "cancelled: stale",
        "C1/reminder/L2@-3d": "planned",
    }
    office.owes("C1", "L1", "2026-12-10")
    office.plan("2026-12-01T10:02")
    assert office.states()["C1/reminder/L1@-3d"] == "planned"


def test_the_command_says_that_nothing_was_closed_and_why(office: Office) -> None:
    office.owes_as_new("C1")
    file = office.write("full.csv", "customer,ref,date\nC1,L2,2026-12-10\nC1,,2026-12-10\n")
    answer = office.ask("import", "facts", str(file), "--full", "instalment", "--json")
    assert answer.code == 3
    assert '"closed": null' in answer.out
    assert "nothing was closed: nobody can say which fact 1 rejected row stands for" in answer.err
    refused = office.ask("import", "facts", str(file), "--full", "card", "--set", "kind=loan")
    assert refused.code == 2
