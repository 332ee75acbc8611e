"""What the program says of texts and requests, in the language of whoever reads the page.

Findings and errors are English sentences wherever they come from, as commands print them; one table
has each of them in Chinese, by its English with `{}` for its values.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from touchpoints.errors import Complaint

FOLDER = Path(__file__).with_name("words")

_PLACE = re.compile(r"(\S+?:\d+(?::\d+)?|channels\.\S+): (.*)", re.DOTALL)
"""Where something is wrong, in front of what is: a file and line, or a key of the policy."""

_SLOT = re.compile(r"\{(\d)\}|<(\d)>")
"""In a translation: `{0}` is the first value as it is, `<0>` the same told in its turn."""

_VALUE, _SENTENCE = r"((?:(?!; ).)*?)", r"(.*?)"
"""A value; what stands behind a semicolon is another sentence, which only `<0>` takes in."""

ENDS = {"zh": "；"}
"""What stands between two sentences."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the table: what it looks like in English, and what it is in the other."""

    english: re.Pattern[str]
    other: str

    @classmethod
    def of(cls, english: str, other: str) -> Sentence:
        """A sentence with `{}` for its values, and its translation."""
        told = {int(place) for _, place in _SLOT.findall(other) if place}
        pieces = [re.escape(piece) for piece in english.split("{}")]
        pattern = pieces[0]
        for number, piece in enumerate(pieces[1:]):
            pattern += (_SENTENCE if number in told else _VALUE) + piece
        return cls(re.compile(pattern, re.DOTALL), other)


def sentence(text: str, language: str) -> str:
    """A sentence of the program in this language; in English where nobody has told it yet."""
    return _told(text, language, 0) if language in ENDS else text


def complaint(each: Complaint, language: str) -> Complaint:
    """A finding in this language."""
    what, remedy = sentence(each.what, language), sentence(each.remedy, language)
    return replace(each, what=what, remedy=remedy)


def _told(text: str, language: str, depth: int) -> str:
    place = _PLACE.fullmatch(text)
    if place is not None:
        return f"{place[1]}: {_told(place[2], language, depth)}"
    for each in sentences(language):
        found = each.english.fullmatch(text)
        if found is not None:
            return _filled(each.other, found, language, depth)
    first, separator, rest = text.partition("; ")
    if not separator:
        return text
    return f"{_told(first, language, depth)}{ENDS[language]}{_told(rest, language, depth)}"


def _filled(other: str, found: re.Match[str], language: str, depth: int) -> str:
    def value(slot: re.Match[str]) -> str:
        own = found[int(slot[1] or slot[2]) + 1]
        # Three deep is a file's place, a sample, and what is wrong; values are not sentences.
        return own if slot[1] or depth > 3 else _told(own, language, depth + 1)

    return _SLOT.sub(value, other)


@cache
def sentences(language: str) -> tuple[Sentence, ...]:
    """The table of a language; what is fixed the most comes first."""
    pairs = tomllib.loads((FOLDER / f"sentences.{language}.toml").read_text("utf-8"))
    ordered = sorted(pairs.items(), key=lambda pair: -len(pair[0].replace("{}", "")))
    return tuple(Sentence.of(english, str(other)) for english, other in ordered)
