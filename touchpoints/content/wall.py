"""The first wall: an allow-list over the parsed template, which runs nothing of it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from inspect import signature

from jinja2 import nodes

from touchpoints.content.context import nearest
from touchpoints.content.filters import FILTERS, TESTS
from touchpoints.content.grammar import EXPRESSIONS, RECORDS, STATEMENTS, WORDS
from touchpoints.content.limits import (
    DEPTH,
    LARGEST_NUMBER,
    LOOP_DEPTH,
    NODES,
    STRING_CHARACTERS,
)
from touchpoints.content.text import has_control
from touchpoints.content.walking import children

_SHARED_NAME = re.compile(r"(?:[A-Za-z0-9_][\w.-]*/)*[A-Za-z0-9_][\w.-]*\.j2", re.ASCII)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a parsed template: its line there, and a piece of text to find the column by."""

    line: int
    what: str
    code: str
    sought: str = ""
    remedy: str = ""
    severity: str = "error"


def refusals(tree: nodes.Node, *, html: bool = False, statements: bool = True) -> list[Finding]:
    """Everything in the tree that is not allowed; `html` is the kind of file it stands in."""
    allowed = EXPRESSIONS | STATEMENTS if statements else EXPRESSIONS
    found: list[Finding] = []
    stack: list[tuple[nodes.Node, int, int, int]] = [(tree, 1, 0, 0)]
    seen = 0
    while stack:
        node, line, depth, loops = stack.pop()
        node.lineno = node.lineno or line  # the parser leaves some without a line
        seen += 1
        if depth > DEPTH or seen > NODES:
            what = "nested too deeply" if depth > DEPTH else f"more than {NODES:,} parts"
            return [*found, Finding(node.lineno, what, "too-complex", remedy="make it simpler")]
        loops += isinstance(node, nodes.For)
        if loops > LOOP_DEPTH:
            what = f"loops may nest {LOOP_DEPTH} deep"
            found.append(Finding(node.lineno, what, "refused", "for"))
        if type(node) not in allowed:
            found.append(_not_allowed(node))
            continue
        check = _CHECKS.get(type(node))
        found.extend(check(node) if check else ())
        if isinstance(node, nodes.Include | nodes.Extends):
            found.extend(_shared(node, html))
        if not (isinstance(node, nodes.Call) and _is_super(node)):
            stack.extend((child, node.lineno, depth + 1, loops) for child in children(node))
    return sorted(found, key=lambda finding: finding.line)


def _not_allowed(node: nodes.Node) -> Finding:
    word = WORDS.get(type(node), f"a {type(node).__name__.lower()}")
    return Finding(node.lineno, f"{word} is not allowed here", "refused", _sought(node))


def _sought(node: nodes.Node) -> str:
    marks = {nodes.Pow: "**", nodes.Macro: "macro", nodes.Dict: "{"}
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr):
        return node.node.attr + "("
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
        return node.node.name + "("
    return marks.get(type(node), "")


def _name(node: nodes.Name) -> Iterator[Finding]:
    if node.name.startswith("_") or node.name == "self":
        yield Finding(node.lineno, f"the name {node.name!r} is not allowed", "refused", node.name)


def _attribute(node: nodes.Getattr) -> Iterator[Finding]:
    if node.attr.startswith("_"):
        yield Finding(node.lineno, f"the field {node.attr!r} is not allowed", "refused", node.attr)


def _item(node: nodes.Getitem) -> Iterator[Finding]:
    key = node.arg
    if isinstance(key, nodes.Const) and isinstance(key.value, str) and key.value.startswith("_"):
        yield Finding(node.lineno, f"the field {key.value!r} is not allowed", "refused", key.value)
    elif not isinstance(key, nodes.Slice) and not _is_constant(key):
        yield Finding(node.lineno, "only a fixed field or place may stand in [ ]", "refused", "[")


def _slice(node: nodes.Slice) -> Iterator[Finding]:
    if not all(part is None or _is_constant(part) for part in (node.start, node.stop, node.step)):
        yield Finding(node.lineno, "only fixed places may stand in [ : ]", "refused", "[")


def _filter(node: nodes.Filter) -> Iterator[Finding]:
    yield from _known(node, "filter", FILTERS)
    if node.name in FILTERS and not _takes(node):
        what = f"the filter {node.name!r} does not take these arguments"
        yield Finding(node.lineno, what, "refused", node.name)
    if node.node is None:
        yield Finding(node.lineno, "a filter block is not allowed here", "refused", "filter")


def _takes(node: nodes.Filter) -> bool:
    names = (str(pair.key) for pair in node.kwargs if isinstance(pair, nodes.Keyword))
    return _accepts(node.name, len(node.args), tuple(names))


