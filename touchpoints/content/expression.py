"""Expressions as functions: what an audience says, compiled once to be judged many times."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from jinja2 import nodes

from touchpoints.content.arithmetic import operate
from touchpoints.content.comparing import COMPARISONS
from touchpoints.content.context import attribute, nearest
from touchpoints.content.filters import PLAIN_FILTERS, TESTS, text
from touchpoints.errors import UsageError

ROOTS = ("customer", "fact", "event", "history")
"""The records that an audience may read."""

Values = Mapping[tuple[str, str], object]
Judge = Callable[[Values], object]


class TemplateError(UsageError):
    """An expression that cannot be used; `column` counts from 1, `offset` from 0."""

    def __init__(self, what: str, column: int = 1) -> None:
        self.column = column
        self.offset = column - 1
        super().__init__(what)


class Compiler:
    """Turns the parsed expression into functions, and notes the fields that it reads."""

    def __init__(
        self, expression: str, reads: set[tuple[str, str]], roots: tuple[str, ...] = ROOTS
    ) -> None:
        self._expression = expression
        self._reads = reads
        self.roots = roots

    def compile(self, node: nodes.Node) -> Judge:
        """The function that gives the node's value for a customer."""
        for kinds, build in _BUILDERS:
            if isinstance(node, kinds):
                return build(self, node)
        raise self.wrong(f"a {type(node).__name__.lower()} does not belong in an audience")

    def all(self, parts: Sequence[nodes.Node]) -> tuple[Judge, ...]:
        """The functions of several nodes."""
        return tuple(self.compile(part) for part in parts)

    def read(self, root: str, name: str) -> Judge:
        """The function that reads one field of one record."""
        if root not in self.roots:
            guess = nearest(root, self.roots) or f"there are {', '.join(self.roots)}"
            raise self.wrong(f"there is no {root!r} here; {guess}", root)
        key = (root, name)
        self._reads.add(key)
        return lambda values: values[key]

    def wrong(self, what: str, sought: str = "") -> TemplateError:
        """The error for a piece of the expression."""
        return TemplateError(what, max(0, self._expression.find(sought)) + 1)


def _const(_compiler: Compiler, node: nodes.Const) -> Judge:
    value = node.value
    return lambda _values: value


def _list(compiler: Compiler, node: nodes.List | nodes.Tuple) -> Judge:
    items = tuple(judge({}) for judge in compiler.all(node.items))
    return lambda _values: items


def _name(compiler: Compiler, node: nodes.Name) -> Judge:
    if node.name in compiler.roots:
        what = f"{node.name} is a whole record; name one of its fields: {node.name}.status"
        raise compiler.wrong(what, node.name)
    guess = nearest(node.name, compiler.roots) or f"there are {', '.join(compiler.roots)}"
    raise compiler.wrong(f"there is no {node.name!r} here; {guess}", node.name)


def _field(compiler: Compiler, node: nodes.Getattr | nodes.Getitem) -> Judge:
    key = node.attr if isinstance(node, nodes.Getattr) else _fixed(node.arg)
    if isinstance(node.node, nodes.Name) and isinstance(key, str):
        return compiler.read(node.node.name, key)
    if isinstance(node.node, nodes.Name) or isinstance(key, slice):
        raise compiler.wrong("name a field here", "[")
    inner = compiler.compile(node.node)
    if isinstance(key, int):
        return lambda values: inner(values)[key]  # type: ignore[index]
    return lambda values: attribute(inner(values), key, None)


def _fixed(node: nodes.Node) -> object:
    if isinstance(node, nodes.Slice):
        return slice(None)
    return node.as_const() if isinstance(node, nodes.Expr) else None


def _and(compiler: Compiler, node: nodes.And) -> Judge:
    left, right = compiler.all((node.left, node.right))
    return lambda values: left(values) and right(values)


def _or(compiler: Compiler, node: nodes.Or) -> Judge:
    left, right = compiler.all((node.left, node.right))
    return lambda values: left(values) or right(values)


def _not(compiler: Compiler, node: nodes.Not) -> Judge:
    inner = compiler.compile(node.node)
    return lambda values: not inner(values)


def _sign(compiler: Compiler, node: nodes.Neg | nodes.Pos) -> Judge:
    inner = compiler.compile(node.node)
    factor = -1 if isinstance(node, nodes.Neg) else 1
    return lambda values: _calculated("*", inner(values), factor)


def _choice(compiler: Compiler, node: nodes.CondExpr) -> Judge:
    test, yes = compiler.all((node.test, node.expr1))
    no = compiler.compile(node.expr2) if node.expr2 is not None else lambda _values: None
    return lambda values: yes(values) if test(values) else no(values)


def _calculation(compiler: Compiler, node: nodes.BinExpr) -> Judge:
    left, right = compiler.all((node.left, node.right))
    sign = node.operator
    return lambda values: _calculated(sign, left(values), right(values))


def _calculated(sign: str, left: object, right: object) -> object:
    return None if left is None or right is None else operate(sign, left, right)


def _together(compiler: Compiler, node: nodes.Concat) -> Judge:
    parts = compiler.all(node.nodes)
    return lambda values: "".join(
        text(value) for part in parts if (value := part(values)) is not None
    )


def _filter(compiler: Compiler, node: nodes.Filter) -> Judge:
    if node.name not in PLAIN_FILTERS or node.node is None:
        guess = nearest(node.name, PLAIN_FILTERS)
        raise compiler.wrong(f"the filter {node.name!r} does not belong here; {guess}", node.name)
    inner, arguments = compiler.compile(node.node), compiler.all(node.args)
    keywords: dict[str, Judge] = {
        str(pair.key): compiler.compile(pair.value)
        for pair in node.kwargs
        if isinstance(pair, nodes.Keyword)
    }
    function = PLAIN_FILTERS[node.name]
    takes_none = node.name in {"default", "d"}

    def filtered(values: Values) -> object:
        value = inner(values)
        if value is None and not takes_none:
            return None
        named = {key: judge(values) for key, judge in keywords.items()}
        return function(value, *(judge(values) for judge in arguments), **named)

    return filtered


def _test(compiler: Compiler, node: nodes.Test) -> Judge:
    inner, test = compiler.compile(node.node), TESTS[node.name]
    return lambda values: test(inner(values))


def _compare(compiler: Compiler, node: nodes.Compare) -> Judge:
    first = compiler.compile(node.expr)
    steps = [(COMPARISONS[step.op], compiler.compile(step.expr)) for step in node.ops]

    def compared(values: Values) -> bool:
        left = first(values)
        for holds, judge in steps:
            right = judge(values)
            if not holds(left, right):
                return False
            left = right
        return True

    return compared


_BUILDERS: tuple[tuple[type | tuple[type, ...], Callable[..., Judge]], ...] = (
    (nodes.Const, _const),
    ((nodes.List, nodes.Tuple), _list),
    (nodes.Name, _name),
    ((nodes.Getattr, nodes.Getitem), _field),
    (nodes.And, _and),
    (nodes.Or, _or),
    (nodes.Not, _not),
    ((nodes.Neg, nodes.Pos), _sign),
    (nodes.CondExpr, _choice),
    (nodes.Concat, _together),
    (nodes.Filter, _filter),
    (nodes.Test, _test),
    (nodes.Compare, _compare),
    (nodes.BinExpr, _calculation),
)
