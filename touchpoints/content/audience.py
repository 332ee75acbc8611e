"""Who a touchpoint is for: one expression over a customer's records, judged many times over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import TemplateSyntaxError, nodes
from jinja2.parser import Parser

from touchpoints.content.environment import environment
from touchpoints.content.expression import ROOTS, Compiler, Judge, TemplateError
from touchpoints.content.limits import EXPRESSION_CHARACTERS
from touchpoints.content.wall import Finding, refusals
from touchpoints.errors import RenderError

__all__ = ["Audience", "TemplateError"]

_REMEMBERED = 100_000


class Audience:
    """An audience expression, compiled once.

    `roots` are the records that it may read, and `fields` the (record, field) pairs that it does
    read, sorted. Raises TemplateError for what cannot be read, for unknown records and for
    everything that the sandbox refuses.
    """

    def __init__(self, expression: str, roots: tuple[str, ...] = ROOTS) -> None:
        self.expression = expression
        self._roots = roots
        compiled = _compiled(expression, roots)
        self._joined, self._judge = compiled.joined, compiled.judge
        self.fields: tuple[tuple[str, str], ...] = compiled.fields
        self._known: dict[object, bool] = {}

    @property
    def parts(self) -> tuple[Audience, ...]:
        """The expressions that must all hold for it to hold: what its outermost `and`s join."""
        if not self._joined:
            return (self,)
        return tuple(Audience(part, self._roots) for part in _conjuncts(self.expression))

    def holds(self, values: tuple[object, ...]) -> bool:
        """Whether it is true for these values, which stand in the order of `fields`.

        A missing value is None: no order holds against it, and what cannot be judged for it
        (a sum with a text, say) does not hold either.
        """
        key = (*map(type, values), *values)
        try:
            return self._known[key]
        except KeyError:
            answer = self._fresh(values)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = answer
            return answer
        except TypeError:  # a list among the values has no hash
            return self._fresh(values)

    def _fresh(self, values: tuple[object, ...]) -> bool:
        try:
            return bool(self._judge(dict(zip(self.fields, values, strict=True))))
        except (RenderError, TypeError, ArithmeticError, LookupError):
            return False


@dataclass(frozen=True, slots=True)
class _Compiled:
    """What an expression comes to: its judge, what that reads, and whether `and` joins it."""

    judge: Judge
    fields: tuple[tuple[str, str], ...]
    joined: bool


@lru_cache(maxsize=1024)
def _compiled(expression: str, roots: tuple[str, ...]) -> _Compiled:
    # Remembered, because a tick of the daemon for one customer takes less than compiling does.
    tree = _parsed(expression)
    reads: set[tuple[str, str]] = set()
    judge = Compiler(expression, reads, roots).compile(tree)
    return _Compiled(judge, tuple(sorted(reads)), isinstance(tree, nodes.And))


def _parsed(expression: str) -> nodes.Expr:
    """The parsed expression, past the first wall."""
    if len(expression) > EXPRESSION_CHARACTERS:
        raise TemplateError(f"longer than {EXPRESSION_CHARACTERS:,} characters")
    try:
        parser = Parser(_SANDBOX, expression, state="variable")
        tree = parser.parse_expression()
        if not parser.stream.eos:
            parser.fail(f"unexpected {parser.stream.current.value!r}")
    except TemplateSyntaxError as error:
        raise TemplateError(f"{error.message}: {expression[:80]!r}") from error
    except RecursionError:
        raise TemplateError("nested too deeply") from None
    except (ValueError, OverflowError):
        raise TemplateError("a number here is too long") from None
    for finding in refusals(tree, statements=False):
        raise _refused(expression, finding)
    return tree


def _conjuncts(expression: str) -> Iterator[str]:
    """The pieces of a text between the words `and` that stand in no brackets."""
    piece, depth = "", 0
    for _, kind, text in _SANDBOX.lexer.tokeniter(expression, None, None, "variable"):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(text, 0)
        if kind == "name" and text == "and" and depth == 0:
            yield piece.strip()
            piece = ""
        else:
            piece += text
    yield piece.strip()


def _refused(expression: str, finding: Finding) -> TemplateError:
    column = max(0, expression.find(finding.sought)) + 1
    remedy = f"; {finding.remedy}" if finding.remedy else ""
    return TemplateError(finding.what + remedy, column)


_SANDBOX = environment()
