"""The log: one line for people or one JSON object for programs, without anybody's name in it."""

from __future__ import annotations

import json
import logging
import os
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import IO, Literal, TextIO

Form = Literal["text", "json"]

_PRIORITIES = {"DEBUG": 7, "INFO": 6, "WARNING": 4, "ERROR": 3, "CRITICAL": 2}
"""What the journal of systemd calls each level (sd-daemon(3))."""


def told(event: str, **fields: object) -> dict[str, object]:
    """The `extra` of a log call: the name of what happened, and its figures."""
    return {"event": event, "fields": fields}


def start_logging(form: Form, stream: TextIO, environ: Mapping[str, str]) -> None:
    """Write the log of the process to a stream."""
    into_journal = form == "text" and is_journal(stream, environ.get("JOURNAL_STREAM"))
    formatter = JsonLines() if form == "json" else Lines(into_journal=into_journal)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("apscheduler").setLevel(logging.WARNING)


def is_journal(stream: IO[str], named: str | None) -> bool:
    """Whether a stream is the one that systemd says leads into its journal, as DEVICE:INODE."""
    if not named:
        return False
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return named == f"{found.st_dev}:{found.st_ino}"


class Lines(logging.Formatter):
    """`2026-11-26T09:00:00.123Z INFO sent 3, waiting 0`.

    The journal knows the time itself, and takes the level as a number in front.
    """

    def __init__(self, *, into_journal: bool = False) -> None:
        super().__init__()
        self._into_journal = into_journal

    def format(self, record: logging.LogRecord) -> str:
        """The line of one record; where it failed follows, without what the error says."""
        lines = [record.getMessage(), *_where(record)]
        if self._into_journal:
            priority = _PRIORITIES.get(record.levelname, 6)
            return "\n".join(f"<{priority}>{line}" for line in lines)
        head = f"{_instant(record)} {record.levelname} "
        return head + "\n    ".join(lines)


class JsonLines(logging.Formatter):
    """One JSON object a line: ts, level, logger, event, message, and the figures of the event."""

    def format(self, record: logging.LogRecord) -> str:
        """The object of one record."""
        known = {
            "ts": _instant(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": getattr(record, "event", None),
            "message": record.getMessage(),
        }
        fields: Mapping[str, object] = getattr(record, "fields", {})
        line = {name: value for name, value in known.items() if value is not None}
        line |= {name: value for name, value in fields.items() if name not in known}
        where = _where(record)
        if where:
            line |= {"error": where[-1], "where": where[:-1]}
        return json.dumps(line, ensure_ascii=False, default=str)


def _where(record: logging.LogRecord) -> list[str]:
    """Through which lines of the program an error came, and its kind.

    Its text is left out: it may quote any value of a customer.
    """
    if not record.exc_info or record.exc_info[1] is None:
        return []
    error = record.exc_info[1]
    frames = traceback.extract_tb(error.__traceback__)
    kind = type(error)
    where = [f"{each.filename}:{each.lineno} in {each.name}" for each in frames]
    return [*where, f"{kind.__module__}.{kind.__qualname__}"]


def _instant(record: logging.LogRecord) -> str:
    at = datetime.fromtimestamp(record.created, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
