"""The sandbox: the template language with two walls around it, and limits behind them.

First wall: an allow-list over the parsed template. Second: Jinja's immutable sandbox, narrowed to
records of plain data. Then limits on size, turns and time, put into the tree before it compiles.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from touchpoints.content.arithmetic import OPERATORS, operate
from touchpoints.content.coding import Code
from touchpoints.content.context import Missing, Record, attribute
from touchpoints.content.fences import FENCES
from touchpoints.content.fencing import fenced
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

    code_generator_class = Code
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
        return limited(source, filename or name or "<template>", 1, is_html(name or filename or ""))


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
    return study(source, file, first_line, html)[1]


def study(
    source: str, file: str, first_line: int = 1, html: bool | None = None
) -> tuple[nodes.Template | None, tuple[Complaint, ...]]:
    """The parsed template, if it can be parsed, and what is wrong with it.

    It is parsed once for all who read it, who leave it as it is. `html` says what kind of text it
    is where the file's name does not.
    """
    studied = _studied(source, is_html(file) if html is None else html)
    if not studied.findings:
        return studied.tree, ()
    lines = source.split("\n")
    return studied.tree, tuple(placed(each, file, lines, first_line) for each in studied.findings)


def limited(source: str, file: str, first_line: int, html: bool) -> nodes.Template:
    """A parsed template with its limits, to be compiled. Raises PolicyError for what is refused."""
    tree, complaints = study(source, file, first_line, html)
    errors = [complaint for complaint in complaints if complaint.severity == "error"]
    if tree is None or errors:
        raise PolicyError(errors)
    found = fenced(tree, _studied(source, html).links)
    assert isinstance(found, nodes.Template)  # noqa: S101 - the fences keep the root
    return found


@dataclass(frozen=True, slots=True)
class _Studied:
    """A parsed template, what is wrong with it, and the ids of values that begin a link."""

    tree: nodes.Template | None
    findings: Sequence[Finding]
    links: Collection[int] = ()


@lru_cache(maxsize=256)
def _studied(source: str, html: bool) -> _Studied:
    if len(source.encode("utf-8", "replace")) > SOURCE_BYTES:
        what = f"the template is larger than {SOURCE_BYTES // 1024} KB"
        return _Studied(None, [Finding(1, what, "too-large", remedy="split it up")])
    findings = _broken_characters(source) or _too_much(source)
    if findings:
        return _Studied(None, findings)
    tree = None
    try:
        # As `parse` does, which also tells every node its environment; nobody asks them for it.
        tree = nodes.Template(Parser(_PLAIN, source).subparse(), lineno=1)
        findings = refusals(tree, html=html)
        if html and not findings:
            reading = read_html(tree)
            return _Studied(tree, reading.findings, reading.links)
    except TemplateSyntaxError as error:
        findings = [Finding(error.lineno, error.message or "not a template", "syntax")]
    except RecursionError:
        findings = [Finding(1, "nested too deeply", "too-complex", remedy="make it simpler")]
    except (ValueError, OverflowError):
        findings = [Finding(1, "a number here is too long", "refused")]
    return _Studied(tree, findings)


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
