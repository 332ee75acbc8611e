"""S01: a cap of 0 or blank may mean never or no cap: refused, with the two ways to say it."""

from __future__ import annotations

import pytest

from tests.office import POLICY, Office


@pytest.mark.parametrize("most", ["0", "", "null"])
def test_a_cap_of_nothing_is_refused_with_both_ways_to_say_what_is_meant(
    office: Office, most: str
) -> None:
    office.rule(POLICY.replace("caps: []", f"caps: [{{name: a, max: {most}, per: 1d}}]"))
    answer = office.ask("check")
    assert answer.code == 2
    assert "may mean never as well as no cap" in answer.out
    assert "to never send, set `enabled: false`" in answer.out
    assert "for no cap, remove this entry" in answer.out
