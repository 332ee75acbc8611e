"""The plain text of an HTML message, for mail programs that show no HTML and for screen readers.

What is hidden, and what only the layout needs, is left out; a link has its address behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape

_PIECE = re.compile(
    r"<!--.*?-->|<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)(?P<rest>(?:[^>\"']|\"[^\"]*\"|'[^']*')*)>"
    r"|<![^>]*>|(?P<text>[^<]+|<)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_HIDDEN = re.compile(r"display\s*:\s*none|\bhidden\b")
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_SPACES = re.compile(r"  +")
_GAPS = re.compile(r"\n{3,}")

_UNSEEN = frozenset({"head", "style", "script", "title"})
_PARAGRAPHS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "ul", "ol", "table", "blockquote", "hr", "section", "address"}
)
_LINE_ENDS = frozenset({"div", "tr", "li", "dt", "dd", "br"})
_VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})


def plain_text(html: str) -> str:
    """What an HTML message says: paragraphs apart, rows of tables on lines of their own."""
    return told(steps(html))


@dataclass(frozen=True, slots=True)
class Link:
    """The end of a link: its address, where the text that is shown since its start lacks it."""

    address: str
    since: int

    def told(self, pieces: Sequence[str]) -> str:
        """What stands behind the pieces so far."""
        shown = "".join(pieces[self.since :]).strip()
        target = self.address.removeprefix("mailto:").removeprefix("tel:")
        known = not target or target.startswith("#") or target in shown
        return "" if known else f" ({target})" if shown else target


@dataclass(frozen=True, slots=True)
class Heading:
    """The end of a row's heading: a colon, unless it ends in a mark already."""

    def told(self, pieces: Sequence[str]) -> str:
        """What stands behind the pieces so far."""
        heading = "".join(pieces[-1:]).rstrip()
        if not heading[-1:].isalnum():
            return ""
        return "：" if heading[-1] > "\u2e80" else ":"


Step = str | Link | Heading
"""A piece of the text, or what depends on the pieces before it."""


def told(steps: Iterable[Step]) -> str:
    """The text that the steps make."""
    pieces: list[str] = []
    for step in steps:
        pieces.append(step if isinstance(step, str) else step.told(pieces))
    lines = "\n".join([line.strip(" ") for line in "".join(pieces).split("\n")])
    words = _SPACES.sub(" ", lines.replace("： ", "："))
    return _GAPS.sub("\n\n", words).strip()


def steps(html: str) -> list[Step]:
    """The text of an HTML message, as far as it can be told without what stands before."""
    found: list[Step] = []
    skipped: list[str] = []
    links: list[tuple[str, int]] = []
    for match in _PIECE.finditer(html):
        text = match["text"]
        if text is not None:
            if not skipped:
                found.append(_BLANKS.sub(" ", unescape(text)))
            continue
        name = (match["name"] or "").lower()
        if not name or (skipped and name not in skipped):
            continue
        if skipped:
            _skip(skipped, name, bool(match["close"]))
        elif match["close"]:
            found.append(_ended(name, links))
        elif name in _UNSEEN or (name not in _VOID and _HIDDEN.search(match["rest"])):
            skipped.append(name)
        elif name == "a":
            links.append((_attribute(match["rest"], "href"), len(found)))
        else:
            found.append(_begun(name, match["rest"]))
    return found


def condensed(found: Sequence[Step]) -> list[Step]:
    """The same with pieces joined, as far as no step looks at one of them alone: half as many."""
    apart = {step.since for step in found if isinstance(step, Link)}
    apart |= {at - 1 for at, step in enumerate(found) if isinstance(step, Heading)}
    fewer: list[Step] = []
    places: list[int] = []
    for at, step in enumerate(found):
        last = fewer[-1] if fewer and at not in apart else None
        if isinstance(last, str) and isinstance(step, str):
            fewer[-1] = last + step
        else:
            fewer.append(step)
        places.append(len(fewer) - 1)
    return [
        Link(each.address, places[each.since]) if isinstance(each, Link) else each for each in fewer
    ]


def _skip(skipped: list[str], name: str, closes: bool) -> None:
    if closes:
        skipped.pop()
    else:
        skipped.append(name)


def _begun(name: str, rest: str) -> str:
    """What a tag that opens adds to the text."""
    if name == "img":
        return _attribute(rest, "alt")
    if name == "li":
        return "\n- "
    if name in {"td", "th"}:
        return " "
    return "" if name == "tr" else _break(name)


def _ended(name: str, links: list[tuple[str, int]]) -> Step:
    """What a tag that closes adds: the end of a line, or the address of a link."""
    if name == "th":
        return Heading()
    if name == "a" and links:
        return Link(*links.pop())
    return "" if name == "li" else _break(name)


def _break(name: str) -> str:
    if name in _PARAGRAPHS:
        return "\n\n"
    return "\n" if name in _LINE_ENDS else ""


def _attribute(rest: str, name: str) -> str:
    for key, double, single in _ATTRIBUTE.findall(rest):
        if key.lower() == name:
            return unescape(double or single)
    return ""
