"""Time whole commands as a user types them: help, preview of the demo, import; prints JSON.

    python benchmarks/commands.py [--rows 250000]

Every command runs in a process of its own; seconds are wall-clock, the median of five runs after
one that is not counted (of three for the import and the demo), megabytes the peak of the process.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

TOUCHPOINTS = [sys.executable, "-m", "touchpoints"]
AS_OF = "2026-02-28T00:00:00+08:00"


def timed(command: list[str], folder: Path, runs: int = 5, warm_ups: int = 1) -> dict[str, float]:
    """Median seconds and peak megabytes of a command, run in `folder`."""
    seconds, megabytes = [], 0.0
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    for number in range(runs + warm_ups):
        began = time.perf_counter()
        child = os.fork()
        if child == 0:
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            os.chdir(folder)
            os.execve(command[0], command, environment)
        _, _, used = os.wait4(child, 0)
        if number >= warm_ups:
            seconds.append(time.perf_counter() - began)
            megabytes = max(megabytes, used.ru_maxrss / 1024)
    return {"seconds": round(statistics.median(seconds), 3), "peak_mb": round(megabytes, 1)}


def write_customers(file: Path, rows: int) -> None:
    """A customer file of that many rows; the same every time."""
    dice = random.Random(7)
    zones = ("Asia/Shanghai", "Europe/Prague", "America/New_York", "")
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow("id name birthday timezone locale status channels email phone tier".split())
        for number in range(rows):
            born = date(1950, 1, 1) + timedelta(days=dice.randrange(20_000))
            contact = [f"c{number}@bank.example", f"+8613{number:09d}"]
            row = [f"C{number}", f"Customer {number}", born.isoformat(), dice.choice(zones), "en"]
            writer.writerow([*row, "active", "email;sms", *contact, dice.choice(("gold", "basic"))])


def import_into(folder: Path, file: Path) -> dict[str, float]:
    """One import into a workspace without customers."""
    folder.mkdir()
    policy = (folder.parent / "demo" / "touchpoints.yaml").read_text(encoding="utf-8")
    (folder / "touchpoints.yaml").write_text(policy, encoding="utf-8")
    command = [*TOUCHPOINTS, "-w", str(folder), "import", "customers", str(file)]
    return timed(command, folder, runs=1, warm_ups=0)


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=250_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        demo = timed([*TOUCHPOINTS, "demo", str(folder / "demo")], folder, runs=3)
        example = ["-w", str(folder / "demo")]
        file = folder / "customers.csv"
        write_customers(file, asked.rows)
        imports = [import_into(folder / f"import-{number}", file) for number in range(3)]
        imported = sorted(imports, key=lambda each: each["seconds"])[1]
        result = {
            "python": platform.python_version(),
            "help": timed([*TOUCHPOINTS, "--help"], folder),
            "demo": demo,
            "preview_of_the_demo": timed(
                [*TOUCHPOINTS, *example, "preview", "--as-of", AS_OF], folder
            ),
            "import_customers": {"rows": asked.rows} | imported,
        }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
