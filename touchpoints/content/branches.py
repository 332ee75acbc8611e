"""What of a text a reader is shown, where its touchpoint has a line and where it has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from jinja2 import nodes

from touchpoints.content.walking import below, children

There = Mapping[str, bool]
"""Which records, as `line`, and fields, as `company.phone`, there are; others may be there."""

LINE, COMPANY_PHONE = "line", "company.phone"


def shown(node: nodes.Node, there: There) -> Iterator[nodes.Node]:
    """Every node that may be shown; of `{% if line %}` only the branch that is.

    What only a test looks at is not shown, nor is a value with a default missing.
    """
    if isinstance(node, nodes.If | nodes.CondExpr):
        yield from _chosen(node, there)
        return
    if isinstance(node, nodes.Filter) and node.name in {"default", "d"} and not there[LINE]:
        yield from (one for each in node.args for one in shown(each, there))
        return
    yield node
    for child in children(node):
        if not isinstance(child, nodes.Test):
            yield from shown(child, there)


def _chosen(node: nodes.If | nodes.CondExpr, there: There) -> Iterator[nodes.Node]:
    truth = _truth(node.test, there)
    then: list[nodes.Node] = []
    other: list[nodes.Node] = []
    if isinstance(node, nodes.If):
        then, other = list(node.body), [*node.elif_, *node.else_]
    else:
        then, other = [node.expr1], [] if node.expr2 is None else [node.expr2]
    if truth is not False:
        for child in then:
            yield from shown(child, there)
    if truth is not True:
        for child in other:
            yield from shown(child, there)


def _truth(test: nodes.Node, there: There) -> bool | None:
    """Whether a test holds, as far as what is there decides it."""
    if isinstance(test, nodes.Not):
        return _opposite(_truth(test.node, there))
    if isinstance(test, nodes.Test) and test.name == "defined":
        return _truth(test.node, there)
    if isinstance(test, nodes.Test) and test.name == "undefined":
        return _opposite(_truth(test.node, there))
    if isinstance(test, nodes.And | nodes.Or):
        sides = {_truth(test.left, there), _truth(test.right, there)}
        decisive = isinstance(test, nodes.Or)
        return decisive if decisive in sides else None if None in sides else not decisive
    return _is_there(test, there)


def _opposite(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _is_there(node: nodes.Node, there: There) -> bool | None:
    if isinstance(node, nodes.Name):
        return there.get(node.name)
    for record, name in field_read(node):
        return there.get(record, there.get(f"{record}.{name}"))
    return None


def field_read(node: nodes.Node) -> Iterator[tuple[str, str]]:
    """The record and the field, where a node reads one of a record."""
    if isinstance(node, nodes.Getattr):
        owner, read = node.node, node.attr
    elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        owner, read = node.node, node.arg.value
    else:
        return
    if isinstance(owner, nodes.Name) and isinstance(read, str):
        yield owner.name, read


@lru_cache(maxsize=256)
def reads(tree: nodes.Node) -> Sequence[tuple[nodes.Node, str, str]]:
    """Each node below one that reads a field of a record, with both names; found once for all."""
    places = (one for one in below(tree) if isinstance(one, nodes.Getattr | nodes.Getitem))
    return [(one, record, name) for one in places for record, name in field_read(one)]
