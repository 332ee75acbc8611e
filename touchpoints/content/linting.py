"""The findings in one text and in the shared files that it uses, each at its place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from jinja2 import nodes

from touchpoints.content.branches import reads
from touchpoints.content.context import ROOTS, SECTIONS, nearest
from touchpoints.content.environment import is_html, placed, study
from touchpoints.content.files import TemplateFiles
from touchpoints.content.links import link_findings
from touchpoints.content.needs import needs
from touchpoints.content.usage import Usage
from touchpoints.content.walking import below, shared_name, sharing
from touchpoints.content.wall import Finding
from touchpoints.errors import Complaint

Names = Mapping[str, Collection[str] | None]

Field = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Lint:
    """Reads the texts of one source, with the names that they may use.

    `declared` are the fields with a default; `done` the shared files that were read already.
    """

    files: TemplateFiles
    names: Names
    usage: Usage
    declared: frozenset[Field] = frozenset()
    done: set[str] = field(default_factory=set)

    def text(
        self, text: str, file: str, first_line: int, html: bool | None = None
    ) -> Iterator[Complaint]:
        """All complaints about one text and the shared files that it uses."""
        yield from self._text(text, (file, first_line, html), frozenset())

    def knowing(self, names: Names) -> Lint:
        """The same, with further names."""
        return replace(self, names={**self.names, **names})

    def _text(
        self, text: str, place: tuple[str, int, bool | None], within: frozenset[str]
    ) -> Iterator[Complaint]:
        file, first_line, html = place
        tree, complaints = study(text, file, first_line, html)
        yield from complaints
        if tree is None or any(complaint.severity == "error" for complaint in complaints):
            return
        lines = text.split("\n")
        for finding in (*_unknown(tree, self.names), *self._lacking(tree)):
            yield placed(finding, file, lines, first_line)
        for start, finding in link_findings(
            text, self.usage.hosts, html=is_html(file) if html is None else html
        ):
            column = start - text.rfind("\n", 0, start)
            yield replace(placed(finding, file, lines, first_line), column=column)
        for node in sharing(tree):
            name = shared_name(node)
            wrong = self._shared(node, name, within)
            if wrong is not None:
                yield placed(wrong, file, lines, first_line)
            elif name not in self.done:
                self.done.add(name)
                path = self.files.root / name
                yield from self._text(self.files.read(path), (str(path), 1, None), within | {name})

    def _shared(self, node: nodes.Node, name: str, within: frozenset[str]) -> Finding | None:
        """Why a shared file cannot be used, or None."""
        if name in within:
            return Finding(node.lineno, f"{name!r} includes itself", "no-file", name)
        if self.files.shared(name) is None:
            root = self.files.root
            there = [str(path.relative_to(root)) for path in root.glob("_*/*.j2")]
            guess = nearest(name, there)
            return Finding(node.lineno, f"there is no file {name!r}", "no-file", name, guess)
        return None

    def _lacking(self, tree: nodes.Template) -> Iterator[Finding]:
        """Fields that the text cannot do without, and that some people do not have."""
        if not self.usage.lacking:
            return
        own = _own(tree)
        told: set[Field] = set()
        for need in needs(tree):
            key = (need.record, need.field)
            without, of = self.usage.lacking.get(key, (0, 0))
            if not without or key in told or key in self.declared or need.record in own:
                continue
            told.add(key)
            whose = "customers" if need.record == "customer" else f"{need.record}s"
            what = f"{without:,} of {of:,} {whose} have no {need.field}: they would get nothing"
            remedy = f"add |default('…'), ask {{% if {need.record}.{need.field} %}}, or declare one"
            yield Finding(need.line, what, "missing-data", need.field, remedy, "warning")


def whole(files: TemplateFiles, text: str, file: str) -> str:
    """A text with the shared files that it uses behind it, each once, as they are written."""
    return "\n".join(pieces(files, text, file))


def pieces(files: TemplateFiles, text: str, file: str) -> list[str]:
    """A text, and the shared files that it uses, each once, as they are written."""
    found, waiting, seen = [text], [(text, file)], set()
    while waiting:
        tree, _ = study(*waiting.pop())
        for node in () if tree is None else sharing(tree):
            name = shared_name(node)
            path = None if name in seen else files.shared(name)
            seen.add(name)
            if path is not None:
                found.append(files.read(path))
                waiting.append((found[-1], name))
    return found


@lru_cache(maxsize=256)
def _own(tree: nodes.Template) -> frozenset[str]:
    """The names that a text gives to values of its own."""
    names = (each for each in below(tree) if isinstance(each, nodes.Name))
    return frozenset(each.name for each in names if each.ctx == "store")


def _unknown(tree: nodes.Template, names: Names) -> Iterator[Finding]:
    """Names and fields that no customer will have."""
    own = _own(tree)
    known = {*ROOTS, SECTIONS, *names, *own, "loop", "super"}
    for node in below(tree):
        if isinstance(node, nodes.Name) and node.name not in known:
            guess = nearest(node.name, known) or f"there are {', '.join(ROOTS)}"
            what = f"there is no {node.name!r}"
            yield Finding(node.lineno, what, "unknown-name", node.name, guess)
    for place, record, read in reads(tree):
        fields = names.get(record)
        if fields is not None and read not in fields and record not in own:
            guess = nearest(read, fields)
            what = f"{record} has no {read!r}"
            yield Finding(place.lineno, what, "unknown-name", read, guess)
