"""The HTML of mails, with what is the same for every customer made once.

Putting styles on a page takes 0.1 ms and reading its words 0.2 ms, and of all that only the values
differ from customer to customer. So a page is made once with holes, and the holes are filled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from html import unescape

from touchpoints.content.inlining import inlined
from touchpoints.content.plaintext import Link, Step, condensed, plain_text, steps, told

Fixed = tuple[str | None, ...]
"""The pieces that the template's author wrote, and None where a value stands."""

Writing = tuple[tuple[str, str], ...]
"""Entities, and how each is written in a place of the page."""

_ENTITIES = "&amp;&lt;&gt;&#34;&#39;"
"""What escaping makes of the five characters; a value has no other `&` and no `<`."""
_ODD = re.compile(r"<|&(?!(?:amp|lt|gt|#34|#39);)|：|  |hidden|display")
"""What might change how the page around a value is read, such as a tag or a hidden element."""
_HOLE = re.compile("\ue000(\\d+)\ue001&amp;(&lt;&gt;\"'|<>&quot;'|&lt;&gt;&#34;&#39;)")
_UNREAD = "&lt;&gt;&#34;&#39;"
_WRITINGS: Mapping[str, Writing] = {
    "&lt;&gt;\"'": (("&#34;", '"'), ("&#39;", "'")),
    "<>&quot;'": (("&lt;", "<"), ("&gt;", ">"), ("&#34;", "&quot;"), ("&#39;", "'")),
    _UNREAD: (),
}
"""How the five stand between tags, in an attribute, and where nothing was read and written anew."""
_MARK = re.compile("\ue000(\\d+)\ue001")
_HALF_ENTITY = re.compile(r"&#?\w*\Z")
_STYLES = re.compile(r"<style\b.*?</style>", re.DOTALL | re.IGNORECASE)
_CHOOSING = re.compile(r"\[|:lang|:dir")
"""Rules that look at attributes, whatever these hold."""
_NAMING = re.compile(r"(?:\sclass|\sid)\s*=\s*\"[^\"]*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """An HTML message with its styles on the elements."""

    html: str
    mould: Mould | None = None
    values: Sequence[str] = ()

    def words(self) -> str:
        """What the page says, as plain text."""
        return self.mould.words(self.values) if self.mould else plain_text(self.html)


@dataclass(frozen=True)
class Mould:
    """A page with holes: which value each takes, and how its five special characters stand there.

    `parts` are one more than `holes`.
    """

    parts: tuple[str, ...]
    holes: tuple[tuple[int, Writing], ...]

    def filled(self, values: Sequence[str]) -> str:
        """The page with the values in it."""
        pieces = [self.parts[0]]
        for (number, writing), part in zip(self.holes, self.parts[1:], strict=True):
            value = values[number]
            for entity, written in writing if "&" in value else ():
                value = value.replace(entity, written)
            pieces += (value, part)
        return "".join(pieces)

    def words(self, values: Sequence[str]) -> str:
        """What the page with these values says, as plain text."""
        plain = [unescape(value) for value in values]
        fixed, opened = self._steps
        filled = list(fixed)
        for at, step in opened:
            filled[at] = step.put(plain)
        return told(filled)

    @cached_property
    def _steps(self) -> tuple[list[Step], list[tuple[int, _Open]]]:
        """The steps of the words, and those that wait for values with their places."""
        marks = [f"\ue000{number}\ue001" for number, _ in self.holes]
        pairs = zip(self.parts, [*marks, ""], strict=True)
        fixed = condensed(steps("".join(f"{part}{mark}" for part, mark in pairs)))
        opened = [(at, each) for at, step in enumerate(fixed) if (each := _opened(step))]
        return fixed, opened


@dataclass(frozen=True, slots=True)
class _Open:
    """A step with holes in it: pieces of text, and between them the numbers of values."""

    step: str | Link
    pieces: tuple[str | int, ...]

    def put(self, values: Sequence[str]) -> Step:
        text = "".join(each if isinstance(each, str) else values[each] for each in self.pieces)
        return text if isinstance(self.step, str) else replace(self.step, address=text)


def page(pieces: Sequence[str]) -> Page:
    """The page that a template wrote piece by piece: values as Markup, all else as plain str."""
    fixed: list[str | None] = []
    values: list[str] = []
    for piece in pieces:
        if type(piece) is str:
            fixed.append(piece)
        elif piece:
            fixed.append(None)
            values.append(str(piece))
    mould = _mould(tuple(fixed)) if all(map(_plain, values)) else None
    if mould is None:
        return Page(inlined("".join(pieces).strip()) + "\n")
    return Page(mould.filled(values), mould, values)


def _plain(value: str) -> bool:
    """Whether a value is read the same as any other: visible, on one line, blanks only inside."""
    return (
        value.isprintable() and value[0] != " " and value[-1] != " " and _ODD.search(value) is None
    )


@lru_cache(maxsize=128)
def _mould(fixed: Fixed) -> Mould | None:
    """The mould of a page, or None where a value could change what stands around it."""
    if any(map(_unclear, fixed, (*fixed[1:], ""))):
        return None
    written = "".join(_marked(fixed)).strip()
    page = inlined(written) + "\n"
    styled = page != written + "\n"
    parts, holes, at = [], [], 0
    for match in _HOLE.finditer(page):
        parts.append(page[at : match.start()])
        if styled and match[2] == _UNREAD:
            return None  # a comment, or the name of something
        holes.append((int(match[1]), _WRITINGS[match[2]]))
        at = match.end()
    parts.append(page[at:])
    whole = sorted(number for number, _ in holes) == list(range(fixed.count(None)))
    if not whole or any("\ue000" in part for part in parts) or _choosing(page, parts):
        return None
    return Mould(tuple(parts), tuple(holes))


def _unclear(piece: str | None, following: str | None) -> bool:
    """Whether a piece has a mark of ours, or an entity that a value would go on with."""
    if piece is None:
        return False
    return "\ue000" in piece or (following is None and _HALF_ENTITY.search(piece) is not None)


def _marked(fixed: Fixed) -> Iterator[str]:
    """The pieces with a mark in each hole that shows how characters are written there."""
    number = 0
    for piece in fixed:
        if piece is None:
            yield f"\ue000{number}\ue001{_ENTITIES}"
            number += 1
        else:
            yield piece


def _choosing(page: str, parts: Sequence[str]) -> bool:
    """Whether a rule of the style sheet may look at a value."""
    styles = "".join(_STYLES.findall(page))
    if not styles:
        return False
    return _CHOOSING.search(styles) is not None or any(map(_NAMING.search, parts[:-1]))


def _opened(step: Step) -> _Open | None:
    """A step that waits for values; None for one that is the same for everybody."""
    if not isinstance(step, str | Link):
        return None
    cut = _MARK.split(step if isinstance(step, str) else step.address)
    if len(cut) == 1:
        return None
    return _Open(step, tuple(int(each) if at % 2 else each for at, each in enumerate(cut)))
