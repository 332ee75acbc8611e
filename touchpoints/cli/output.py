"""Results on standard output or in a file: JSON lines, CSV, and tables for people."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console

from touchpoints.errors import TouchpointsError

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@contextmanager
def opened(out: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that appears whole or not at all."""
    if out is None:
        yield sys.stdout
        return
    partial = out.with_name(out.name + ".partial")
    try:
        with partial.open("w", encoding="utf-8", newline="") as stream:
            yield stream
        partial.replace(out)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise TouchpointsError(f"{out}: {error.strerror}; name another file with --out") from error


def console(stream: TextIO) -> Console:
    """A console for tables; lines are never cut, whatever the terminal's width."""
    width = None if stream.isatty() else 120
    return Console(file=stream, width=width, highlight=False, emoji=False)


def write_json_lines(stream: TextIO, lines: Iterable[Mapping[str, Any]]) -> None:
    """One JSON object a line, as UTF-8."""
    for line in lines:
        stream.write(json.dumps(line, ensure_ascii=False) + "\n")


def write_csv(stream: TextIO, columns: Sequence[str], lines: Iterable[Mapping[str, Any]]) -> None:
    """A CSV table of these columns, whose cells no spreadsheet takes for a formula."""
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    for line in lines:
        writer.writerow({name: cell(line.get(name)) for name in columns})


def cell(value: object) -> object:
    """A cell of a CSV file; a text that begins like a formula gets an apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
