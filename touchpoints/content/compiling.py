"""A template made ready to run: each of its texts compiled, and where in its file it begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Template, TemplateError, TemplateNotFound

from touchpoints.content.catalogue import Source
from touchpoints.content.environment import Sandbox, is_html, limited
from touchpoints.errors import RenderError, UsageError

FAULTS = (
    TemplateError,
    RenderError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What a template may run into; all else is our own mistake and is not hidden."""


@dataclass(frozen=True, slots=True)
class Part:
    """One text of a template, compiled, and where in its file it begins.

    Words without a tag are themselves, and there is nothing to compile.
    """

    template: Template | str
    file: Path
    first_line: int

    def run(self, names: dict[str, object], limit: int) -> str:
        """The text for these names, at most `limit` characters long.

        Raises RenderError where the data do not do, and UsageError for a broken template.
        """
        return "".join(self.pieces(names, limit))

    def pieces(self, names: dict[str, object], limit: int) -> list[str]:
        """The same piece by piece; in HTML, values are Markup and the author's text is str."""
        pieces: list[str] = []
        size = 0
        try:
            for piece in self._written(names):
                pieces.append(piece)
                size += len(piece)
                if size > limit:
                    raise RenderError(f"the text is longer than {limit:,} characters")
        except TemplateNotFound as error:
            raise UsageError(f"{self._place(error)}: there is no file {error.name!r}") from error
        except RecursionError as error:
            raise UsageError(f"{self._place(error)}: it includes itself") from error
        except FAULTS as error:
            raise RenderError(f"{self._place(error)}: {error}") from error
        return pieces

    def _written(self, names: dict[str, object]) -> Iterable[str]:
        if isinstance(self.template, str):
            return (self.template,)
        # As Jinja makes it, but without a copy of the names, to which nobody writes meanwhile.
        made = self.template
        context = made.environment.context_class(made.environment, names, made.name, made.blocks)
        return made.root_render_func(context)

    def _place(self, error: BaseException) -> str:
        """`file:line` of the innermost template line that an error came from."""
        file, line = str(self.file), self.first_line
        trace = error.__traceback__
        while trace is not None:
            template = trace.tb_frame.f_globals.get("__jinja_template__")
            if isinstance(template, Template):
                file = template.filename or file
                line = template.get_corresponding_lineno(trace.tb_lineno)
                if template is self.template:
                    line += self.first_line - 1
            trace = trace.tb_next
        return f"{file}:{line}"


@dataclass(frozen=True, slots=True)
class Compiled:
    """The parts of one source, ready to run; `defaults` are the declared ones by record."""

    source: Source
    text: Part | None
    subject: Part | None
    preheader: Part | None
    html: Part | None
    defaults: Mapping[str, Mapping[str, str]]


def compiled(sandbox: Sandbox, source: Source) -> Compiled:
    """Compile a source. Raises PolicyError, with places in the file, for what is refused."""
    html = None
    if source.html is not None and source.html_file is not None:
        html = _part(sandbox, source.html, source.html_file, source.html_line)
    text = None
    if source.body is not None:
        text = _part(sandbox, source.body, source.file, source.body_line)
    defaults: dict[str, dict[str, str]] = {}
    for each in source.variables:
        if each.default is not None:
            defaults.setdefault(each.record, {})[each.field] = each.default
    return Compiled(
        source,
        text,
        _front(sandbox, source, "subject"),
        _front(sandbox, source, "preheader"),
        html,
        defaults,
    )


def _front(sandbox: Sandbox, source: Source, key: str) -> Part | None:
    """A header, which is plain text also where the front matter stands in an HTML file."""
    if key not in source.front:
        return None
    line = source.front_lines.get(key, 1)
    return _part(sandbox, source.front[key], source.file, line, is_header=True)


def _part(
    sandbox: Sandbox, text: str, file: Path, first_line: int, *, is_header: bool = False
) -> Part:
    name = f"{file}:front" if is_header else str(file)
    tree = limited(text, str(file), first_line, is_html(name))
    if is_header and "{" not in text and "\n" not in text:
        return Part(text, file, first_line)
    try:
        code = sandbox.compile(tree, name, str(file))
    except (TemplateError, SyntaxError, RecursionError) as error:
        raise UsageError(f"{file}:{first_line}: cannot be compiled: {error}") from error
    return Part(Template.from_code(sandbox, code, {}), file, first_line)
