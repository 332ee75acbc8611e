"""A plan has a name, and `run --approved` delivers the plan of that name and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.office import Office

MORNING = ("--as-of", "2026-12-07T08:00:00+08:00")
NINE = ("--as-of", "2026-12-07T09:00:00+08:00")
NAMES = ("C1", "C2", "C3")


def filled(folder: Path, names: tuple[str, ...] = NAMES) -> Office:
    """Customers who owe an instalment, imported in some order."""
    folder.mkdir(exist_ok=True)
    office = Office(folder)
    for name in names:
        office.owes_as_new(name)
    return office


@pytest.fixture
def bank(tmp_path: Path) -> Office:
    return filled(tmp_path / "bank")


def planned(office: Office) -> str:
    """The name of the plan that `plan` stores."""
    answer = office.ask("plan", *MORNING)
    assert answer.code == 0
    return answer.out.split("\nplan ")[1].strip()


def sent(office: Office) -> list[str]:
    return sorted(key for key, state in office.states().items() if state == "accepted")


def test_the_same_data_give_the_same_name_whatever_their_order(tmp_path: Path) -> None:
    here, there = filled(tmp_path / "here"), filled(tmp_path / "there", NAMES[::-1])
    assert planned(here) == planned(there)
    assert re.fullmatch("[0-9a-f]{16}", planned(here))


def test_preview_and_plan_name_the_same_plan(bank: Office) -> None:
    assert bank.ask("preview", *MORNING).out.startswith(f"Plan {planned(bank)} for Harbour Bank")


@pytest.mark.parametrize(
    "change",
    [
        lambda office: office.owes("C3", "L1", "2026-12-11"),
        lambda office: office.owes("C3", "L1", "2026-12-10", status="paid"),
        lambda office: office.customer("C3", email="", phone="+8613800000000"),
        lambda office: office.customer("C3", status="deceased"),
    ],
)
def test_another_decision_gives_another_name(bank: Office, change: object) -> None:
    before = planned(bank)
    change(bank)  # type: ignore[operator]
    assert planned(bank) != before


def test_the_approved_plan_goes_out_and_nothing_that_came_later(bank: Office) -> None:
    name = planned(bank)
    bank.owes_as_new("C4")
    answer = bank.ask("run", "--once", *NINE, "--approved", name)
    assert (answer.code, answer.out) == (0, f"plan {name}; sent 3\n")
    assert sent(bank) == [f"{each}/reminder/L1@-3d" for each in NAMES]


def test_what_is_not_so_any_more_stays_here(bank: Office) -> None:
    name = planned(bank)
    bank.owes("C2", "L1", "2026-12-10", status="paid")
    bank.customer("C3", status="deceased")
    bank.ask("run", "--once", *NINE, "--approved", name)
    assert sent(bank) == ["C1/reminder/L1@-3d"]
    assert bank.states()["C3/reminder/L1@-3d"] == "withheld: blocked"


def test_what_could_go_only_otherwise_than_approved_stays_here(bank: Office) -> None:
    name = planned(bank)
    bank.take("preferences", {"customer": "C2", "quiet_hours": "08:00-12:00"})
    bank.ask("run", "--once", *NINE, "--approved", name)
    assert sent(bank) == ["C1/reminder/L1@-3d", "C3/reminder/L1@-3d"]
    assert bank.states()["C2/reminder/L1@-3d"].startswith("withheld")
    bank.ask("run", "--once", "--as-of", "2026-12-07T13:00:00+08:00", "--approved", name)
    assert "C2/reminder/L1@-3d" not in sent(bank)


def test_a_plan_that_nobody_has_made_sends_nothing(bank: Office) -> None:
    name = planned(bank)
    answer = bank.ask("run", "--once", *NINE, "--approved", "0123456789abcdef")
    assert answer.code == 2
    assert "0123456789abcdef is not the plan" in answer.err
    assert name in answer.err
    assert sent(bank) == []


def test_a_previewed_plan_is_approved_while_it_is_still_what_would_be_planned(
    bank: Office,
) -> None:
    name = bank.ask("preview", *MORNING).out.split()[1]
    assert bank.ask("run", "--once", *MORNING, "--approved", name).code == 0
    assert bank.ask("run", "--once", *NINE, "--approved", name).out == f"plan {name}; sent 3\n"
    bank.owes_as_new("C4")
    assert bank.ask("run", "--once", *NINE).out.startswith("planned 1, withheld 0; sent 1")
