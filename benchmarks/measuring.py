"""How the benchmarks measure: in a process of its own, wall and user seconds, peak megabytes."""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

Result = dict[str, object]


@contextmanager
def measured(digits: int = 2) -> Iterator[Result]:
    """Fills in what the block took: `seconds` (wall), `user_seconds`, `peak_mb` of the process."""
    spent: Result = {}
    began, before = time.perf_counter(), _user()
    yield spent
    spent["seconds"] = round(time.perf_counter() - began, digits)
    spent["user_seconds"] = round(_user() - before, digits)
    spent["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _user() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def apart(script: str, way: str, folder: Path, runs: int = 1) -> Result:
    """One way of a script, measured in processes of their own: the median run, and all seconds."""
    command = [sys.executable, script, "--measure", way, "--folder", str(folder)]
    # Without compiled modules, imports look two to four times as slow.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    found: list[Result] = []
    for _ in range(runs):
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
        found.append(json.loads(done.stdout))
    chosen = sorted(found, key=seconds)[(runs - 1) // 2]
    every = {"seconds_of_all_runs": [each["seconds"] for each in found]} if runs > 1 else {}
    return chosen | every


def seconds(result: object) -> float:
    """The wall seconds of what was measured."""
    return float(result["seconds"])  # type: ignore[index]


def machine() -> Result:
    """When and on what it was measured."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
    }


def report(result: Result, file: Path | None) -> None:
    """Print one JSON object, and keep it in a file if one is named."""
    text = json.dumps(result, indent=2)
    print(text)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n", encoding="utf-8")
