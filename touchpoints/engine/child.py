"""The child process that makes texts nobody has reviewed: it can use up nothing but itself.

Its limits are the kernel's: processor time for each text, memory, and no file that it could write.
Run as `python -m touchpoints.engine.child FOLDER LOCALE`; it answers each line with a line.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from touchpoints.content.catalogue import Catalogue
from touchpoints.content.openhours import LineHours
from touchpoints.content.render import Renderer
from touchpoints.errors import PolicyError, TouchpointsError

MEMORY = 512 * 1024 * 1024
"""Bytes of address space; the program itself takes about 150 MB of it."""
SECONDS = 2
"""Processor seconds for one text, besides the limit of half a second that every text has."""

_READ = {"date": date.fromisoformat, "datetime": datetime.fromisoformat, "time": time.fromisoformat}


def encoded(value: object) -> Any:
    """A value as JSON can carry it: texts, numbers, dates, lists and mappings of them."""
    if isinstance(value, LineHours):
        return {"": "hours", "value": str(value), "full": value.full}
    if isinstance(value, datetime | date | time):
        kind = "datetime" if isinstance(value, datetime) else type(value).__name__
        return {"": kind, "value": value.isoformat()}
    if isinstance(value, Decimal):
        return {"": "decimal", "value": str(value)}
    if isinstance(value, Mapping):
        return {str(key): encoded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [encoded(each) for each in value]
    return value


def decoded(value: Any) -> Any:
    """The value that `encoded` was given."""
    if isinstance(value, list):
        return tuple(decoded(each) for each in value)
    if not isinstance(value, dict):
        return value
    kind = value.get("")
    if kind == "hours":
        hours = LineHours(value["value"])
        hours.full = value["full"]
        return hours
    if kind == "decimal":
        return Decimal(value["value"])
    if kind in _READ:
        return _READ[kind](value["value"])
    return {key: decoded(each) for key, each in value.items()}


def serve(folder: Path, locale: str) -> None:
    """Answer requests until the input ends."""
    kept: tuple[object, Renderer] | None = None
    for line in sys.stdin:
        asked = json.loads(line)
        _allow_more_time()
        ruled = (asked["drafts"], asked["limits"])
        if kept is None or kept[0] != ruled:
            renderer = Renderer(Catalogue(folder, asked["drafts"]), locale, asked["limits"])
            kept = (ruled, renderer)
        print(json.dumps(_answer(kept[1], asked)), flush=True)


def _answer(renderer: Renderer, asked: Mapping[str, Any]) -> dict[str, object]:
    about = (asked["template"], asked["channel"], asked["locale"])
    try:
        made = renderer.render(*about, decoded(asked["context"]))
    except PolicyError as error:
        return {"error": str(error), "kind": "usage"}
    except MemoryError:
        return {"error": "it takes too much memory", "kind": "render"}
    except TouchpointsError as error:
        return {"error": str(error), "kind": "usage" if error.exit_code == 2 else "render"}
    return {"subject": made.subject, "text": made.text, "html": made.html, "sender": made.sender}


def _allow_more_time() -> None:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    used = int(spent.ru_utime + spent.ru_stime)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + SECONDS, hard))


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))


if __name__ == "__main__":
    _confine()
    serve(Path(sys.argv[1]), sys.argv[2])
