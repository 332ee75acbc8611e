"""How long a text is at least: what its fixed words alone take, whatever the data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jinja2 import nodes

from touchpoints.content.environment import study
from touchpoints.content.limits import SMS_CHARACTERS
from touchpoints.content.sms import foreign, segments, thrifty
from touchpoints.content.wall import Finding


def long_words(text: str, file: str, channel: str, limit: int | None) -> Iterator[Finding]:
    """A text whose fixed words alone are too long for its channel, or cost more than they need."""
    tree, _ = study(text, file)
    if tree is None or (channel != "sms" and limit is None):
        return
    words = thrifty(_longest(tree.body).strip())
    most = limit or SMS_CHARACTERS
    if len(words) > most:
        what = f"the text is longer than {most:,} characters"
        yield Finding(1, what, "too-long", remedy="make it shorter")
        return
    size = segments(words)
    if channel != "sms":
        return
    if size.count > 1:
        what = f"the fixed words alone take {size.count} segments ({size.encoding})"
        yield Finding(1, what, "segments", severity="warning")
    if size.forced_by and not any(c.isalpha() for c in foreign(words)):
        line = text[: text.find(size.forced_by)].count("\n") + 1
        what = f"{size.forced_by!r} makes a segment 70 characters long instead of 160"
        yield Finding(line, what, "segments", size.forced_by, "leave it out", "warning")


def _longest(body: Iterable[nodes.Node]) -> str:
    """The fixed words of the longest way through a text."""
    words = ""
    for node in body:
        if isinstance(node, nodes.TemplateData):
            words += node.data
        elif isinstance(node, nodes.Output):
            words += _longest(node.nodes)
        elif isinstance(node, nodes.If):
            ways = (node.body, *(way.body for way in node.elif_), node.else_)
            words += max(map(_longest, ways), key=len)
        elif isinstance(node, nodes.For | nodes.Block):
            words += _longest(node.body)
    return words
