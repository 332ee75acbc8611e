"""What `check` says about a template before anyone receives it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from jinja2 import nodes

from touchpoints.content.branches import field_read
from touchpoints.content.calling import NOBODY, Calling, unanswered
from touchpoints.content.catalogue import Catalogue, Source, locale_chain
from touchpoints.content.context import ROOTS, SECTIONS, nearest
from touchpoints.content.environment import environment, examine, placed
from touchpoints.content.files import read_source
from touchpoints.content.frontmatter import KEYS
from touchpoints.content.limits import SMS_CHARACTERS
from touchpoints.content.sms import segments, thrifty
from touchpoints.content.wall import Finding
from touchpoints.errors import Complaint, PolicyError, UsageError

Names = Mapping[str, Collection[str] | None]

_HEADERS = ("subject", "preheader")
_HTML_NAMES = (*_HEADERS, "language")


def check_template(
    catalogue: Catalogue,
    template: str,
    channels: Sequence[str],
    locales: Sequence[str],
    names: Names,
    calling: Calling = NOBODY,
) -> tuple[Complaint, ...]:
    """Everything that is wrong or unwise in a template, on these channels and in these locales.

    `names` holds the fields that each record is known to have; None stands for any field.
    `calling` tells which touchpoints use it, and where their readers can call.
    """
    lint = _Lint(catalogue.root, names)
    complaints: list[Complaint] = []
    for channel in channels:
        complaints.extend(_absent(catalogue, template, channel, locales))
        for locale in catalogue.locales(template, channel):
            try:
                source = catalogue.find(template, channel, (locale,))
                complaints.extend(lint.source(source))
                complaints.extend(unanswered(catalogue.root, source, calling))
            except PolicyError as error:
                complaints.extend(error.complaints)
            except UsageError as error:
                file = str(catalogue.root / template)
                complaints.append(Complaint(file, 1, 1, str(error), code="no-template"))
    return tuple(dict.fromkeys(complaints))


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


@dataclass(frozen=True, slots=True)
class _Lint:
    """Reads the texts of one template, with the names that they may use."""

    root: Path
    names: Names
    done: set[str] = field(default_factory=set)

    def source(self, source: Source) -> Iterator[Complaint]:
        """All complaints about the files of one channel and locale."""
        file = str(source.file)
        yield from _front(source)
        if not source.body.strip():
            yield Complaint(file, source.body_line, 1, "the text is empty", "write it", "empty")
        for key in _HEADERS:
            if key in source.front:
                yield from self.text(source.front[key], file, source.front_lines[key])
        yield from self.text(source.body, file, source.body_line)
        if source.html is not None:
            own = replace(self, names={**self.names, **dict.fromkeys(_HTML_NAMES)})
            yield from own.text(source.html, str(source.html_file), 1)

    def text(
        self, text: str, file: str, first_line: int, within: frozenset[str] = frozenset()
    ) -> Iterator[Complaint]:
        """All complaints about one text and the shared files that it uses."""
        tree, complaints = examine(_SANDBOX, text, file, first_line)
        yield from complaints
        if tree is None or any(complaint.severity == "error" for complaint in complaints):
            return
        lines = text.split("\n")
        for finding in (*_unknown(tree, self.names), *_long(tree, file)):
            yield placed(finding, file, lines, first_line)
        for node in tree.find_all((nodes.Include, nodes.Extends)):
            name = _shared_name(node)
            wrong = self._shared(node, name, within)
            if wrong is not None:
                yield placed(wrong, file, lines, first_line)
            elif name not in self.done:
                self.done.add(name)
                path = self.root / name
                yield from self.text(read_source(path), str(path), 1, within | {name})

    def _shared(self, node: nodes.Node, name: str, within: frozenset[str]) -> Finding | None:
        """Why a shared file cannot be used, or None."""
        if name in within:
            return Finding(node.lineno, f"{name!r} includes itself", "no-file", name)
        path = (self.root / name).resolve()
        if not path.is_file() or not path.is_relative_to(self.root.resolve()):
            there = [str(path.relative_to(self.root)) for path in self.root.glob("_*/*.j2")]
            guess = nearest(name, there)
            return Finding(node.lineno, f"there is no file {name!r}", "no-file", name, guess)
        return None


def _shared_name(node: nodes.Node) -> str:
    """The file that an include or extends names; the wall has seen that it is fixed."""
    template = node.template if isinstance(node, nodes.Include | nodes.Extends) else None
    return str(template.value) if isinstance(template, nodes.Const) else ""


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


def _unknown(tree: nodes.Template, names: Names) -> Iterator[Finding]:
    """Names and fields that no customer will have."""
    own = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    known = {*ROOTS, SECTIONS, *names, *own, "loop", "super"}
    for node in tree.find_all(nodes.Name):
        if node.name not in known:
            guess = nearest(node.name, known) or f"there are {', '.join(ROOTS)}"
            what = f"there is no {node.name!r}"
            yield Finding(node.lineno, what, "unknown-name", node.name, guess)
    for place in tree.find_all((nodes.Getattr, nodes.Getitem)):
        for record, read in field_read(place):
            fields = names.get(record)
            if fields is not None and read not in fields and record not in own:
                guess = nearest(read, fields)
                what = f"{record} has no {read!r}"
                yield Finding(place.lineno, what, "unknown-name", read, guess)


def _long(tree: nodes.Template, file: str) -> Iterator[Finding]:
    """A text message whose fixed words alone are too long or cost more than they need."""
    if not re.match(r"sms\.", Path(file).name):
        return
    words = thrifty(_longest(tree.body).strip())
    size = segments(words)
    if len(words) > SMS_CHARACTERS:
        what = f"the text is longer than {SMS_CHARACTERS:,} characters"
        yield Finding(1, what, "too-long", remedy="make it shorter")
    elif size.count > 1:
        what = f"the fixed words alone take {size.count} segments ({size.encoding})"
        yield Finding(1, what, "segments", severity="warning")
    if size.forced_by and not any(c.isalpha() for c in words if segments(c).forced_by):
        what = f"{size.forced_by!r} makes a segment 70 characters long instead of 160"
        yield Finding(1, what, "segments", size.forced_by, "leave it out", "warning")


def _longest(body: Iterable[nodes.Node]) -> str:
    """The fixed words of the longest way through a text."""
    words = ""
    for node in body:
        if isinstance(node, nodes.TemplateData):
            words += node.data
        elif isinstance(node, nodes.Output):
            words += _longest(node.nodes)
        elif isinstance(node, nodes.If):
            ways = (node.body, *(way.body for way in node.elif_), node.else_)
            words += max(map(_longest, ways), key=len)
        elif isinstance(node, nodes.For | nodes.Block):
            words += _longest(node.body)
    return words


_SANDBOX = environment()
