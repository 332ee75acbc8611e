"""Where in an HTML text each value lands: between tags, in an attribute, or in a link.

Escaping makes a value safe between tags and within quotes; everywhere else it must not stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from jinja2 import nodes

from touchpoints.content.wall import Finding

_LINKS = frozenset(
    {"href", "src", "action", "formaction", "background", "poster", "cite", "data", "xlink:href"}
)
_RUNNING = frozenset({"script", "iframe", "object", "embed"})
_TAG = re.compile(r"<(!--|[a-zA-Z][^\s/>]*|[/!?])")
_IN_TAG = re.compile(r"(?P<end>>)|(?P<equals>=)\s*(?P<quote>[\"'])?|(?P<name>[^\s=>/\"']+)|.", re.S)
_STYLES = frozenset({"style", "srcdoc"})
_UNSURE = "?"
_ENDS = {"comment": re.compile("--(?=>)"), "style": re.compile("</style", re.IGNORECASE)}
_SETTLED = re.compile(r"[/?#:]")
_HARMFUL = re.compile(r"\s*(?:javascript|vbscript):", re.IGNORECASE)


class Place(NamedTuple):
    """A place in HTML: `mode` is text, tag, value, style or comment."""

    mode: str = "text"
    element: str = ""
    attribute: str = ""
    quote: str = ""
    settled: bool = False

    def __str__(self) -> str:
        return f"in {self.mode} {self.element} {self.attribute}".strip()


@dataclass(slots=True)
class Reading:
    """One pass over an HTML template: what is wrong, and which values are the start of a link."""

    findings: list[Finding] = field(default_factory=list)
    links: set[int] = field(default_factory=set)

    def body(self, body: Sequence[nodes.Node], place: Place) -> Place:
        """Read statements in order; the place after them."""
        for node in body:
            if isinstance(node, nodes.Output):
                for child in node.nodes:
                    place = self._output(child, place)
            elif isinstance(node, nodes.If):
                ways = (node.body, *(way.body for way in node.elif_), node.else_)
                place = self._same(node, place, [self.body(way, place) for way in ways])
            elif isinstance(node, nodes.For):
                ways = (node.body, node.else_)
                place = self._same(node, place, [place, *(self.body(way, place) for way in ways)])
            elif isinstance(node, nodes.Block):
                place = self._same(node, Place(), [place, self.body(node.body, Place())])
            elif isinstance(node, nodes.Include):
                place = self._same(node, place, [place, Place()])
        return place

    def _same(self, node: nodes.Node, place: Place, ends: Sequence[Place]) -> Place:
        settled = all(end.settled for end in ends)
        ends = [end._replace(settled=settled) for end in ends]
        if all(end.mode == "tag" for end in ends) and len({end.attribute for end in ends}) > 1:
            ends = [end._replace(attribute=_UNSURE) for end in ends]
        if any(end != ends[0] for end in ends):
            what = "a tag or quote that begins in a part must end in it"
            self.findings.append(Finding(node.lineno, what, "html-place"))
            return place
        return ends[0]

    def _output(self, node: nodes.Node, place: Place) -> Place:
        if isinstance(node, nodes.TemplateData):
            return self._text(node, place)
        name, line = place.attribute, node.lineno
        if place.mode == "tag":
            self._wrong(line, "a value inside a tag stands without quotes", 'attribute="{{ … }}"')
        elif place.mode == "style" or name in _STYLES:
            self._wrong(line, "a value may not stand in a style")
        elif name.startswith("on") or name == _UNSURE:
            self._wrong(line, f"a value may not stand in the attribute {name}")
        elif name in _LINKS and not place.settled:
            self.links.add(id(node))
            what = f"{name} comes from data; unless it is a web address it will lead nowhere"
            remedy = f'begin it with fixed text: {name}="https://…/{{{{ … }}}}"'
            self.findings.append(Finding(line, what, "variable-link", name, remedy, "warning"))
        return place

    def _wrong(self, line: int, what: str, example: str = "") -> None:
        remedy = f"write {example}" if example else "write fixed text there"
        self.findings.append(Finding(line, what, "html-place", "{{", remedy))

    def _text(self, node: nodes.TemplateData, place: Place) -> Place:
        at = 0
        while at < len(node.data):
            if place.mode == "text":
                place, at = self._between_tags(node, at)
            elif place.mode == "tag":
                place, at = _inside_tag(node.data, at, place)
            elif place.mode == "value":
                place, at = self._inside_quotes(node, at, place)
            else:
                end = _ENDS[place.mode].search(node.data, at)
                if end is None:
                    return place
                place, at = Place("tag"), end.end()
        return place

    def _between_tags(self, node: nodes.TemplateData, at: int) -> tuple[Place, int]:
        tag = _TAG.search(node.data, at)
        if tag is None:
            return Place(), len(node.data)
        if tag[1] == "!--":
            return Place("comment"), tag.end()
        element = tag[1].lower()
        if element in _RUNNING:
            what = f"<{element}> does not belong in a message"
            line = _line(node, tag.start())
            self.findings.append(Finding(line, what, "html-element", tag[0]))
        return Place("tag", element), tag.end()

    def _inside_quotes(self, node: nodes.TemplateData, at: int, place: Place) -> tuple[Place, int]:
        end = node.data.find(place.quote, at)
        written = node.data[at:] if end < 0 else node.data[at:end]
        if place.attribute in _LINKS and not place.settled and _HARMFUL.match(written):
            what = "a link that runs a script"
            self.findings.append(Finding(_line(node, at), what, "html-place", written.strip()))
        if end >= 0:
            return Place("tag", place.element), end + 1
        settled = place.settled or _SETTLED.search(written) is not None
        return place._replace(settled=settled), len(node.data)


def _line(node: nodes.TemplateData, at: int) -> int:
    return node.lineno + node.data.count("\n", 0, at)


def _inside_tag(data: str, at: int, place: Place) -> tuple[Place, int]:
    token = _IN_TAG.match(data, at)
    assert token is not None  # noqa: S101 - the last choice matches any character
    if token["end"]:
        return Place("style" if place.element == "style" else "text"), token.end()
    if token["quote"]:
        return Place("value", place.element, place.attribute, token["quote"]), token.end()
    attribute = token["name"].lower() if token["name"] else place.attribute
    return place._replace(attribute=attribute), token.end()


def read_html(tree: nodes.Template) -> Reading:
    """Read a parsed HTML template, whose wall has been passed."""
    reading = Reading()
    end = reading.body(tree.body, Place())
    if end.mode != "text":
        line = tree.body[-1].lineno if tree.body else 1
        reading.findings.append(Finding(line, f"the file ends {end}", "html-place"))
    return reading
