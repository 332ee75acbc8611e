"""Who may call whom: a text that invites a call says when somebody answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from jinja2 import nodes

from touchpoints.content.branches import COMPANY_PHONE, LINE, There, field_read, shown
from touchpoints.content.catalogue import Source
from touchpoints.content.environment import placed, study
from touchpoints.content.files import TemplateFiles
from touchpoints.content.numbers import typed_numbers, types_hours
from touchpoints.content.walking import shared_name
from touchpoints.content.wall import Finding
from touchpoints.errors import Complaint

Kind = Literal["number", "field", "hours"]


@dataclass(frozen=True, slots=True)
class Calling:
    """What is known of calling: the numbers, the lines there are, and who has which.

    `users` are the touchpoints that use the template, each with its line or None; `company_phone`
    says whether the company has a number, None where nobody knows.
    """

    phones: Sequence[str] = ()
    lines: Sequence[str] = ()
    users: Mapping[str, str | None] = field(default_factory=dict)
    company_phone: bool | None = None

    @property
    def without(self) -> str:
        """The touchpoints that have no line."""
        return ", ".join(name for name, line in self.users.items() if line is None)

    def there(self, line: bool) -> There:
        """What a text may find: a line or none, and the company's number where that is known."""
        if self.company_phone is None:
            return {LINE: line}
        return {LINE: line, COMPANY_PHONE: self.company_phone}

    def give_a_line(self) -> str:
        """What to do about those who have none."""
        return f"set line: {next(iter(self.lines), 'NAME')} for {self.without}"


NOBODY = Calling()
"""Where nothing is known of those who use a template."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a text tells: where a number, and a field of the line, if it does; and whether hours."""

    number: Complaint | None = None
    field: Complaint | None = None
    hours: bool = False

    def __or__(self, other: Heard) -> Heard:
        return Heard(
            self.number or other.number, self.field or other.field, self.hours or other.hours
        )


def unanswered(files: TemplateFiles, source: Source, calling: Calling) -> Iterator[Complaint]:
    """Complaints about the texts of one channel and locale, for users with a line and without.

    A subject counts with its text; the HTML part, which is read instead of the text, for itself.
    """
    having = {name: line for name, line in calling.users.items() if line is not None}
    for line in (True, False):
        if not (having or not calling.users if line else calling.without):
            continue
        parts = [_written(source, _Ear(files, calling.there(line), calling.phones))]
        if source.html is not None:
            ear = _Ear(files, calling.there(line), calling.phones)
            parts.append(ear.listen(source.html, str(source.html_file), source.html_line))
        for heard in parts:
            yield from _silence(heard, line, calling)
        if line and having and not any(heard.number or heard.hours for heard in parts):
            name, its_line = next(iter(having.items()))
            what = f"line: {its_line} is set for {name}, and the text does not say how to reach it"
            remedy = "add {{ line.phone }} and {{ line.hours }}"
            file, at = str(source.file), source.body_line
            yield Complaint(file, at, 1, what, remedy, "line-unsaid", "warning")


def _silence(heard: Heard, line: bool, calling: Calling) -> Iterator[Complaint]:
    if heard.field is not None and not line:
        what = f"the text tells a line, and {calling.without} has none"
        remedy = f"{calling.give_a_line()}, or ask {{% if line %}} first"
        yield _told(heard.field, what, "no-line", remedy)
    elif heard.number is not None and not heard.hours:
        what = "the text invites a call and does not say when the line is open"
        remedy = "add {{ line.hours }}"
        if not line:
            remedy = f"{calling.give_a_line()} and add {{{{ line.hours }}}}, or type the hours"
        yield _told(heard.number, what, "line-hours", remedy)


def _told(place: Complaint, what: str, code: str, remedy: str) -> Complaint:
    return Complaint(place.file, place.line, place.column, what, remedy, code)


def _written(source: Source, ear: _Ear) -> Heard:
    heard = Heard()
    if source.body is not None:
        heard = ear.listen(source.body, str(source.file), source.body_line)
    for key in ("subject", "preheader"):
        if key in source.front:
            place = (str(source.file), source.front_lines[key])
            heard |= ear.listen(source.front[key], *place, html=False)
    return heard


@dataclass(frozen=True, slots=True)
class _Ear:
    """Reads a text as it is shown where there is a line, or none, with the files that it includes.

    Each shared file is read once.
    """

    files: TemplateFiles
    there: There
    phones: Sequence[str]
    done: set[str] = field(default_factory=set)

    def listen(self, text: str, file: str, first_line: int, html: bool | None = None) -> Heard:
        """What the text tells; nothing where it cannot be read, which others complain about."""
        there, phones = tuple(sorted(self.there.items())), tuple(self.phones)
        heard, included = _told_by((text, file, first_line, html), there, phones)
        for name in included:
            path = None if name in self.done else self.files.shared(name)
            if path is not None:
                self.done.add(name)
                heard |= self.listen(self.files.read(path), str(path), 1)
        return heard


@lru_cache(maxsize=256)
def _told_by(
    written: tuple[str, str, int, bool | None],
    there: tuple[tuple[str, bool], ...],
    phones: tuple[str, ...],
) -> tuple[Heard, tuple[str, ...]]:
    """What a text itself tells, and the shared files that it includes; read once for all of them.

    `written` is the text, its file, the line it begins on, and whether it is HTML.
    """
    text, file, first_line, html = written
    tree, _ = study(text, file, first_line, html)
    heard, lines, included = Heard(), text.split("\n"), []
    for node in () if tree is None else shown(tree, dict(there)):
        if isinstance(node, nodes.Include | nodes.Extends):
            included.append(shared_name(node))
        for kind, line, sought in _said(node, phones):
            place = placed(Finding(line, "", "", sought), file, lines, first_line)
            heard |= Heard(
                number=place if kind == "number" else None,
                field=place if kind == "field" else None,
                hours=kind == "hours",
            )
    return heard, tuple(included)


def _said(node: nodes.Node, phones: Sequence[str]) -> Iterator[tuple[Kind, int, str]]:
    """What one node tells, on which line, and the text to find it by."""
    if isinstance(node, nodes.TemplateData):
        for before, number in typed_numbers(node.data, phones):
            yield "number", node.lineno + before, number
        if types_hours(node.data):
            yield "hours", node.lineno, ""
    if isinstance(node, nodes.Filter) and node.name == "hours":
        if isinstance(node.node, nodes.Name):
            yield "field", node.lineno, node.node.name
        yield "hours", node.lineno, "hours"
    for record, name in field_read(node):
        if record == "line":
            yield "field", node.lineno, name
        if name == "phone" and record in {"line", "company"}:
            yield "number", node.lineno, name
        if (record, name) == ("line", "hours"):
            yield "hours", node.lineno, name
