"""Front matter as nearly everybody writes it, read line by line.

A whole reader of YAML takes 1.3 ms for eight lines, a third of what checking a text costs. What is
not written in the usual way, or is wrong, is left to that reader, which also says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import lru_cache

_LINE = re.compile(r"(  (?! ))?([a-z]+(?:\.[a-z_]\w*)?):(?: +(\S.*))?")
_QUOTED = re.compile(r'"([^"\\]*)"')
_FAR = frozenset("|>&*!")
"""What a value begins with that may go on below, or mean something elsewhere."""

Read = Callable[[str], object]


def read_lines(yaml: str, keys: Collection[str], read: Read) -> dict[str, object] | None:
    """What `key: value` lines say, with one more level below a key alone; None for anything else.

    `read` reads a value that is not a simple text in quotes, as a whole reader of YAML does.
    """
    found: dict[str, object] = {}
    inner: dict[str, object] | None = None
    for line in yaml.removesuffix("\n").split("\n"):
        match = _LINE.fullmatch(line) if line.isprintable() else None
        if match is None:
            return None
        nested, key, value = match.groups()
        place = inner if nested else found
        if place is None or key in place or (key in keys) == bool(nested):
            return None
        if value is None:
            if nested:
                return None
            found[key] = inner = {}
            continue
        quoted = _QUOTED.fullmatch(value)
        if quoted is None and value[0] in _FAR:
            return None
        place[key] = quoted[1] if quoted else _value(value, read)
        inner = inner if nested else None
    return found if all(value != {} for value in found.values()) else None


@lru_cache(maxsize=1024)
def _value(written: str, read: Read) -> object:
    """What a value says that stands on one line; the same ones stand in many templates."""
    document = read(f"value: {written}")
    return document["value"] if isinstance(document, dict) else None
