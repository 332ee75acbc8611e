"""`touchpoints pause` and `resume`: at once, also for what is already planned."""

from __future__ import annotations

import pytest

from tests.office import Office

NINE = ("--as-of", "2026-12-07T09:00:00+08:00")


@pytest.fixture
def planned(office: Office) -> Office:
    office.owes_as_new("C1")
    office.ask("plan", "--as-of", "2026-12-07T08:00:00+08:00")
    return office


def test_what_is_planned_is_cancelled_and_comes_back_in_its_window(planned: Office) -> None:
    assert (
        planned.ask("pause", "reminder").out == "reminder is paused; 1 planned messages cancelled\n"
    )
    planned.ask("run", "--once", *NINE)
    assert not (planned.folder / "outbox").exists()
    assert planned.ask("resume", "reminder").out == "reminder goes on\n"
    assert "sent 1" in planned.ask("run", "--once", *NINE).out


def test_doing_it_twice_is_no_error(planned: Office) -> None:
    planned.ask("pause", "reminder")
    again = planned.ask("pause", "reminder")
    assert (again.code, again.out) == (0, "reminder is paused; 0 planned messages cancelled\n")
    planned.ask("resume", "reminder")
    twice = planned.ask("resume", "reminder")
    assert (twice.code, twice.out) == (0, "reminder was not paused\n")


def test_a_paused_touchpoint_is_told_in_preview_and_explain(planned: Office) -> None:
    planned.ask("pause", "reminder")
    (line,) = planned.lines("preview", *NINE, "--format", "jsonl")
    assert (line["reason"], line["detail"]) == ("disabled", "paused by an operator")
    assert "paused by an operator" in planned.ask("explain", "C1", *NINE).out


@pytest.mark.parametrize("command", ["pause", "resume"])
def test_an_unknown_touchpoint_is_told_with_the_nearest_name(planned: Office, command: str) -> None:
    answer = planned.ask(command, "remind")
    assert (answer.code, answer.out) == (2, "")
    assert "no touchpoint 'remind' in the policy; did you mean 'reminder'?" in answer.err
