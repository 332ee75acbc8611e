"""Complaints on standard output: lines for people, JSON, or annotations of a pull request."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import click

from touchpoints.errors import Complaint

FORMATS = ("text", "json", "github")

Command = Callable[..., None]

_LEVELS = {"error": "error", "warning": "warning", "remark": "notice"}


def format_option(command: Command) -> Command:
    """`--format`: for people, for programs, or for GitHub."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        default="text",
        show_default=True,
        help="Lines for people, one JSON array, or annotations for GitHub Actions.",
    )(command)


def tell(complaints: Sequence[Complaint], form: str, root: Path, about: str) -> int:
    """Print all complaints, with files as seen from here; returns the exit code.

    `about` is what was checked, in words. Warnings and remarks are no failure.
    """
    seen = [replace(each, file=(root / each.file).as_posix()) for each in complaints]
    if form == "json":
        click.echo(json.dumps([_values(each) for each in seen], ensure_ascii=False, indent=2))
    elif form == "github":
        for each in seen:
            click.echo(_annotation(each))
    else:
        for each in seen:
            click.echo(_line(each))
        click.echo(f"{about}: {_summary(seen)}")
    return 2 if any(each.severity == "error" for each in seen) else 0


def _line(complaint: Complaint) -> str:
    """`file:line:column: message; remedy`, with a word before the message where it is no error."""
    if complaint.severity != "error":
        complaint = replace(complaint, what=f"{complaint.severity}: {complaint.what}")
    return str(complaint)


def _summary(complaints: Sequence[Complaint]) -> str:
    counts = Counter(each.severity for each in complaints)
    if not counts["error"] and not counts["warning"]:
        return "nothing to complain about"
    parts = [
        f"{counts[word]:,} {word}" + ("s" if counts[word] > 1 else "")
        for word in _LEVELS
        if counts[word]
    ]
    return ", ".join(parts)


def _values(complaint: Complaint) -> dict[str, object]:
    return {
        "file": complaint.file,
        "line": complaint.line,
        "column": complaint.column,
        "severity": complaint.severity,
        "code": complaint.code,
        "message": complaint.what,
        "remedy": complaint.remedy,
    }


def _annotation(complaint: Complaint) -> str:
    """A workflow command: `::error file=…,line=…,col=…::message`."""
    place = {"file": complaint.file, "line": complaint.line, "col": complaint.column}
    fields = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in place.items())
    message = complaint.what + (f"; {complaint.remedy}" if complaint.remedy else "")
    return f"::{_LEVELS[complaint.severity]} {fields}::{_escaped(message, '')}"


def _escaped(text: str, further: str) -> str:
    for sign in "%\r\n" + further:
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text
