"""The kill harness: `python -m tests.chaos --kills 1000 --seed 7`.

Real workers over a real database and a provider program of its own are killed at named points and
at random, in a world where things go on happening; then everything that must hold is checked. The
exit code is 1 where something does not hold; all files of that world are kept then.
"""

from __future__ import annotations

import os

# Before numpy is imported: threads of its own must not be there when a worker is forked.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import math
import shlex
import signal
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from tests.chaos.outcome import Outcome
from tests.chaos.provider import CHANNELS
from tests.chaos.series import Plan, lived, parts
from tests.databases import serving
from touchpoints.workspace import use_packaged_zones


def main() -> int:
    """Live through the chapters, print the table, write the JSON; 0 where everything holds."""
    asked = _asked()
    use_packaged_zones()
    # Whoever is told to end leaves nobody behind: no provider, no worker, no server.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to end"))
    with serving() if asked.database == "postgresql" else nullcontext(asked.database) as url:
        return _run(asked, url)


def _run(asked: argparse.Namespace, url: str | None) -> int:
    outcome, folder = Outcome(), Path(asked.keep or tempfile.mkdtemp(prefix="chaos-"))
    command = shlex.join(["python", "-m", "tests.chaos", *sys.argv[1:]])
    about = {"command": command, "seed": asked.seed, "kinds": asked.only}
    began = time.monotonic()
    plans = _plans(asked, folder, (url, began))
    for each in lived(plans, asked.jobs, lambda told: bool(asked.keep or told.broken)):
        outcome.add(each)
        outcome.seconds = time.monotonic() - began
        if asked.json:
            Path(asked.json).write_text(outcome.document(about) + "\n", "utf-8")
        _progress(outcome, asked.kills)
    if not asked.keep and not outcome.broken:
        folder.rmdir()
    print(f"{command}\n{outcome.table()}")
    return 1 if outcome.broken else 0


def _plans(asked: argparse.Namespace, folder: Path, on: tuple[str | None, float]) -> list[Plan]:
    url, began = on
    until = math.inf if asked.minutes is None else began + 60 * asked.minutes
    return [
        Plan(
            folder=folder / f"chapter-{number}",
            seed=f"{asked.seed} {number}",
            kills=kills,
            until=until,
            kinds=asked.only.split(","),
            database=url,
            workers=asked.workers,
        )
        for number, kills in enumerate(parts(asked.kills, asked.jobs), 1)
    ]


def _progress(outcome: Outcome, of: int) -> None:
    found = ", ".join(outcome.broken) or "everything holds"
    done = f"{outcome.kills.total():,} of {of:,} kills in {outcome.seconds:,.0f} s"
    print(f"{done}: {found}", file=sys.stderr, flush=True)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--minutes", type=float, help="kill nobody any more after so long")
    parser.add_argument("--seed", default="7")
    parser.add_argument(
        "--database",
        help="a PostgreSQL server, or `postgresql` for one of its own; each chapter has a database",
    )
    parser.add_argument("--workers", type=int, default=1, help="at the same time, on PostgreSQL")
    parser.add_argument(
        "--jobs", type=int, default=2 * (os.cpu_count() or 1), help="worlds at the same time"
    )
    parser.add_argument("--only", default=",".join(CHANNELS), help="kinds of provider")
    parser.add_argument("--json", help="write the figures to this file, anew after each chapter")
    parser.add_argument("--keep", help="keep everything in this folder, which must be new")
    asked = parser.parse_args()
    if asked.workers > 1 and not asked.database:
        parser.error("an SQLite file has one owner; --workers goes with --database postgresql://…")
    return asked


if __name__ == "__main__":
    sys.exit(main())
