"""Text broken into lines for a terminal; Chinese may break between any two characters."""

from __future__ import annotations

import re

from rich.cells import cell_len

_OPENERS, _CLOSERS = "（“《", "，。、：；！？）”》"
_WIDE = "\u2e80-\u9fff\uff00-\uffef" + _OPENERS + _CLOSERS
_PIECE = re.compile(rf"\s+|[{_OPENERS}]*(?:[^\s{_WIDE}]+|[{_WIDE}]?)[{_CLOSERS}]*")
"""A blank, or a word or wide character with the signs that may not stand apart from it."""


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells; a word that is longer has a line of its own."""
    lines, line = [], ""
    for piece in filter(None, _PIECE.findall(text)):
        if line and cell_len(line) + cell_len(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line or not piece.isspace() else ""
    return [*lines, line.rstrip()]
