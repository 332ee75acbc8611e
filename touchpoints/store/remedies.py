"""What a database's errors mean in words, and what to do about each."""

from __future__ import annotations

from collections.abc import Mapping


def in_words(place: str, cause: str, remedies: Mapping[str, str]) -> str:
    """Where it happened, what the driver says, and the remedy whose sign is in that."""
    remedy = next((words for sign, words in remedies.items() if sign in cause), "")
    return f"{place}: {cause}" + (f"; {remedy}" if remedy else "")
