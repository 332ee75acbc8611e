"""The rules of a policy, each with the line of the file that says it and the values in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from touchpoints.core.phrase import Phrase
from touchpoints.engine import rulewords
from touchpoints.workspace import Workspace
from touchpoints.workspace.editing import scalar_at
from touchpoints.workspace.nodes import KeyPath, Node, Scalar

Kind = Literal["number", "duration", "time", "hours", "edge", "share"]

_KINDS: Mapping[str, Kind] = {
    "max": "number",
    "per": "duration",
    "gap": "duration",
    "priority": "number",
    "at": "time",
    "line_open_for": "duration",
    "holdout": "share",
    "open": "edge",
    "close": "edge",
}
"""The keys whose values are numbers, lengths of time, times of day or shares."""


@dataclass(frozen=True, slots=True)
class Knob:
    """A value of the file that can be changed by itself; `shared` rules say it by an alias, too."""

    path: KeyPath
    kind: Kind
    written: str
    shared: int = 0

    @property
    def key(self) -> str:
        """The path as people write it: `caps.0.max`."""
        return ".".join(str(step) for step in self.path)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its section and name in the file, what it says, in which line, and its values."""

    section: str
    name: str
    words: Phrase
    line: int
    knobs: tuple[Knob, ...]


def rules_of(workspace: Workspace) -> tuple[Rule, ...]:
    """Caps and the gap first, then the others in the order of their sections."""
    policy = workspace.policy
    found = [
        _rule(workspace, "caps", cap.name, rulewords.cap_in_words(cap), ("caps", place))
        for place, cap in enumerate(policy.caps)
    ]
    if policy.gap is not None:
        found.append(_rule(workspace, "gap", "gap", rulewords.gap_in_words(policy.gap), ("gap",)))
    named: tuple[tuple[str, Mapping[str, Any], Callable[[Any], Phrase]], ...] = (
        ("categories", policy.categories, rulewords.category_in_words),
        ("channels", policy.channels, rulewords.channel_in_words),
        ("lines", policy.lines, rulewords.line_in_words),
        ("touchpoints", policy.touchpoints, rulewords.touchpoint_in_words),
    )
    for section, values, in_words in named:
        for name, value in values.items():
            found.append(_rule(workspace, section, name, in_words(value), (section, name)))
    return tuple(_sharing(found, workspace))


def knob_at(workspace: Workspace, key: str) -> tuple[Rule, Knob] | None:
    """The value with this key and its rule, None where there is none to be changed by itself."""
    each = ((rule, knob) for rule in rules_of(workspace) for knob in rule.knobs)
    return next((found for found in each if found[1].key == key), None)


def _rule(workspace: Workspace, section: str, name: str, words: Phrase, path: KeyPath) -> Rule:
    line = workspace.where(*path)[0]
    return Rule(section, name, words, line, tuple(_knobs(workspace.tree, path)))


def _knobs(tree: Node, path: KeyPath) -> Iterator[Knob]:
    node: Node | None = tree
    for step in path:
        node = None if node is None else node.step(step)
    if node is None:
        return
    if isinstance(node.value, Scalar):
        yield from _knob(node, path, str(path[-1]))
    elif isinstance(node.value, Mapping):
        for key, below in node.value.items():
            if key == "window":
                yield from _knobs(tree, (*path, key))
            elif key == "hours" and isinstance(below.value, Mapping):
                for days, span in below.value.items():
                    yield from _knob(span, (*path, key, days), key)
            else:
                yield from _knob(below, (*path, key), key)


def _knob(node: Node, path: KeyPath, key: str) -> Iterator[Knob]:
    kind: Kind | None = "hours" if key == "hours" else _KINDS.get(key)
    plain = isinstance(node.value, Scalar) and node.written and "${" not in node.written
    if kind is not None and plain:
        yield Knob(path, kind, node.written)


def _sharing(rules: Iterable[Rule], workspace: Workspace) -> Iterator[Rule]:
    """The rules with how many others say each value by an alias, and change with it."""
    told = list(rules)
    places: dict[tuple[int, int], int] = {}
    for rule in told:
        for knob in rule.knobs:
            place = _place(workspace, knob)
            places[place] = places.get(place, 0) + 1
    for rule in told:
        knobs = tuple(
            Knob(each.path, each.kind, each.written, places[_place(workspace, each)] - 1)
            for each in rule.knobs
        )
        yield Rule(rule.section, rule.name, rule.words, rule.line, knobs)


def _place(workspace: Workspace, knob: Knob) -> tuple[int, int]:
    node = scalar_at(workspace.tree, knob.path)
    return node.place if node is not None else (0, 0)
