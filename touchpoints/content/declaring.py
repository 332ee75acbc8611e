"""Declared variables that no part of a text uses."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from jinja2 import nodes

from touchpoints.content.branches import reads
from touchpoints.content.catalogue import Source
from touchpoints.content.context import nearest
from touchpoints.content.environment import study
from touchpoints.content.files import TemplateFiles
from touchpoints.content.linting import pieces
from touchpoints.content.variant import rule
from touchpoints.content.walking import below, children
from touchpoints.errors import Complaint, UsageError

Field = tuple[str, str]


def unused(files: TemplateFiles, source: Source) -> Iterator[Complaint]:
    """A complaint for each declared variable that neither the text nor what it uses reads."""
    if not source.variables:
        return
    read = _read(files, source)
    if read is None:
        return
    declared = {(each.record, each.field) for each in source.variables}
    for each in source.variables:
        if {(each.record, each.field), (each.record, "")} & read:
            continue
        name = f"{each.record}.{each.field}"
        what = f"{name} is declared, and the text does not use it"
        others = [field for record, field in sorted(read - declared) if record == each.record]
        remedy = nearest(each.field, others) or "use it, or take it out of the variables"
        yield Complaint(str(source.file), each.line, 3, what, remedy, "variable", "warning")


def _read(files: TemplateFiles, source: Source) -> set[Field] | None:
    """The fields that a text reads, a whole record as one without a name.

    None where a part of it cannot be read, so that nobody knows.
    """
    read: set[Field] = set()
    texts = [text for key, text in source.front.items() if key != "when"]
    written = [(text, source.file) for text in (*texts, source.body or "")]
    for text, file in (*written, (source.html or "", source.html_file or source.file)):
        for piece in pieces(files, text, str(file)):
            tree, _ = study(piece, str(file))
            if tree is None:
                return None
            read |= _fields(tree)
    if source.variant:
        try:
            read |= {*rule(source).fields}
        except UsageError:
            return None
    return read


@lru_cache(maxsize=256)
def _fields(tree: nodes.Template) -> frozenset[Field]:
    """The fields that a tree reads, and each record that stands for itself."""
    found: set[Field] = set()
    owners: set[int] = set()
    for place, record, name in reads(tree):
        found.add((record, name))
        owners.update(map(id, children(place)))
    alone = (each for each in below(tree) if isinstance(each, nodes.Name))
    return frozenset(found | {(name.name, "") for name in alone if id(name) not in owners})
