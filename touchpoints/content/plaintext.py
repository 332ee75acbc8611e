"""The plain text of an HTML message, for mail programs that show no HTML and for screen readers.

What is hidden, and what only the layout needs, is left out; a link has its address behind it.
"""

from __future__ import annotations

import re
from html import unescape

_PIECE = re.compile(
    r"<!--.*?-->|<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)(?P<rest>(?:[^>\"']|\"[^\"]*\"|'[^']*')*)>"
    r"|<![^>]*>|(?P<text>[^<]+|<)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_HIDDEN = re.compile(r"display\s*:\s*none|\bhidden\b")
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_LINES = re.compile(r" *\n *")
_GAPS = re.compile(r"\n{3,}")

_UNSEEN = frozenset({"head", "style", "script", "title"})
_PARAGRAPHS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "ul", "ol", "table", "blockquote", "hr", "section", "address"}
)
_LINE_ENDS = frozenset({"div", "tr", "li", "dt", "dd", "br"})
_VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})


def plain_text(html: str) -> str:
    """What an HTML message says: paragraphs apart, rows of tables on lines of their own."""
    pieces: list[str] = []
    skipped: list[str] = []
    links: list[tuple[str, int]] = []
    for match in _PIECE.finditer(html):
        text = match["text"]
        if text is not None:
            if not skipped:
                pieces.append(_BLANKS.sub(" ", unescape(text)))
            continue
        name = (match["name"] or "").lower()
        if not name or (skipped and name not in skipped):
            continue
        if skipped:
            _skip(skipped, name, bool(match["close"]))
        elif match["close"]:
            pieces.append(_ended(name, pieces, links))
        elif name in _UNSEEN or (name not in _VOID and _HIDDEN.search(match["rest"])):
            skipped.append(name)
        else:
            pieces.append(_begun(name, match["rest"], (pieces, links)))
    lines = _LINES.sub("\n", "".join(pieces)).replace("： ", "：")
    return _GAPS.sub("\n\n", re.sub(r"  +", " ", lines)).strip()


def _skip(skipped: list[str], name: str, closes: bool) -> None:
    if closes:
        skipped.pop()
    else:
        skipped.append(name)


def _begun(name: str, rest: str, seen: tuple[list[str], list[tuple[str, int]]]) -> str:
    """What a tag that opens adds to the text."""
    pieces, links = seen
    if name == "a":
        links.append((_attribute(rest, "href"), len(pieces)))
        return ""
    if name == "img":
        return _attribute(rest, "alt")
    if name == "li":
        return "\n- "
    if name in {"td", "th"}:
        return " "
    return "" if name == "tr" else _break(name)


def _ended(name: str, pieces: list[str], links: list[tuple[str, int]]) -> str:
    """What a tag that closes adds: the end of a line, or the address of a link."""
    if name == "th":
        return _colon("".join(pieces[-1:]).rstrip())
    if name == "a" and links:
        address, since = links.pop()
        shown = "".join(pieces[since:]).strip()
        target = address.removeprefix("mailto:").removeprefix("tel:")
        known = not target or target.startswith("#") or target in shown
        return "" if known else f" ({target})" if shown else target
    return "" if name == "li" else _break(name)


def _break(name: str) -> str:
    if name in _PARAGRAPHS:
        return "\n\n"
    return "\n" if name in _LINE_ENDS else ""


def _colon(heading: str) -> str:
    """What stands behind the heading of a row; nothing where it ends in a mark already."""
    if not heading[-1:].isalnum():
        return ""
    return "：" if heading[-1] > "\u2e80" else ":"


def _attribute(rest: str, name: str) -> str:
    for key, double, single in _ATTRIBUTE.findall(rest):
        if key.lower() == name:
            return unescape(double or single)
    return ""
