"""The parts of a parsed template, found faster than by Jinja's own walk, which asks every field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from jinja2 import nodes

_HOLDING: Mapping[type, tuple[str, ...]] = {
    nodes.Const: (),
    nodes.Name: (),
    nodes.TemplateData: (),
    nodes.Getattr: ("node",),
    nodes.Output: ("nodes",),
}
"""The fields of the most frequent nodes that hold others."""


def children(node: nodes.Node) -> list[nodes.Node]:
    """The nodes right below one, in the order in which they are written."""
    found: list[nodes.Node] = []
    for name in _HOLDING.get(type(node), node.fields):
        value = getattr(node, name, None)
        if isinstance(value, nodes.Node):
            found.append(value)
        elif isinstance(value, list | tuple):
            found += [each for each in value if isinstance(each, nodes.Node)]
    return found


@lru_cache(maxsize=256)
def below(node: nodes.Node) -> Sequence[nodes.Node]:
    """All nodes below one, each before those below it; walked once for all who ask."""
    found: list[nodes.Node] = []
    waiting = children(node)[::-1]
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting += children(each)[::-1]
    return found


def sharing(tree: nodes.Template) -> list[nodes.Include | nodes.Extends]:
    """The places that use a shared file."""
    return [node for node in below(tree) if isinstance(node, nodes.Include | nodes.Extends)]


def shared_name(node: nodes.Include | nodes.Extends) -> str:
    """The file that an include or extends names; the wall has seen that it is fixed."""
    return str(node.template.value) if isinstance(node.template, nodes.Const) else ""
