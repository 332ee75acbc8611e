"""`touchpoints import` as people type it: what it prints where, and its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.office import child_environment

WORKSPACE = """\
name: Harbour Bank
timezone: Asia/Shanghai
channels:
  email: {transport: "null"}
  news: {transport: "null", kind: email}
categories:
  service: {consent: assumed}
touchpoints: {}
"""
ROOT = Path(__file__).resolve().parents[2]


class Terminal:
    """Types commands in a workspace of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "touchpoints.yaml").write_text(WORKSPACE, "utf-8")

    def write(self, text: str, name: str = "customers.csv") -> None:
        """A file with this text."""
        (self.folder / name).write_text(text, "utf-8")

    def type(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `touchpoints WORDS`."""
        return subprocess.run(
            [sys.executable, "-W", "error", "-m", "touchpoints", *words],
            cwd=self.folder,
            env=child_environment(),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_a_summary_stands_on_standard_output_and_a_second_time_says_nothing_changed(
    terminal: Terminal,
) -> None:
    terminal.write("id,name\nC1,Ann\nC2,Bo\n")
    first = terminal.type("import", "customers", "customers.csv")
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == (
        "customers: 2 read, 2 new, 0 changed, 0 unchanged, 0 rejected, 0 warnings\n"
    )
    again = terminal.type("import", "customers", "customers.csv")
    assert again.returncode == 0
    assert again.stdout.endswith("2 unchanged, 0 rejected, 0 warnings; nothing has changed\n")


def test_rejected_rows_give_exit_code_3_and_no_personal_value_is_printed(
    terminal: Terminal,
) -> None:
    terminal.write(
        "id,name,birthday,email,address.news\n"
        "C1,Ann Smith,1990-02-30,ann@bank.example,\n"
        "C2,Bo Jones,1990-02-28,bo(at)bank,cy(at)bank\n"
    )
    result = terminal.type("import", "customers", "customers.csv")
    assert result.returncode == 3
    assert result.stdout == (
        "customers: 2 read, 1 new, 0 changed, 0 unchanged, 1 rejected, 2 warnings\n"
    )
    unusable = "is not a valid address; the customer stays, the address is kept as unusable"
    assert result.stderr.splitlines() == [
        "rejected: birthday does not exist in the calendar (1 row: line 2 'C1')",
        f"warning: email {unusable} (1 row: line 3 'C2')",
        f"warning: address.news {unusable} (1 row: line 3 'C2')",
        "the rejected rows are in customers.csv.rejected.csv",
    ]
    assert "1990-02-30" in (terminal.folder / "customers.csv.rejected.csv").read_text("utf-8")


def test_json_is_one_object_with_reasons_counts_and_first_rows(terminal: Terminal) -> None:
    terminal.write("id,birthday\n" + "".join(f"C{n},1990-02-30\n" for n in range(8)))
    result = terminal.type("import", "customers", "customers.csv", "--json")
    assert result.returncode == 3
    assert json.loads(result.stdout) == {
        "kind": "customers",
        "file": "customers.csv",
        "dry_run": False,
        "read": 8,
        "new": 0,
        "changed": 0,
        "unchanged": 0,
        "rejected": 8,
        "warnings": 0,
        "closed": None,
        "rejects_file": "customers.csv.rejected.csv",
        "rejected_because": [
            {
                "reason": "birthday does not exist in the calendar",
                "count": 8,
                "first": [{"line": n + 2, "id": f"C{n}"} for n in range(5)],
            }
        ],
        "warned_because": [],
    }


def test_a_dry_run_stores_nothing_and_says_so(terminal: Terminal) -> None:
    terminal.write("id,birthday\nC1,\nC2,1990-02-30\n")
    result = terminal.type("import", "customers", "customers.csv", "--dry-run")
    assert result.returncode == 3
    assert result.stdout.startswith("dry run, nothing was stored; customers: 2 read, 1 new")
    assert sorted(path.name for path in terminal.folder.iterdir()) == [
        "customers.csv",
        "touchpoints.yaml",
    ]


def test_columns_are_mapped_and_set_and_dates_have_a_form(terminal: Terminal) -> None:
    terminal.write("CustomerKey;BirthDate\n11;4/8/1966\n")
    words = "--map id=CustomerKey --map birthday=BirthDate --set source=a=b --date-format %m/%d/%Y"
    result = terminal.type("import", "customers", "customers.csv", *words.split())
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("receipts", "customers.csv"), "'receipts' is not a kind of file; expected one of"),
        (("customers", "missing.csv"), "missing.csv: no such file"),
        (("customers", "customers.csv", "--map", "id"), "--map 'id': expected COLUMN=SOURCE"),
        (("customers", "customers.csv", "--set", "=x"), "--set '=x': expected COLUMN=VALUE"),
        (
            ("customers", "customers.csv", "--set", "a=1", "--set", "a=2"),
            "--set names column 'a' twice",
        ),
        (("facts", "customers.csv"), "column 'customer' is missing"),
    ],
)
def test_wrong_usage_gives_exit_code_2_and_a_remedy(
    terminal: Terminal, words: tuple[str, ...], message: str
) -> None:
    terminal.write("id\nC1\n")
    result = terminal.type("import", *words)
    assert result.returncode == 2
    assert message in result.stderr
    assert result.stdout == ""
    assert not (terminal.folder / "touchpoints.db").exists()


def test_the_help_has_an_example(terminal: Terminal) -> None:
    result = terminal.type("import", "--help")
    assert result.returncode == 0
    assert "touchpoints import customers customers.csv" in result.stdout
