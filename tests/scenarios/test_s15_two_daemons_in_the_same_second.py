"""S15: of daemons that start in the same second one works, and each message goes once."""

from __future__ import annotations

import subprocess

import pytest

from tests.office import TOUCHPOINTS, Office, child_environment

NINE = "2026-12-07T09:00:00+08:00"


@pytest.mark.sqlite
def test_only_one_of_three_works_and_the_others_end_with_4(office: Office) -> None:
    for number in range(1, 21):
        office.owes_as_new(f"C{number}")
    racing = [
        subprocess.Popen(
            [*TOUCHPOINTS, "run", "--once", "--as-of", NINE],
            cwd=office.folder,
            env=child_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(3)
    ]
    told = [process.communicate(timeout=60)[0] for process in racing]
    codes = [process.returncode for process in racing]
    assert set(codes) <= {0, 4}, told
    assert 0 in codes
    for code, text in zip(codes, told, strict=True):
        assert ("another daemon owns" in text) == (code == 4)
    index = (office.folder / "outbox/messages.jsonl").read_text("utf-8").splitlines()
    assert len(index) == 20
    assert set(office.states().values()) == {"accepted"}
