"""What `check` says about a template before anyone receives it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from touchpoints.content.calling import unanswered
from touchpoints.content.catalogue import Catalogue, Source, locale_chain
from touchpoints.content.context import nearest
from touchpoints.content.declaring import unused
from touchpoints.content.environment import placed
from touchpoints.content.frontmatter import KEYS
from touchpoints.content.linting import Lint, Names, whole
from touchpoints.content.optout import says_how_to_stop
from touchpoints.content.sizing import long_words
from touchpoints.content.usage import UNUSED, Usage
from touchpoints.content.variant import rule
from touchpoints.errors import Complaint, PolicyError, UsageError

_HEADERS = ("subject", "preheader")
_HTML_NAMES = (*_HEADERS, "language")


def check_template(
    catalogue: Catalogue,
    template: str,
    channels: Sequence[str],
    locales: Sequence[str],
    names: Names,
    usage: Usage = UNUSED,
) -> tuple[Complaint, ...]:
    """Everything that is wrong or unwise in a template, on these channels and in these locales.

    `names` holds the fields that each record is known to have; None stands for any field. `usage`
    tells who uses it, and what its texts must keep to.
    """
    complaints: list[Complaint] = []
    for channel in channels:
        complaints.extend(_absent(catalogue, template, channel, locales))
        for locale in catalogue.locales(template, channel):
            try:
                source = catalogue.find(template, channel, (locale,))
                for each in (source, *source.variants):
                    complaints.extend(_source(catalogue, each, names, usage))
            except PolicyError as error:
                complaints.extend(error.complaints)
            except UsageError as error:
                file = str(catalogue.root / template)
                complaints.append(Complaint(file, 1, 1, str(error), code="no-template"))
    complaints.extend(_orphans(catalogue, template))
    return tuple(dict.fromkeys(complaints))


def _source(
    catalogue: Catalogue, source: Source, names: Names, usage: Usage
) -> Iterator[Complaint]:
    """All complaints about the files of one channel, locale and variant."""
    declared = {(each.record, each.field) for each in source.variables if each.default is not None}
    lint = Lint(catalogue.files, names, usage, frozenset(declared))
    file = str(source.file)
    yield from _front(source)
    for key in _HEADERS:
        if key in source.front:
            yield from lint.text(source.front[key], file, source.front_lines[key], html=False)
    if source.body is not None:
        if not source.body.strip():
            yield Complaint(file, source.body_line, 1, "the text is empty", "write it", "empty")
        yield from lint.text(source.body, file, source.body_line)
        limit = usage.limits.get(source.channel)
        lines = source.body.split("\n")
        for finding in long_words(source.body, file, source.channel, limit):
            yield placed(finding, file, lines, source.body_line)
    if source.html is not None:
        own = lint.knowing(dict.fromkeys(_HTML_NAMES))
        yield from own.text(source.html, str(source.html_file), source.html_line)
    yield from unanswered(catalogue.files, source, usage.calling)
    yield from unused(catalogue.files, source)
    yield from _unstoppable(catalogue, source, usage)


def _unstoppable(catalogue: Catalogue, source: Source, usage: Usage) -> Iterator[Complaint]:
    """A text that promotes something and does not say how to hear no more of it."""
    if not usage.promotes or source.channel not in usage.stoppable:
        return
    files = catalogue.files
    written = [(source.body, source.file), (source.html, source.html_file)]
    for text, file in written:
        if text is None or says_how_to_stop(whole(files, text, str(file))):
            continue
        line = source.body_line if file == source.file else 1
        what = (
            f"the text does not say how to opt out, and {', '.join(usage.promotes)} needs consent"
        )
        remedy = "add words such as: Reply STOP to opt out (回T退订), or a link to unsubscribe"
        yield Complaint(str(file), line, 1, what, remedy, "no-opt-out")


def _absent(
    catalogue: Catalogue, template: str, channel: str, locales: Sequence[str]
) -> Iterator[Complaint]:
    """Locales for which nothing is written, or only something in another language."""
    folder = str(catalogue.root / template)
    there = catalogue.locales(template, channel)
    if not there:
        guess = nearest(template, catalogue.names()) if template not in catalogue.names() else ""
        what = f"template {template!r} has no text for {channel}"
        remedy = guess or f"write {channel}.{next(iter(locales), 'en')}.j2"
        yield Complaint(folder, 1, 1, what, remedy, "no-template")
        return
    known = {locale.lower() for locale in there}
    for locale in locales:
        own = [name.lower() for name in locale_chain(locale, locale)]
        own = own if own[0].startswith("en") else own[:-1]
        if "" not in known and not known.intersection(own):
            what = f"template {template!r} has no {channel} text for {locale}"
            remedy = f"write {channel}.{locale}.j2, or customers get {', '.join(there)}"
            yield Complaint(folder, 1, 1, what, remedy, "no-locale", "warning")


def _orphans(catalogue: Catalogue, template: str) -> Iterator[Complaint]:
    folder = catalogue.folder(template)
    for file in folder.orphans() if folder else ():
        name = Path(file).name
        base = name.split("+")[0] + (".html.j2" if name.endswith(".html.j2") else ".j2")
        what = "a variant stands alone: everybody else would get nothing"
        yield Complaint(str(file), 1, 1, what, f"write {base} too", "variant")


def _front(source: Source) -> Iterator[Complaint]:
    """Complaints about the front matter."""
    file = str(source.file)
    for key in source.front:
        if key not in KEYS:
            remedy = nearest(key, KEYS) or f"the keys are {', '.join(KEYS)}"
            what = f"{key!r} is not a key of the front matter"
            yield Complaint(file, source.front_lines[key], 1, what, remedy, "front-matter")
    if source.channel == "email" and not (source.subject or "").strip():
        remedy = "write, between two lines of ---, the line subject: …"
        yield Complaint(file, 1, 1, "an e-mail needs a subject", remedy, "no-subject")
    if not source.variant and source.when is not None:
        what = "`when` does nothing here: this is the text for everybody else"
        remedy = "name the file of a variant with a +, such as email.en+formal.j2"
        yield Complaint(file, source.front_lines["when"], 1, what, remedy, "variant")
    if source.variant:
        try:
            rule(source)
        except UsageError as error:
            what = str(error).partition(": ")[2]
            yield Complaint(file, source.front_lines.get("when", 1), 1, what, code="variant")
