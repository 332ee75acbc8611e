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
import shlex
import shutil
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from tests.chaos.chapter import Chapter
from tests.chaos.checking import violations
from tests.chaos.outcome import Outcome
from tests.chaos.place import Place
from tests.chaos.provider import CHANNELS
from tests.databases import serving
from touchpoints.workspace import use_packaged_zones

CHAPTER = 1_000
"""Kills in one world; after them a new one begins, so that a run of any length stays quick."""


def main() -> int:
    """Run the chapters, print the table, write the JSON; 0 where everything holds."""
    asked = _asked()
    use_packaged_zones()
    with serving() if asked.database == "postgresql" else nullcontext(asked.database) as url:
        asked.database = url
        return _run(asked)


def _run(asked: argparse.Namespace) -> int:
    outcome, folder = Outcome(), Path(asked.keep or tempfile.mkdtemp(prefix="chaos-"))
    began = time.monotonic()
    for number in range(0, asked.kills, CHAPTER):
        chapter = folder / f"chapter-{number // CHAPTER + 1}"
        kills = min(CHAPTER, asked.kills - number)
        broken = _chapter(outcome, chapter, f"{asked.seed} {number}", (kills, asked))
        if broken:
            print(f"what is left of this world is in {chapter}", flush=True)
        elif not asked.keep:
            shutil.rmtree(chapter)
    if not asked.keep and not outcome.broken:
        folder.rmdir()
    outcome.seconds = time.monotonic() - began
    command = shlex.join(["python", "-m", "tests.chaos", *sys.argv[1:]])
    print(f"{command}\n{outcome.table()}")
    if asked.json:
        about = {"command": command, "seed": asked.seed, "kinds": asked.only}
        Path(asked.json).write_text(outcome.document(about) + "\n", "utf-8")
    return 1 if outcome.broken else 0


def _chapter(outcome: Outcome, folder: Path, seed: str, of: tuple[int, argparse.Namespace]) -> bool:
    kills, asked = of
    place = Place.made(folder, seed, asked.only.split(","), asked.database)
    try:
        chapter = Chapter(place, seed, asked.workers)
        try:
            chapter.live_through(kills, lambda done: _progress(done, kills))
            evidence = chapter.come_to_an_end()
        finally:
            chapter.leave_nobody()
    finally:
        place.provider.close()
    broken = violations(evidence)
    outcome.add(chapter.record, evidence, broken)
    return bool(broken)


def _progress(done: int, of: int) -> None:
    if done % 25 == 0 or done == of:
        print(f"{done:,} of {of:,} kills", file=sys.stderr, flush=True)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", default="7")
    parser.add_argument(
        "--database",
        help="a PostgreSQL server, or `postgresql` for one of its own; each chapter has a database",
    )
    parser.add_argument("--workers", type=int, default=1, help="at the same time, on PostgreSQL")
    parser.add_argument("--only", default=",".join(CHANNELS), help="kinds of provider")
    parser.add_argument("--json", help="write the figures to this file")
    parser.add_argument("--keep", help="keep everything in this folder, which must be new")
    asked = parser.parse_args()
    if asked.workers > 1 and not asked.database:
        parser.error("an SQLite file has one owner; --workers goes with --database postgresql://…")
    return asked


if __name__ == "__main__":
    sys.exit(main())
