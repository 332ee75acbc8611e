"""`touchpoints preview`: the plan as lines, as CSV and as a table, with nothing written."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.office import Office

AS_OF = ("--as-of", "2026-12-06T10:00:00+08:00")
FIELDS = [
    *("customer", "touchpoint", "occurrence", "verdict", "channel", "send_at", "category", "topic"),
    *("score", "reason", "detail", "next_allowed"),
]


@pytest.fixture
def bureau(office: Office) -> Office:
    """C1 is to be reminded, C2 cannot be greeted for want of consent."""
    office.owes_as_new("C1")
    office.customer("C2", birthday="1990-12-07")
    return office


def test_a_decision_is_one_line_of_the_contract(bureau: Office) -> None:
    sent, withheld = bureau.lines("preview", *AS_OF, "--format", "jsonl")
    assert list(sent) == FIELDS
    assert sent == {
        "customer": "C1",
        "touchpoint": "reminder",
        "occurrence": "L1@-3d",
        "verdict": "send",
        "channel": "email",
        "send_at": "2026-12-07T09:00:00+08:00",
        "category": "service",
        "topic": "payment",
        "score": 90.0,
        "reason": None,
        "detail": None,
        "next_allowed": None,
    }
    assert (withheld["verdict"], withheld["reason"]) == ("withhold", "no_consent")
    assert (withheld["channel"], withheld["send_at"], withheld["score"]) == (None, None, 0.0)


def test_csv_has_the_same_lines(bureau: Office) -> None:
    answer = bureau.ask("preview", *AS_OF, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(answer.out)))
    lines = bureau.lines("preview", *AS_OF, "--format", "jsonl")
    for row, line in zip(rows, lines, strict=True):
        assert row == {name: "" if value is None else str(value) for name, value in line.items()}


def test_a_cell_that_begins_like_a_formula_is_no_formula(office: Office) -> None:
    office.owes_as_new("=HYPERLINK(1)")
    answer = office.ask("preview", *AS_OF, "--format", "csv")
    assert "\n'=HYPERLINK(1)," in answer.out


def test_the_table_tells_what_goes_out_and_why_the_rest_does_not(bureau: Office) -> None:
    answer = bureau.ask("preview", *AS_OF)
    assert answer.code == 0
    assert "2 candidates: 1 go out, 1 do not" in answer.out
    assert "2026-12-07" in answer.out
    assert "no_consent" in answer.out


def test_a_file_gets_what_the_screen_would_get(bureau: Office) -> None:
    words = ("preview", *AS_OF, "--format", "jsonl")
    out = bureau.folder / "plan.jsonl"
    assert bureau.ask(*words, "--out", str(out)).out == ""
    assert out.read_text("utf-8") == bureau.ask(*words).out
    assert [path.name for path in bureau.folder.glob("plan*")] == ["plan.jsonl"]


def test_a_file_that_cannot_be_written_is_said(bureau: Office) -> None:
    answer = bureau.ask("preview", *AS_OF, "--out", str(bureau.folder / "no" / "plan.jsonl"))
    assert answer.code == 1
    assert "No such file or directory; name another file with --out" in answer.err


@pytest.mark.parametrize(
    ("words", "customers"),
    [
        (("--customer", "C2"), ["C2"]),
        (("--touchpoint", "reminder"), ["C1"]),
        (("--customer", "C2", "--touchpoint", "reminder"), []),
        (("--days", "1"), ["C1", "C2"]),
        (("--days", "366"), ["C1", "C2", "C2"]),
    ],
)
def test_lines_may_be_narrowed(
    bureau: Office, words: tuple[str, ...], customers: list[str]
) -> None:
    lines = bureau.lines("preview", *AS_OF, *words, "--format", "jsonl")
    assert [line["customer"] for line in lines] == customers


@pytest.mark.sqlite
def test_nothing_is_written(bureau: Office) -> None:
    file = bureau.folder / "touchpoints.db"
    before = file.read_bytes()
    names = {path.name for path in bureau.folder.iterdir()}
    bureau.ask("preview", *AS_OF)
    assert file.read_bytes() == before
    assert {path.name for path in bureau.folder.iterdir()} - names <= {
        "touchpoints.db-wal",
        "touchpoints.db-shm",
    }


def test_an_empty_workspace_says_how_to_start(tmp_path: Path, office: Office) -> None:
    answer = office.ask("preview")
    assert (answer.code, answer.out.count("\n") > 0) == (0, True)
    assert (
        answer.err == "there are no customers yet; start with: touchpoints import customers FILE\n"
    )


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (
            ("--as-of", "2026-12-06T10:00:00"),
            "write it with its zone, such as 2026-11-24T09:00:00Z",
        ),
        (("--as-of", "yesterday"), "'yesterday' is not an instant"),
        (("--as-of", "2026-02-30T10:00:00Z"), "'2026-02-30T10:00:00Z' is not an instant"),
        (
            ("--touchpoint", "remindr"),
            "no touchpoint 'remindr' in the policy; did you mean 'reminder'?",
        ),
        (("--touchpoint", "xyz"), "there are: greeting, reminder"),
        (("--customer", "C11"), "no customer 'C11'"),
        (("--days", "0"), "0 is not in the range 1<=x<=366"),
        (("--format", "xml"), "'xml' is not one of"),
    ],
)
def test_what_is_asked_wrongly_is_said_with_the_way_out(
    bureau: Office, words: tuple[str, ...], complaint: str
) -> None:
    answer = bureau.ask("preview", *words)
    assert (answer.code, answer.out) == (2, "")
    assert complaint in answer.err


def test_an_unknown_customer_is_told_with_the_nearest_id(office: Office) -> None:
    office.customer("CUSTOMER-17")
    answer = office.ask("preview", "--customer", "CUSTOMR-17")
    assert answer.code == 2
    assert "did you mean 'CUSTOMER-17'?" in answer.err


def test_local_times_are_the_customers(office: Office) -> None:
    office.owes_as_new("C1", timezone="America/New_York")
    (line,) = office.lines("preview", *AS_OF, "--format", "jsonl")
    assert line["send_at"] == "2026-12-07T09:00:00-05:00"
    assert json.loads(json.dumps(line)) == line
