"""A request's body: a tree of values whose texts are written in the template language.

Each text is rendered by itself and stays one value of the tree, whatever stands in the data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Template, nodes

from touchpoints.content.branches import field_read
from touchpoints.content.context import Record, nearest
from touchpoints.content.environment import environment, study
from touchpoints.content.limits import OUTPUT_BYTES
from touchpoints.content.render import FAULTS
from touchpoints.content.rendering import RENDERING, Rendering
from touchpoints.content.walking import below
from touchpoints.content.wall import Finding
from touchpoints.errors import RenderError, UsageError

MESSAGE = "message"
FIELDS = (
    "key",
    "customer",
    "touchpoint",
    "occurrence",
    "channel",
    "address",
    "subject",
    "body",
    "html",
    "sent_at",
)
"""What the texts of a body may name: `message.key` and so on; `sent_at` is in ISO 8601."""
WRITTEN = frozenset({"body", "html"})
"""What templates have written, so that its line breaks stay."""

LOCALE = "en"
"""How numbers and dates are written in a body, which a program reads."""

Step = str | int


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong in a body: the way to the text, and the piece of it that is meant."""

    path: tuple[Step, ...]
    finding: Finding


class Body:
    """A body that is compiled once and rendered for each message."""

    def __init__(self, tree: object, name: str) -> None:
        """Compile the texts of a tree; `name` stands in errors. Raises UsageError for a flaw."""
        for flaw in flaws(tree):
            if flaw.finding.severity == "error":
                way = ".".join(str(step) for step in (name, *flaw.path))
                what = "; ".join(part for part in (flaw.finding.what, flaw.finding.remedy) if part)
                raise UsageError(f"{way}: {what}")
        self._tree = _compiled(tree, name)

    def render(self, message: Mapping[str, object]) -> Any:
        """The tree for one message. Raises RenderError where it lacks what a text needs."""
        names = {MESSAGE: Record(message, MESSAGE, WRITTEN), RENDERING: Rendering(LOCALE)}
        return _rendered(self._tree, names)


def flaws(tree: object, path: tuple[Step, ...] = ()) -> Iterator[Flaw]:
    """Everything in the texts of a tree that is refused, or names what no message has."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from flaws(value, (*path, key))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from flaws(value, (*path, index))
    elif isinstance(tree, str):
        yield from (Flaw(path, finding) for finding in _findings(tree))


@dataclass(frozen=True, slots=True)
class _Text:
    """One compiled text, and where in the policy it stands."""

    template: Template
    place: str

    def render(self, names: Mapping[str, object]) -> str:
        try:
            run = self.template.root_render_func(self.template.new_context(dict(names)))
            text = "".join(run)
        except FAULTS as error:
            raise RenderError(f"{self.place}: {error}") from error
        if len(text) > OUTPUT_BYTES:
            raise RenderError(f"{self.place}: longer than {OUTPUT_BYTES:,} characters")
        return text


def _findings(text: str) -> Iterator[Finding]:
    tree, complaints = study(text, MESSAGE)
    for complaint in complaints:
        yield Finding(1, complaint.what, complaint.code, "", complaint.remedy, complaint.severity)
    if tree is None:
        return
    if any(isinstance(node, nodes.Include | nodes.Extends) for node in below(tree)):
        yield Finding(1, "a body includes no files", "refused", "include")
    names = [node for node in below(tree) if isinstance(node, nodes.Name)]
    own = {node.name for node in names if node.ctx == "store"}
    for node in names:
        if node.name not in {MESSAGE, "loop", *own}:
            guess = (
                nearest(node.name, (MESSAGE,)) or f"there is message.{', message.'.join(FIELDS)}"
            )
            yield Finding(1, f"there is no {node.name!r} here", "unknown-name", node.name, guess)
    for place in below(tree):
        for record, read in field_read(place):
            if record == MESSAGE and read not in FIELDS:
                guess = nearest(read, FIELDS) or f"it has {', '.join(FIELDS)}"
                yield Finding(1, f"a message has no {read!r}", "unknown-name", read, guess)


def _compiled(tree: object, place: str) -> object:
    if isinstance(tree, Mapping):
        return {key: _compiled(value, f"{place}.{key}") for key, value in tree.items()}
    if isinstance(tree, list):
        return [_compiled(value, f"{place}.{index}") for index, value in enumerate(tree)]
    if isinstance(tree, str) and "{" in tree:
        code = _SANDBOX.compile(str(tree), place, place)
        return _Text(Template.from_code(_SANDBOX, code, {}), place)
    return tree


def _rendered(tree: object, names: Mapping[str, object]) -> object:
    if isinstance(tree, dict):
        return {key: _rendered(value, names) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_rendered(value, names) for value in tree]
    return tree.render(names) if isinstance(tree, _Text) else tree


_SANDBOX = environment()
