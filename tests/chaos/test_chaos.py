"""Kills over the three kinds of provider: nothing is lost, nothing goes out twice.

Few of them, for every change; `.ci/run` has a hundred, `python -m tests.chaos` any number.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import missing
from tests.office import ROOT, child_environment


@pytest.mark.parametrize(
    ("kills", "more"), [(25, ()), (15, ("--database", "postgresql", "--workers", "3"))]
)
def test_kills_lose_nothing_and_send_nothing_twice(
    tmp_path: Path, kills: int, more: tuple[str, ...]
) -> None:
    if more and (reason := missing()):
        pytest.skip(reason)
    report = tmp_path / "report.json"
    asked = ("--kills", str(kills), "--seed", "7", *more)
    asked += ("--json", str(report), "--keep", f"{tmp_path}/worlds")
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos", *asked],
        cwd=ROOT,
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(report.read_text("utf-8"))
    assert figures["kills"] >= kills
    assert figures["violations"] == {}
    assert figures["delivered"] > 50
    assert figures["attempts in doubt"] > 0, "no kill met a message on its way"
