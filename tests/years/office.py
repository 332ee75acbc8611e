"""A workspace of one of the houses: its files, its imports, its years by the command line."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.office import ROOT, asked

DATA = ROOT.parent / "shared" / "data"
"""Data that nobody here wrote; what needs it is skipped where it is not there."""

MISSING = f"the folder {DATA.parent.name}/{DATA.name} is not beside this checkout"


@dataclass(frozen=True)
class Import:
    """A file to import: what it is, whose customers its column names, and the words beside it.

    A name without a folder is a file that the house itself writes.
    """

    kind: str
    file: Path
    customer: str
    words: Sequence[str] = ()


@dataclass(frozen=True)
class House:
    """What a house writes into its workspace, what it imports, and by which clock it lives."""

    zone: str
    policy: str
    templates: Mapping[str, str]
    files: Mapping[str, Callable[[], Iterable[Mapping[str, str]]]]
    imports: Sequence[Import]

    def years(self, first: int, last: int) -> tuple[datetime, datetime]:
        """From the first midnight of a year to the last of another one."""
        zone = ZoneInfo(self.zone)
        return datetime(first, 1, 1, tzinfo=zone), datetime(last + 1, 1, 1, tzinfo=zone)


def found(house: House, folder: Path, every: int = 1) -> Path:
    """A new workspace with everything imported, of `every` so many customers one.

    A row that is rejected is an error.
    """
    for name, text in house.templates.items():
        file = folder / "templates" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    (folder / "touchpoints.yaml").write_text(house.policy, "utf-8")
    command(folder, "check")
    for name, records in house.files.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as text:
            written = list(records())
            table = csv.DictWriter(text, list(dict.fromkeys(key for row in written for key in row)))
            table.writeheader()
            table.writerows(written)
    for each in house.imports:
        command(folder, "import", each.kind, _thinned(each, folder, every), *each.words)
    return folder


def simulate(folder: Path, span: tuple[datetime, datetime]) -> Path:
    """The decisions of the daemon's loop between two instants, as a file of JSON lines."""
    out, (since, until) = folder / "decisions.jsonl", (each.isoformat() for each in span)
    command(
        folder, "simulate", "--from", since, "--until", until, "--format", "jsonl", "--out", out
    )
    return out


def command(folder: Path, *words: str | Path) -> None:
    """Run `touchpoints WORDS` in a workspace; it must succeed. Its remarks come when it ends."""
    answer = asked(folder, *map(str, words))
    sys.stderr.write(answer.err)
    assert answer.code == 0, answer


def _thinned(each: Import, folder: Path, every: int) -> Path:
    """The file itself, or one beside the policy with the rows of fewer customers."""
    source = folder / each.file
    if every == 1:
        return source
    thin = folder / f"thin-{each.file.name}"
    with (
        source.open(encoding="utf-8-sig", newline="") as text,
        thin.open("w", encoding="utf-8") as out,
    ):
        reader = csv.DictReader(text)
        table = csv.DictWriter(out, reader.fieldnames or ())
        table.writeheader()
        table.writerows(row for row in reader if int(row[each.customer]) % every == 0)
    return thin
