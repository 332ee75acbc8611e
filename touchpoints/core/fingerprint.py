"""A fingerprint of rules and of plans: the same on every machine for the same values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

LENGTH = 16
"""Hexadecimal digits: with 64 bits, two of a billion plans are alike by chance once in 37 tries."""


def fingerprint(lines: Iterable[str]) -> str:
    """The first digits of the SHA-256 of some lines of text, in their order."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode())
        digest.update(b"\n")
    return digest.hexdigest()[:LENGTH]


def of_values(value: object) -> str:
    """The fingerprint of frozen values, whatever order sets and mappings happen to have."""
    return fingerprint([json.dumps(_plain(value), sort_keys=True, ensure_ascii=False)])


def _plain(value: object) -> Any:
    if hasattr(value, "describe"):
        return {type(value).__name__: _plain(value.describe())}
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(json.dumps(_plain(each), sort_keys=True) for each in value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
