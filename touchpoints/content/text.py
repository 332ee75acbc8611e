"""Text that comes from forms, made harmless before a template sees it: one line, visible letters.

Ordinary letters of every script stay, right-to-left ones too; what steers the display goes.
"""

from __future__ import annotations

import re
import unicodedata

NAME_CHARACTERS = 60
COMBINING_RUN = 8

_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_STEERING = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]|(?<=[\u200c\u200d])[\u200c\u200d]+"
)
_PILE = re.compile(rf"[^\w\s\x00-\x7f]{{{COMBINING_RUN + 1}}}")
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.)\S*", re.IGNORECASE)
_HOST_DOT = re.compile(r"(?<=\w)\.(?=\w{2})")
_SIGNATURE_MARKS = str.maketrans("", "", "【】〔〕")


def one_line(value: str) -> str:
    """`value` on one line, without control and direction characters, accents piled 8 high at most.

    Joiners stay, because emoji and Persian need them, but never two in a row.
    """
    if value.isprintable() and (value.isascii() or _PILE.search(value) is None):
        return value
    return _few_marks(_STEERING.sub("", _BREAKS.sub(" ", value)))


def name_line(value: str) -> str:
    """A person's name on one line: at most 60 characters, nothing that a phone makes a link of.

    The brackets 【】 go, because Chinese operators read them as the sender's signature.
    """
    if value.isalpha() and len(value) <= COMBINING_RUN:
        return value
    if value.isascii() and len(value) <= NAME_CHARACTERS and value.replace(" ", "").isalnum():
        return value.strip()  # the usual name has nothing that the rest looks for
    plain = _ADDRESS.sub("", one_line(value).translate(_SIGNATURE_MARKS))
    return _HOST_DOT.sub(". ", plain).strip()[:NAME_CHARACTERS].rstrip()


def header_line(value: str) -> str:
    """`value` as a header may carry it: one line, single spaces, no encoded word of RFC 2047."""
    return " ".join(one_line(value).replace("=?", "= ?").split())


def has_control(value: str) -> bool:
    """Whether there are characters that no text file should have: controls, half a surrogate."""
    return _FORBIDDEN.search(value) is not None


_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def _few_marks(value: str) -> str:
    if value.isascii():
        return value
    kept: list[str] = []
    run = 0
    for character in value:
        run = run + 1 if unicodedata.category(character)[0] == "M" else 0
        if run <= COMBINING_RUN:
            kept.append(character)
    return "".join(kept)
