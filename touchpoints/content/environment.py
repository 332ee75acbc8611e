"""The sandbox: the template language with two walls around it, and limits behind them.

First wall: an allow-list over the parsed template. Second: Jinja's immutable sandbox, narrowed to
records of plain data. Then limits on size, turns and time, put into the tree before it compiles.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from touchpoints.content.arithmetic import OPERATORS, operate
from touchpoints.content.context import Missing, Record, attribute
from touchpoints.content.fences import FENCES
from touchpoints.content.files import SharedFiles, TemplateFiles
from touchpoints.content.filters import FILTERS, TESTS, printable
from touchpoints.content.limits import SOURCE_BYTES, TAG_CHARACTERS, TAGS
from touchpoints.content.markup import read_html
from touchpoints.content.text import has_control
from touchpoints.content.wall import Finding, refusals
from touchpoints.errors import Complaint, PolicyError, RenderError

HTML_SUFFIX = ".html.j2"

_OPENS = re.compile(r"\{[{%]")
_CLOSES = re.compile(r"[%}]\}")


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment in which every template of a workspace is compiled."""

    intercepted_binops = frozenset({*OPERATORS, "**"})

    def call_binop(
        self,
        context: Context,  # noqa: ARG002 - the signature is Jinja's
        operator: str,
        left: Any,
        right: Any,
    ) -> Any:
        """Arithmetic on numbers within bounds; never a power."""
        if operator not in OPERATORS:
            raise RenderError(f"{operator!r} is not allowed")
        return operate(operator, left, right)

    def getattr(self, obj: Any, attribute_name: str) -> Any:
        """A field of a record, a part of a date, or a figure of the loop; nothing else."""
        return self._looked_up(obj, attribute_name)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A field of a record, or a place or part of a text or list; nothing else."""
        if isinstance(obj, str | tuple | list) and isinstance(argument, int | slice):
            try:
                return obj[argument]
            except (IndexError, ValueError):
                return self.undefined(f"there is no place {argument} in it")
        return self._looked_up(obj, argument)

    def _looked_up(self, obj: Any, name: Any) -> Any:
        if type(obj) is Record and type(name) is str:
            found = obj.value(name)
            return self.undefined(obj=obj, name=name) if found is None else found
        if isinstance(obj, Missing):
            str(obj)  # raises the error that names it
        return attribute(obj, name, self.undefined(obj=obj, name=name))

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        # The name decides whether it is HTML: a subject may stand in the front of an HTML file.
        file, html = filename or name or "<template>", is_html(name or filename or "")
        tree, complaints = examine(self, source, file, html=html)
        errors = [complaint for complaint in complaints if complaint.severity == "error"]
        if tree is None or errors:
            raise PolicyError(errors)
        return fenced(tree, html)


def fenced(tree: nodes.Template, html: bool) -> nodes.Template:
    """A parsed template, past its wall, with the limits put into it; the tree itself changes."""
    found = _Fences(read_html(tree).links if html else set()).visit(tree)
    assert isinstance(found, nodes.Template)  # noqa: S101 - the fences keep the root
    return found


class _Fences(NodeTransformer):
    """Puts the limits into the tree: loops and includes count, `~` and links are checked."""

    def __init__(self, links: set[int]) -> None:
        self._links = links

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - the visitor's naming
        self.generic_visit(node)
        node.iter = _fence(node.iter, "counted items")
        return node

    def visit_Include(self, node: nodes.Include) -> nodes.Node:  # noqa: N802
        node.template = _fence(node.template, "counted include")
        return node

    def visit_Extends(self, node: nodes.Extends) -> nodes.Node:  # noqa: N802
        node.template = _fence(node.template, "counted include")
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _fence(nodes.List(node.nodes, lineno=node.lineno), "joined texts")

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802
        starts = [id(child) in self._links for child in node.nodes]
        self.generic_visit(node)
        node.nodes = [
            _fence(child, "safe link") if starts_link else child
            for child, starts_link in zip(node.nodes, starts, strict=True)
        ]
        return node


def is_html(name: str) -> bool:
    """Whether a template of this name is HTML."""
    return name.endswith(HTML_SUFFIX)


def environment(files: TemplateFiles | None = None) -> Sandbox:
    """A new sandbox; `files` are those that `include` and `extends` may read."""
    sandbox = Sandbox(
        undefined=Missing,
        finalize=printable,
        autoescape=lambda name: is_html(name or ""),
        loader=SharedFiles(files) if files else None,
        trim_blocks=True,
        lstrip_blocks=True,
        optimized=False,
    )
    sandbox.globals.clear()
    sandbox.filters = {**FILTERS, **FENCES}
    sandbox.tests = {**sandbox.tests, **TESTS}
    return sandbox


def inspect(
    source: str, file: str, first_line: int = 1, html: bool | None = None
) -> tuple[Complaint, ...]:
    """Everything in a template that is refused or unwise; nothing of it is run.

    `file` tells by its ending `.html.j2` what kind of text it is; `first_line` is the line of the
    file on which `source` begins.
    """
    return examine(_PLAIN, source, file, first_line, html)[1]


def examine(
    sandbox: Environment, source: str, file: str, first_line: int = 1, html: bool | None = None
) -> tuple[nodes.Template | None, tuple[Complaint, ...]]:
    """The parsed template, if it can be parsed, and what is wrong with it.

    `html` says what kind of text it is where the file's name does not.
    """
    html = is_html(file) if html is None else html
    tree, findings = _parsed(sandbox, source, html)
    lines = source.split("\n")
    return tree, tuple(placed(finding, file, lines, first_line) for finding in findings)


def study(
    source: str, file: str, first_line: int = 1, html: bool | None = None
) -> tuple[nodes.Template | None, tuple[Complaint, ...]]:
    """The same for those who only read the tree, and read it often: parsed once."""
    tree, findings = _studied(source, is_html(file) if html is None else html)
    lines = source.split("\n")
    return tree, tuple(placed(finding, file, lines, first_line) for finding in findings)


@lru_cache(maxsize=256)
def _studied(source: str, html: bool) -> tuple[nodes.Template | None, list[Finding]]:
    return _parsed(_PLAIN, source, html)


def _parsed(
    sandbox: Environment, source: str, html: bool
) -> tuple[nodes.Template | None, list[Finding]]:
    if len(source.encode("utf-8", "replace")) > SOURCE_BYTES:
        what = f"the template is larger than {SOURCE_BYTES // 1024} KB"
        return None, [Finding(1, what, "too-large", remedy="split it up")]
    tree, findings = None, _broken_characters(source) or _too_much(source)
    if not findings:
        try:
            tree = Parser(sandbox, source).parse()
            findings = refusals(tree, html=html)
            if html and not findings:
                findings = read_html(tree).findings
        except TemplateSyntaxError as error:
            findings = [Finding(error.lineno, error.message or "not a template", "syntax")]
        except RecursionError:
            findings = [Finding(1, "nested too deeply", "too-complex", remedy="make it simpler")]
        except (ValueError, OverflowError):
            findings = [Finding(1, "a number here is too long", "refused")]
    return tree, findings


def placed(finding: Finding, file: str, lines: list[str], first_line: int) -> Complaint:
    """A finding with its place in the file; `lines` is the text, from `first_line` on."""
    text = lines[finding.line - 1] if 0 < finding.line <= len(lines) else ""
    column = text.find(finding.sought) + 1 if finding.sought else _first_tag(text)
    return Complaint(
        file,
        finding.line + first_line - 1,
        max(1, column),
        finding.what,
        finding.remedy,
        finding.code,
        finding.severity,
    )


def _fence(node: nodes.Node, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _broken_characters(source: str) -> list[Finding]:
    if not has_control(source):
        return []
    line = next(number for number, text in enumerate(source.split("\n"), 1) if has_control(text))
    return [Finding(line, "a control character", "refused", remedy="delete it")]


def _too_much(source: str) -> list[Finding]:
    """What would take long only to read: a tag without end, or thousands of them."""
    at, tags = 0, 0
    while (start := _OPENS.search(source, at)) is not None:
        end = _CLOSES.search(source, start.end())
        at = end.end() if end else len(source)
        tags += 1
        long = at - start.start() > TAG_CHARACTERS
        if long or tags > TAGS:
            what = f"a tag longer than {TAG_CHARACTERS:,} characters" if long else "too many tags"
            line = source.count("\n", 0, start.start()) + 1
            return [Finding(line, what, "too-complex", remedy="make it simpler")]
    return []


def _first_tag(text: str) -> int:
    mark = _OPENS.search(text)
    return mark.start() + 1 if mark else 1


_PLAIN = environment()
