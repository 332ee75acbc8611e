"""A hundred kills over the three kinds of provider: nothing is lost, nothing goes out twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.office import ROOT, child_environment


def test_a_hundred_kills_lose_nothing_and_send_nothing_twice(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    asked = ("--kills", "100", "--seed", "7", "--json", str(report), "--keep", f"{tmp_path}/worlds")
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
    assert figures["kills"] >= 100
    assert figures["violations"] == {}
    assert figures["delivered"] > 500
    assert figures["attempts in doubt"] > 10, "too few kills met a message that was being sent"
