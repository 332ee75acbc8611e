"""How the benchmarks measure: in a process of its own, wall and user seconds, peak megabytes."""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
import time
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

Result = dict[str, object]
Way = Callable[[Path], Result]
"""Does the work in a folder and says what it took."""


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


def parser_of(description: str | None, ways: Mapping[str, Way]) -> ArgumentParser:
    """What every benchmark may be asked: where to keep the result, and, of itself, one way."""
    parser = ArgumentParser(description=description)
    parser.add_argument("--result", type=Path, help="a file to keep the result in")
    parser.add_argument("--measure", choices=list(ways), help=SUPPRESS)
    parser.add_argument("--folder", type=Path, help=SUPPRESS)
    return parser


def was_one_way(asked: Namespace, ways: Mapping[str, Way]) -> bool:
    """Measure the one way that a process of its own is asked for; False where none is."""
    if not asked.measure:
        return False
    print(json.dumps(ways[asked.measure](asked.folder)))
    return True


def cpu_seconds(process: int, *, with_children: bool = False) -> float:
    """What another process has used of a core so far; with all that it has started."""
    fields = _stat(process)
    used = sum(map(int, fields[11:15] if with_children else fields[11:13]))
    total = used / os.sysconf("SC_CLK_TCK")
    if with_children:
        others = (int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit())
        total += sum(cpu_seconds(each) for each in others if _parent(each) == process)
    return total


def _parent(process: int) -> int | None:
    with suppress(OSError):
        return int(_stat(process)[1])
    return None


def _stat(process: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on; the name before it may have blanks."""
    return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()


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
