"""S01: a cap of 0 or blank is refused by `check`, with the two ways to say what is meant."""

from __future__ import annotations

import pytest

from tests.office import POLICY, Office


@pytest.mark.parametrize("most", ["0", "", "''", "~", "0.0"])
def test_check_asks_what_a_cap_of_nothing_means(office: Office, most: str) -> None:
    cap = f"caps:\n  - name: weekly\n    max: {most}\n    per: 7d"
    rules = POLICY.replace("caps: []", cap)
    office.rule(rules)
    answer = office.ask("check")
    line = rules.splitlines().index(f"    max: {most}") + 1
    assert answer.code == 2
    said = " ".join((answer.out + answer.err).split())
    assert f"touchpoints.yaml:{line}:" in said
    assert "`max` is blank or 0, which may mean never as well as no cap" in said
    assert "to never send, set `enabled: false` on the touchpoints or remove the channel" in said
    assert "for no cap, remove this entry" in said


@pytest.mark.parametrize("words", [("preview",), ("plan",), ("run", "--once")])
def test_nothing_is_planned_or_sent_by_such_a_policy(office: Office, words: tuple[str]) -> None:
    office.owes_as_new("C1")
    office.rule(POLICY.replace("caps: []", "caps: [{name: weekly, max: 0, per: 7d}]"))
    answer = office.ask(*words)
    assert (answer.code, answer.out) == (2, "")
    assert "which may mean never as well as no cap" in answer.err
    assert office.messages() == {}


def test_both_ways_to_say_it_are_accepted(office: Office) -> None:
    office.owes_as_new("C1")
    assert office.ask("check").code == 0
    assert [line.verdict for line in office.preview("2026-12-07T08:00")] == ["send"]
    office.rule(POLICY.replace("category: service", "category: service\n    enabled: false"))
    assert office.ask("check").code == 0
    assert [line.reason for line in office.preview("2026-12-07T08:00")] == ["disabled"]
