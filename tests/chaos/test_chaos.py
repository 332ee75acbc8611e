"""Kills over the three kinds of provider: nothing is lost, nothing goes out twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import missing
from tests.office import ROOT, child_environment


@pytest.mark.parametrize(
    ("kills", "more"), [(100, ()), (40, ("--database", "postgresql", "--workers", "3"))]
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
    assert figures["delivered"] > 500
    assert figures["attempts in doubt"] > kills / 10, "too few kills met a message on its way"
