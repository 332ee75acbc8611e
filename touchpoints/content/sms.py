"""How many segments a text message takes, and which character makes it costly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED = frozenset("\f^{}\\[~]|€")
_GSM = _BASIC | _ESCAPED
_PLAINER = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f", " "))


@dataclass(frozen=True, slots=True)
class Segments:
    """The size of a text message: `length` counts septets in GSM-7, 16-bit units in UCS-2."""

    count: int
    encoding: Literal["GSM-7", "UCS-2"]
    length: int
    forced_by: str | None = None


def segments(text: str) -> Segments:
    """The segments of a text: 160 septets or 70 units alone, 153 or 67 each when several.

    3GPP TS 23.038 and 23.040; a character that takes two units is never cut in half.
    """
    foreign = next((c for c in text if c not in _GSM), None)
    if foreign is None:
        sizes = [2 if c in _ESCAPED else 1 for c in text]
        alone, each = 160, 153
    else:
        sizes = [2 if ord(c) > 0xFFFF else 1 for c in text]
        alone, each = 70, 67
    length = sum(sizes)
    count, room = 1, alone if length <= alone else each
    for size in sizes:
        if size > room:
            count, room = count + 1, each
        room -= size
    return Segments(count, "UCS-2" if foreign else "GSM-7", length, foreign)


def thrifty(text: str) -> str:
    """The text with usual spaces, and straight quotes and dashes where that saves segments."""
    if text.isascii():
        return text
    spaced = text.translate(_SPACES)
    plainer = spaced.translate(_PLAINER)
    return plainer if _GSM.issuperset(plainer) else spaced
