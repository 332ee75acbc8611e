"""`python -m tests.years bank 1993 1998`: simulates years of a house and checks every decision."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.years import bank, shop
from tests.years.bankpolicy import BANK
from tests.years.checker import Book, Checker, read_lines
from tests.years.office import DATA, MISSING, House, found, simulate
from tests.years.shoppolicy import SHOP

HOUSES: dict[str, tuple[House, Callable[[int, int, int], Book]]] = {
    "bank": (BANK, bank.book),
    "shop": (SHOP, shop.book),
}
SHOWN = 50


def main() -> int:
    """Tell what is done and how long it takes, and at last how many faults there are."""
    asked = _asked()
    if not DATA.is_dir():
        print(MISSING, file=sys.stderr)
        return 2
    house, book = HOUSES[asked.house]
    if asked.unlimited:
        house = replace(house, policy=re.sub(r",\s*capacity: [^,}]*", "", house.policy))
    span, began = house.years(asked.first, asked.last), time.monotonic()
    with TemporaryDirectory() as name:
        folder = Path(asked.keep or name)
        decisions = folder / "decisions.jsonl"
        if not decisions.exists():
            folder.mkdir(parents=True, exist_ok=True)
            found(house, folder, asked.every)
            print(f"imported after {time.monotonic() - began:.0f} s", flush=True)
            simulate(folder, span)
            print(f"simulated after {time.monotonic() - began:.0f} s", flush=True)
        lines = read_lines(decisions)
    asked_for = book(asked.first, asked.last, asked.every)
    if asked.unlimited:
        asked_for = replace(asked_for, rules=replace(asked_for.rules, capacity={}))
    checker = Checker(asked_for, span)
    faults = checker.faults(lines)
    for fault in faults[:SHOWN]:
        print(fault)
    sent = sum(line["verdict"] == "send" for line in lines)
    print(
        f"{asked.house} {asked.first}-{asked.last}: {len(lines):,} decisions checked"
        f" ({sent:,} sent), {len(faults):,} faults, {time.monotonic() - began:.0f} s"
    )
    return 1 if faults else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.years", description=__doc__)
    parser.add_argument("house", choices=HOUSES)
    parser.add_argument("first", type=int, help="the first year")
    parser.add_argument("last", type=int, help="the last year")
    parser.add_argument("--every", type=int, default=1, help="of so many customers one")
    parser.add_argument(
        "--unlimited",
        action="store_true",
        help="without capacities of channels, for which everybody is planned anew each time",
    )
    parser.add_argument(
        "--keep",
        metavar="DIR",
        help="a folder for the workspace that stays; what it has decided is only checked",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
