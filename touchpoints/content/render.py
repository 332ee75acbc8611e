"""From a template and one customer's data to the words that leave, or a reason why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from touchpoints.content.catalogue import Catalogue, Source, locale_chain
from touchpoints.content.compiling import FAULTS, Compiled, Part, compiled
from touchpoints.content.context import ROOTS, SECTIONS, Record, plain
from touchpoints.content.environment import environment
from touchpoints.content.limits import OUTPUT_BYTES, SMS_CHARACTERS, SUBJECT_CHARACTERS
from touchpoints.content.mould import page
from touchpoints.content.rendering import RENDERING, Rendering
from touchpoints.content.sms import thrifty
from touchpoints.content.text import header_line
from touchpoints.content.variant import Choice, choose
from touchpoints.core.message import Rendered
from touchpoints.errors import RenderError, UsageError

__all__ = ["FAULTS", "Renderer", "Written"]

_ABSENT = {root: Record({}, root) for root in ROOTS}


@dataclass(frozen=True, slots=True)
class Written:
    """A template's file for one channel and customer, and the locale in which it speaks to them."""

    source: Source
    channel: str
    chain: tuple[str, ...]
    spoken: str


class Renderer:
    """Renders the templates of one catalogue; each is compiled once, and again when it changes.

    `limits` are the most characters that one message on a channel may have.
    """

    def __init__(
        self, catalogue: Catalogue, fallback_locale: str, limits: Mapping[str, int] | None = None
    ) -> None:
        self._catalogue = catalogue
        self._fallback = fallback_locale
        self._limits = {"sms": SMS_CHARACTERS, **(limits or {})}
        self._environment = environment(catalogue.files)
        self._compiled: dict[Path, Compiled] = {}

    def render(
        self, template: str, channel: str, locale: str | None, context: Mapping[str, object]
    ) -> Rendered:
        """What a template says on one channel, in the nearest locale, for one customer's data.

        `context` holds the records customer, fact, event, line, company and occurrence; those
        that are absent are empty; `sections` in it are short texts of other messages. Raises
        RenderError where this customer's data do not suffice, and UsageError where the template
        itself is wrong.
        """
        return self.write(self.find(template, channel, locale), context)

    def find(self, template: str, channel: str, locale: str | None) -> Written:
        """The file of a template in the nearest locale, as it is now. Raises UsageError."""
        chain = locale_chain(locale, self._fallback)
        source = self._catalogue.find(template, channel, chain)
        return Written(source, channel, chain, spoken(source.locale, chain))

    def write(self, written: Written, context: Mapping[str, object]) -> Rendered:
        """What a file that was found says for one customer's data, as `render` does."""
        names, source = _records(context), written.source
        if source.variants:
            source = choose(source, names).source
        return self._rendered(self._compile(source), written, names)

    def choose(
        self, template: str, channel: str, locale: str | None, context: Mapping[str, object]
    ) -> Choice:
        """Which file a template would be written from, and by which rules. Raises UsageError."""
        source = self.find(template, channel, locale).source
        return choose(source, _records(context)) if source.variants else Choice(source)

    def _rendered(self, compiled: Compiled, written: Written, names: dict[str, object]) -> Rendered:
        # A variant speaks the language of the text for everybody, in whose place it stands.
        source, language, channel = compiled.source, written.spoken, written.channel
        for record, defaults in compiled.defaults.items():
            names[record] = _defaulted(names[record], defaults)
        names[RENDERING] = Rendering(language)
        limit = self._limits.get(channel, OUTPUT_BYTES)
        subject = _header(compiled.subject, names)
        if not subject and channel == "email":
            raise UsageError(f"{source.file}:1: an e-mail needs a subject that says something")
        text = compiled.text.run(names, limit).strip() if compiled.text else None
        html, made = None, None
        if compiled.html is not None:
            preheader = _header(compiled.preheader, names) or ""
            names |= {"subject": subject or "", "preheader": preheader, "language": language}
            made = page(compiled.html.pieces(names, OUTPUT_BYTES))
            html = made.html
        if text is None:
            text = made.words() if made else ""
        if not text:
            raise RenderError(f"{source.file}: the text is empty for this customer")
        if len(text) > limit:
            raise RenderError(f"{source.file}: longer than {limit:,} characters")
        for part in (text, html or ""):
            if len(part) * 4 > OUTPUT_BYTES and len(part.encode()) > OUTPUT_BYTES:
                raise RenderError(f"{source.file}: longer than {OUTPUT_BYTES:,} bytes")
        text = thrifty(text) if channel == "sms" else text
        return Rendered(subject, text, html, source.front.get("from"))

    def _compile(self, source: Source) -> Compiled:
        kept = self._compiled.get(source.file)
        if kept is None or kept.source is not source:
            kept = self._compiled[source.file] = compiled(self._environment, source)
        return kept


def _records(context: Mapping[str, object]) -> dict[str, object]:
    """The names that a template sees; a record that is absent is an empty one."""
    names: dict[str, object] = {**_ABSENT, SECTIONS: ()}
    for name, value in context.items():
        if name == SECTIONS and isinstance(value, tuple):
            names[name] = value  # written by templates, so that line breaks stay
        elif value is not None:
            names[name] = plain(value, name)
    return names


def _defaulted(record: object, defaults: Mapping[str, str]) -> object:
    return record.with_defaults(defaults) if isinstance(record, Record) else record


def spoken(written: str, chain: tuple[str, ...]) -> str:
    """The locale for dates and money: the customer's own, if the words are in its language."""
    language = written.split("-", maxsplit=1)[0].lower()
    alike = (locale for locale in chain if locale.split("-")[0] == language)
    return next(alike, written) if written else chain[0]


def _header(part: Part | None, names: dict[str, object]) -> str | None:
    """A short text for a header: on one line, whatever the data hold."""
    return None if part is None else header_line(part.run(names, SUBJECT_CHARACTERS))
