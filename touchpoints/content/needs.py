"""Which fields a text cannot do without: read where nothing stands in for a blank one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import nodes

from touchpoints.content.branches import field_read
from touchpoints.content.walking import children

Field = tuple[str, str]

RECORDS = frozenset({"customer", "fact", "event"})
"""The records whose fields may be blank."""

_OF_STYLES = {"full": "name", "given": "given_name", "family": "family_name", "formal": "name"}
_DEFAULTS = frozenset({"default", "d"})
_ASKING = frozenset({"defined", "undefined", "none"})


@dataclass(frozen=True, slots=True)
class Need:
    """A field that a text needs, and the line that needs it."""

    record: str
    field: str
    line: int


def needs(tree: nodes.Node) -> Iterator[Need]:
    """Every field that must be there for the text to be made."""
    yield from _needs(tree, frozenset())


def _needs(node: nodes.Node, known: frozenset[Field]) -> Iterator[Need]:
    if isinstance(node, nodes.If | nodes.CondExpr):
        # Whatever a test looks at is known in its branches: the author has thought of it.
        asked = known | set(_reads(node.test))
        for child in children(node):
            yield from _needs(child, asked)
        return
    if isinstance(node, nodes.Filter) and node.name in _DEFAULTS:
        yield from _filled(node, known)
        return
    if isinstance(node, nodes.Test) and node.name in _ASKING:
        return
    if isinstance(node, nodes.And):
        yield from _needs(node.left, known)
        yield from _needs(node.right, known | set(_reads(node.left)))
        return
    for record, field in _read(node):
        if record in RECORDS and (record, field) not in known:
            yield Need(record, field, node.lineno)
    for child in children(node):
        yield from _needs(child, known)


def _filled(node: nodes.Node, known: frozenset[Field]) -> Iterator[Need]:
    """What a value with a default needs: nothing but what its default does."""
    if isinstance(node, nodes.Filter) and node.name in _DEFAULTS and node.node is not None:
        yield from _filled(node.node, known)
        for argument in node.args:
            yield from _needs(argument, known) if not _is_read(argument) else ()
    elif not _is_read(node):
        yield from _needs(node, known)


def _is_read(node: nodes.Node) -> bool:
    return next(_read(node), None) is not None


def _reads(node: nodes.Node) -> Iterator[Field]:
    yield from _read(node)
    for child in children(node):
        yield from _reads(child)


def _read(node: nodes.Node) -> Iterator[Field]:
    """The field that a node reads, also by the filter `name`."""
    yield from field_read(node)
    if isinstance(node, nodes.Filter) and node.name == "name" and isinstance(node.node, nodes.Name):
        style = node.args[0] if node.args else None
        wanted = style.value if isinstance(style, nodes.Const) else "full"
        yield node.node.name, _OF_STYLES.get(str(wanted), "name")
