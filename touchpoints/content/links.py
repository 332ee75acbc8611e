"""Where the links of a text lead, and which pictures say nothing to those who cannot see them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from touchpoints.content.wall import Finding

_TAGS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_FILLER = "\ufffc"
_PICTURE = re.compile(r"<img\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.IGNORECASE | re.DOTALL)
_ALTERNATIVE = re.compile(r"\salt\s*=", re.IGNORECASE)
_TARGET = re.compile(r"\b(?:href|src|action)\s*=\s*(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_TYPED = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s<>\"'）)，。]+", re.IGNORECASE)
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_HOST = re.compile(r"https?://([^/?#:]*)", re.IGNORECASE)
_SCHEMES = frozenset({"http", "https", "mailto", "tel", "sms"})


def link_findings(
    source: str, hosts: Sequence[str] | None, *, html: bool
) -> Iterator[tuple[int, Finding]]:
    """What is wrong with links and pictures, each with its offset in the source."""
    if not html and "://" not in source:
        return
    text = _TAGS.sub(_filled, source)
    targets = _TARGET if html else _TYPED
    for match in targets.finditer(text):
        target = match[1][1:-1] if html else match[0]
        start = match.start(1) + 1 if html else match.start()
        for finding in _led(target.strip(), hosts, source.count("\n", 0, start) + 1):
            yield start, finding
    for picture in _PICTURE.finditer(text) if html else ():
        if _ALTERNATIVE.search(picture[0]) is None:
            line = source.count("\n", 0, picture.start()) + 1
            what = "a picture without a text for those who do not see it"
            remedy = 'add alt="…", or alt="" where it only decorates'
            yield picture.start(), Finding(line, what, "no-alt", "<img", remedy)


def _filled(match: re.Match[str]) -> str:
    """A tag of the template language as letters that stand for a value; line breaks stay."""
    return "\n".join(_FILLER * len(line) for line in match[0].split("\n"))


def _led(target: str, hosts: Sequence[str] | None, line: int) -> Iterator[Finding]:
    scheme = _SCHEME.match(target)
    named = scheme[1].lower() if scheme else ""
    if named == "http":
        what = "the link is not encrypted on its way"
        yield Finding(line, what, "link-insecure", "http:", "write https://", "warning")
    elif named and named not in _SCHEMES and named not in {"javascript", "vbscript"}:
        what = f"a link that begins with {named}: does not belong in a message"
        yield Finding(line, what, "link-scheme", f"{named}:", "write https://")
    host = _HOST.match(target)
    if host is None or hosts is None:
        return
    name = host[1].lower()
    if _FILLER in name:
        what = "the host of the link comes from data"
        remedy = f"write it out: {', '.join(hosts)}"
        yield Finding(line, what, "link-host", host[0], remedy, "warning")
    elif not any(name == each or name.endswith(f".{each}") for each in map(str.lower, hosts)):
        what = f"the link leads to {name}, which is none of the policy's link_hosts"
        yield Finding(line, what, "link-host", name, f"there are {', '.join(hosts)}")
