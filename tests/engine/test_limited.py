"""Texts that nobody has reviewed are made in a child that can be lost without harm."""

from __future__ import annotations

import os
import signal
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.office import Office
from touchpoints.content.openhours import LineHours
from touchpoints.engine.checking import Checker
from touchpoints.engine.child import decoded, encoded
from touchpoints.engine.limited import Limited
from touchpoints.engine.trying import Request
from touchpoints.engine.vocabulary import Vocabulary
from touchpoints.errors import RenderError, UsageError

ANN = {"customer": {"name": "Ann"}, "fact": {"amount": Decimal("1.50"), "date": date(2026, 1, 2)}}


def test_an_unsaved_text_is_made_as_a_saved_one_would_be(office: Office) -> None:
    drafts = {"greeting/sms.j2": "Hi {{ customer.name }}, {{ fact.amount|number(2) }}"}
    with Limited(office.workspace, drafts) as limited:
        assert limited(Request("greeting", "sms", "en", ANN)).text == "Hi Ann, 1.50"
        limited.drafts = {}
        assert limited(Request("greeting", "sms", "en", ANN)).text == "Dear Ann!"
    assert (office.folder / "templates/greeting/sms.j2").read_text("utf-8").startswith("Dear")


def test_what_is_wrong_is_told_as_here(office: Office) -> None:
    with Limited(office.workspace, {"a/sms.j2": "{{ 9**9 }}", "b/sms.j2": "{{ fact.x }}"}) as child:
        with pytest.raises(UsageError, match="power"):
            child(Request("a", "sms", "en", ANN))
        with pytest.raises(RenderError, match="no 'x'"):
            child(Request("b", "sms", "en", ANN))


@pytest.mark.parametrize("blow", [signal.SIGSTOP, signal.SIGKILL])
def test_a_child_that_runs_over_is_killed_and_the_next_text_gets_another(
    office: Office, blow: signal.Signals
) -> None:
    with Limited(office.workspace, wait=5.0) as limited:
        limited(Request("greeting", "sms", "en", ANN))
        limited._wait = 0.2
        assert limited._child is not None
        os.kill(limited._child.pid, blow)
        with pytest.raises(RenderError, match=r"stopped|made"):
            limited(Request("greeting", "sms", "en", ANN))
        limited._wait = 5.0
        assert limited(Request("greeting", "sms", "en", ANN)).text == "Dear Ann!"


def test_values_come_through_unchanged() -> None:
    hours = LineHours.of("Mon", "en", [], [])
    values = {**ANN, "line": {"hours": hours}, "list": (1, "a", None)}
    found = decoded(encoded(values))
    assert found == values
    assert found["line"]["hours"].full == hours.full


def test_drafts_are_checked_in_memory(office: Office, tmp_path: Path) -> None:
    drafts = {"greeting/sms.j2": "{{ custmer.name }}", "fresh/sms.j2": "{{ 9**9 }}"}
    found = Checker(office.workspace, Vocabulary(), drafts).templates()
    assert {(each.file, each.code) for each in found} == {
        ("templates/greeting/sms.j2", "unknown-name"),
        ("templates/fresh/sms.j2", "refused"),
    }