@lru_cache(maxsize=256)
def _accepts(name: str, arguments: int, names: tuple[str, ...]) -> bool:
    """Whether the filter accepts as many arguments, and others by these names."""
    function = FILTERS[name]
    implied = 2 if getattr(function, "jinja_pass_arg", None) else 1
    try:
        signature(function).bind(*[None] * (implied + arguments), **dict.fromkeys(names))
    except TypeError:
        return False
    return True


def _test(node: nodes.Test) -> Iterator[Finding]:
    yield from _known(node, "test", TESTS)


def _known(node: nodes.Filter | nodes.Test, kind: str, known: Collection[str]) -> Iterator[Finding]:
    if node.name not in known:
        remedy = nearest(node.name, known) or f"the {kind}s are {', '.join(sorted(known))}"
        what = f"the {kind} {node.name!r} is not allowed"
        yield Finding(node.lineno, what, "refused", node.name, remedy)
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        yield Finding(node.lineno, f"the {kind} {node.name!r} with *", "refused", node.name)


def _call(node: nodes.Call) -> Iterator[Finding]:
    if not _is_super(node):
        remedy = "templates name fields and filters, and run nothing"
        yield Finding(node.lineno, "a call is not allowed here", "refused", _sought(node), remedy)


def _is_super(node: nodes.Call) -> bool:
    arguments = (*node.args, *node.kwargs, node.dyn_args, node.dyn_kwargs)
    is_super = isinstance(node.node, nodes.Name) and node.node.name == "super"
    return is_super and not any(arguments)


def _constant(node: nodes.Const) -> Iterator[Finding]:
    value = node.value
    if isinstance(value, str):
        if len(value) > STRING_CHARACTERS:
            yield Finding(node.lineno, "a text here is too long", "refused")
        if has_control(value):
            yield Finding(node.lineno, "a control character in a text", "refused", "\\")
    elif isinstance(value, int | float):
        usual = -LARGEST_NUMBER <= value <= LARGEST_NUMBER and math.isfinite(value)
        if not usual:
            yield Finding(node.lineno, "a number here is too large", "refused")


def _items(node: nodes.List | nodes.Tuple) -> Iterator[Finding]:
    loaded = not (isinstance(node, nodes.Tuple) and node.ctx == "store")
    if loaded and not all(_is_constant(item) for item in node.items):
        yield Finding(node.lineno, "a list may hold fixed texts and numbers only", "refused", "[")


def _product(node: nodes.BinExpr) -> Iterator[Finding]:
    for side in (node.left, node.right):
        if isinstance(side, nodes.Const) and isinstance(side.value, str):
            what = f"{node.operator!r} works on numbers, not on a text"
            yield Finding(node.lineno, what, "refused", node.operator)


def _loop(node: nodes.For) -> Iterator[Finding]:
    if node.recursive:
        yield Finding(node.lineno, "a recursive loop is not allowed here", "refused", "recursive")


def _output(node: nodes.Output) -> Iterator[Finding]:
    for child in node.nodes:
        if isinstance(child, nodes.Name) and child.name in RECORDS:
            what = f"{child.name} is a whole record"
            yield Finding(child.lineno, what, "refused", child.name, "name one of its fields")


def _shared(node: nodes.Include | nodes.Extends, html: bool) -> Iterator[Finding]:
    name = node.template.value if isinstance(node.template, nodes.Const) else None
    if not isinstance(name, str) or not _SHARED_NAME.fullmatch(name):
        remedy = "name a file inside templates/, such as '_shared/footer.j2'"
        yield Finding(node.lineno, "only a fixed file of templates/", "refused", "", remedy)
    elif name.endswith(".html.j2") != html:
        kind = "an HTML file may use .html.j2 files only" if html else "a text may not use HTML"
        yield Finding(node.lineno, f"{kind}: {name!r}", "refused", name)
    if isinstance(node, nodes.Include) and not node.with_context:
        yield Finding(node.lineno, "'without context' is not allowed", "refused", "without")


def _is_constant(node: nodes.Node) -> bool:
    return isinstance(node.node if isinstance(node, nodes.Neg) else node, nodes.Const)


_CHECKS: Mapping[type[nodes.Node], Callable[..., Iterable[Finding]]] = {
    nodes.Call: _call,
    nodes.Const: _constant,
    nodes.Filter: _filter,
    nodes.For: _loop,
    nodes.Getattr: _attribute,
    nodes.Getitem: _item,
    nodes.List: _items,
    nodes.Mod: _product,
    nodes.Mul: _product,
    nodes.Name: _name,
    nodes.Output: _output,
    nodes.Slice: _slice,
    nodes.Test: _test,
    nodes.Tuple: _items,
}
