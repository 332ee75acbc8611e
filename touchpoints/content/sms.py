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
    foreign, sizes = _units(text)
    length = sum(sizes)
    return Segments(len(_cuts(sizes, foreign)), "UCS-2" if foreign else "GSM-7", length, foreign)


def foreign(text: str) -> list[str]:
    """The characters that GSM-7 does not have."""
    return [character for character in text if character not in _GSM]


def pieces(text: str) -> tuple[str, ...]:
    """The text of each segment."""
    foreign, sizes = _units(text)
    cuts = _cuts(sizes, foreign)
    return tuple(text[start:end] for start, end in zip(cuts, [*cuts[1:], None], strict=True))


def _units(text: str) -> tuple[str | None, list[int]]:
    """The first character that GSM-7 does not have, and how many units each character takes."""
    foreign = next((c for c in text if c not in _GSM), None)
    if foreign is None:
        return None, [2 if c in _ESCAPED else 1 for c in text]
    return foreign, [2 if ord(c) > 0xFFFF else 1 for c in text]


def _cuts(sizes: list[int], foreign: str | None) -> list[int]:
    """At which characters segments begin."""
    alone, each = (160, 153) if foreign is None else (70, 67)
    cuts, room = [0], alone if sum(sizes) <= alone else each
    for place, size in enumerate(sizes):
        if size > room:
            cuts.append(place)
            room = each
        room -= size
    return cuts


def thrifty(text: str) -> str:
    """The text with usual spaces, and straight quotes and dashes where that saves segments."""
    if text.isascii():
        return text
    spaced = text.translate(_SPACES)
    plainer = spaced.translate(_PLAINER)
    return plainer if _GSM.issuperset(plainer) else spaced
