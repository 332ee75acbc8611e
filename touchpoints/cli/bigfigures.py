"""Figures that are seen from across the room: three lines high, drawn with half blocks."""

from __future__ import annotations

from collections.abc import Mapping

HIGH = 3

_DRAWN: Mapping[str, tuple[str, str, str]] = {
    "0": ("█▀█", "█ █", "▀▀▀"),
    "1": ("▀█ ", " █ ", "▀▀▀"),
    "2": ("▀▀█", "█▀▀", "▀▀▀"),
    "3": ("▀▀█", " ▀█", "▀▀▀"),
    "4": ("█ █", "▀▀█", "  ▀"),
    "5": ("█▀▀", "▀▀█", "▀▀▀"),
    "6": ("█▀▀", "█▀█", "▀▀▀"),
    "7": ("▀▀█", "  █", "  ▀"),
    "8": ("█▀█", "█▀█", "▀▀▀"),
    "9": ("█▀█", "▀▀█", "▀▀▀"),
    "→": ("    ▄  ", "▀▀▀▀██▀", "    ▀  "),
    " ": (" ", " ", " "),
}


def drawn(text: str) -> str:
    """A text of digits, spaces and arrows as three lines. Raises KeyError for other characters."""
    return "\n".join(" ".join(_DRAWN[sign][line] for sign in text) for line in range(HIGH))
