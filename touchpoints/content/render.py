"""From a template and one customer's data to the words that leave, or a reason why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Template, TemplateError, TemplateNotFound

from touchpoints.content.catalogue import Catalogue, Source, locale_chain
from touchpoints.content.context import ROOTS, SECTIONS, Record, plain
from touchpoints.content.environment import environment, inspect
from touchpoints.content.limits import OUTPUT_BYTES, SMS_CHARACTERS, SUBJECT_CHARACTERS
from touchpoints.content.rendering import RENDERING, Rendering
from touchpoints.content.sms import thrifty
from touchpoints.content.text import header_line
from touchpoints.core.message import Rendered
from touchpoints.errors import PolicyError, RenderError, UsageError

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


_ABSENT = {root: Record({}, root) for root in ROOTS}


@dataclass(frozen=True, slots=True)
class _Part:
    """One text of a template, compiled, and where in its file it begins."""

    template: Template
    file: Path
    first_line: int

    def run(self, names: Mapping[str, object], limit: int) -> str:
        """The text for these names, at most `limit` characters long."""
        pieces: list[str] = []
        size = 0
        try:
            for piece in self.template.root_render_func(self.template.new_context(dict(names))):
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
        return "".join(pieces)

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
class _Compiled:
    """The parts of one source, ready to run."""

    source: Source
    text: _Part
    subject: _Part | None
    preheader: _Part | None
    html: _Part | None


class Renderer:
    """Renders the templates of one catalogue; each is compiled once, and again when it changes."""

    def __init__(self, catalogue: Catalogue, fallback_locale: str) -> None:
        self._catalogue = catalogue
        self._fallback = fallback_locale
        self._environment = environment(catalogue.root)
        self._compiled: dict[Path, _Compiled] = {}
        self._chains: dict[str | None, tuple[str, ...]] = {}

    def render(
        self, template: str, channel: str, locale: str | None, context: Mapping[str, object]
    ) -> Rendered:
        """What a template says on one channel, in the nearest locale, for one customer's data.

        `context` holds the records customer, fact, event, line, company and occurrence; those
        that are absent are empty; `sections` in it are short texts of other messages. Raises
        RenderError where this customer's data do not suffice, and UsageError where the template
        itself is wrong.
        """
        chain = self._chain(locale)
        compiled = self._compile(self._catalogue.find(template, channel, chain))
        names = _records(context)
        spoken = _spoken(compiled.source.locale, chain)
        names[RENDERING] = Rendering(spoken)
        limit = SMS_CHARACTERS if channel == "sms" else OUTPUT_BYTES
        subject = _header(compiled.subject, names)
        if not subject and channel == "email":
            raise UsageError(
                f"{compiled.source.file}:1: an e-mail needs a subject that says something"
            )
        text = compiled.text.run(names, limit).strip()
        if not text:
            raise RenderError(f"{compiled.source.file}: the text is empty for this customer")
        html = None
        if compiled.html is not None:
            preheader = _header(compiled.preheader, names) or ""
            names |= {"subject": subject, "preheader": preheader, "language": spoken}
            html = compiled.html.run(names, limit).strip() + "\n"
        for part in (text, html or ""):
            if len(part) * 4 > OUTPUT_BYTES and len(part.encode()) > OUTPUT_BYTES:
                raise RenderError(f"{compiled.source.file}: longer than {OUTPUT_BYTES:,} bytes")
        return Rendered(subject, thrifty(text) if channel == "sms" else text, html)

    def spoken(self, template: str, channel: str, locale: str | None) -> str:
        """The locale in which a template would speak to a customer. Raises UsageError."""
        chain = self._chain(locale)
        return _spoken(self._catalogue.find(template, channel, chain).locale, chain)

    def _chain(self, locale: str | None) -> tuple[str, ...]:
        chain = self._chains.get(locale)
        if chain is None:
            chain = self._chains[locale] = locale_chain(locale, self._fallback)
        return chain

    def _compile(self, source: Source) -> _Compiled:
        kept = self._compiled.get(source.file)
        if kept is None or kept.source is not source:
            html = None
            if source.html is not None and source.html_file is not None:
                html = self._part(source.html, source.html_file, 1)
            kept = self._compiled[source.file] = _Compiled(
                source,
                self._part(source.body, source.file, source.body_line),
                self._front_part(source, "subject"),
                self._front_part(source, "preheader"),
                html,
            )
        return kept

    def _front_part(self, source: Source, key: str) -> _Part | None:
        if key not in source.front:
            return None
        return self._part(source.front[key], source.file, source.front_lines.get(key, 1))

    def _part(self, text: str, file: Path, first_line: int) -> _Part:
        """Compile one text. Raises PolicyError, with places in the file, for what is refused."""
        complaints = inspect(text, str(file), first_line)
        errors = [complaint for complaint in complaints if complaint.severity == "error"]
        if errors:
            raise PolicyError(errors)
        try:
            code = self._environment.compile(text, str(file), str(file))
        except (TemplateError, SyntaxError, RecursionError) as error:
            raise UsageError(f"{file}:{first_line}: cannot be compiled: {error}") from error
        return _Part(Template.from_code(self._environment, code, {}), file, first_line)


def _records(context: Mapping[str, object]) -> dict[str, object]:
    """The names that a template sees; a record that is absent is an empty one."""
    names: dict[str, object] = {**_ABSENT, SECTIONS: ()}
    for name, value in context.items():
        if name == SECTIONS and isinstance(value, tuple):
            names[name] = value  # written by templates, so that line breaks stay
        elif value is not None:
            names[name] = plain(value, name)
    return names


def _spoken(written: str, chain: tuple[str, ...]) -> str:
    """The locale for dates and money: the customer's own, if the words are in its language."""
    language = written.split("-", maxsplit=1)[0].lower()
    alike = (locale for locale in chain if locale.split("-")[0] == language)
    return next(alike, written) if written else chain[0]


def _header(part: _Part | None, names: Mapping[str, object]) -> str | None:
    """A short text for a header: on one line, whatever the data hold."""
    return None if part is None else header_line(part.run(names, SUBJECT_CHARACTERS))
