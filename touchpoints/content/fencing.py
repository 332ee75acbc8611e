"""The limits on size, turns and links, put into a parsed template before it compiles."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from copy import copy

from jinja2 import nodes

from touchpoints.content.walking import below

_COUNTED = (nodes.Include, nodes.Extends)
_LIMITED = (*_COUNTED, nodes.For, nodes.Concat)


def fenced(tree: nodes.Node, links: Collection[int]) -> nodes.Node:
    """The same with its limits: loops and includes count, `~` and links are checked.

    `links` are the ids of values that begin a link. What has no limits is the very node, and
    nothing of the given tree changes, because others read it too.
    """
    limited = bool(links) or any(isinstance(node, _LIMITED) for node in below(tree))
    return _fenced(tree, links) if limited else tree


def _fenced(node: nodes.Node, links: Collection[int]) -> nodes.Node:
    changes = dict(_changed(node, links))
    fresh = node
    if changes:
        fresh = copy(node)
        for name, value in changes.items():
            setattr(fresh, name, value)
    if isinstance(node, nodes.Concat):
        parts = fresh.nodes if isinstance(fresh, nodes.Concat) else node.nodes
        return _fence(nodes.List(parts, lineno=node.lineno), "joined texts")
    return fresh


def _changed(node: nodes.Node, links: Collection[int]) -> Iterator[tuple[str, object]]:
    """The fields of a node that become others."""
    for name, value in node.iter_fields():
        if isinstance(value, nodes.Node):
            fresh = _fenced(value, links)
            if isinstance(node, nodes.For) and name == "iter":
                fresh = _fence(fresh, "counted items")
            elif isinstance(node, _COUNTED) and name == "template":
                fresh = _fence(fresh, "counted include")
            if fresh is not value:
                yield name, fresh
        elif isinstance(value, list):
            items = [_item(node, each, links) for each in value]
            if any(new is not old for new, old in zip(items, value, strict=True)):
                yield name, items


def _item(node: nodes.Node, item: object, links: Collection[int]) -> object:
    if not isinstance(item, nodes.Node):
        return item
    fresh = _fenced(item, links)
    return (
        _fence(fresh, "safe link")
        if id(item) in links and isinstance(node, nodes.Output)
        else fresh
    )


def _fence(node: nodes.Node, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)
