"""`touchpoints explain`: every candidate of a customer, every gate in order, who took the slot."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.office import POLICY, Office

AS_OF = ("--as-of", "2026-12-06T10:00:00+08:00")
CAPPED = POLICY.replace("caps: []", "caps: [{name: one-a-day, max: 1, per: 1d}]")


@pytest.fixture
def rivals(offices: Callable[[str], Office]) -> Office:
    """One customer with a greeting and a reminder on one day that has room for one."""
    office = offices(CAPPED)
    office.owes_as_new("C1", birthday="1990-12-07")
    office.says("C1", "granted", "2026-01-01T00:00")
    return office


def test_json_is_the_line_of_the_plan_with_its_gates(rivals: Office) -> None:
    explained = rivals.lines("explain", "C1", *AS_OF, "--format", "json")
    previewed = rivals.lines("preview", *AS_OF, "--format", "jsonl")
    assert [{name: line[name] for name in previewed[0]} for line in explained] == previewed
    greeting = explained[0]
    assert greeting["reason"] == "cap:one-a-day"
    assert "reminder at 2026-12-07T09:00+08:00" in greeting["detail"]
    gates = [finding["gate"] for finding in greeting["gates"] if finding["channel"] == "email"]
    order = ["disabled", "blocked", "audience", "holdout", "no_consent", "no_address", "paused"]
    assert gates[: len(order)] == order


def test_whom_the_audience_leaves_out_is_explained_though_no_line_of_the_plan(
    rivals: Office,
) -> None:
    rivals.owes("C1", "L1", "2026-12-10", status="paid")
    assert len(rivals.lines("preview", *AS_OF, "--format", "jsonl")) == 1
    explained = rivals.lines("explain", "C1", *AS_OF, "--format", "json")
    assert [line["reason"] for line in explained] == [None, "audience"]


def test_a_customer_without_candidates_is_no_error(office: Office) -> None:
    office.customer("C1")
    answer = office.ask("explain", "C1", *AS_OF)
    assert answer.code == 0
    assert "C1: 0 candidates" in answer.out
    assert office.lines("explain", "C1", *AS_OF, "--format", "json") == []


def test_an_unknown_customer_is_said(office: Office) -> None:
    answer = office.ask("explain", "C7", *AS_OF)
    assert (answer.code, answer.out) == (2, "")
    assert "no customer 'C7'" in answer.err


def test_an_id_that_looks_like_markup_is_shown_as_it_is(office: Office) -> None:
    office.owes_as_new("[red]C1[/red]")
    assert "[red]C1[/red]: 1 candidate," in office.ask("explain", "[red]C1[/red]", *AS_OF).out
