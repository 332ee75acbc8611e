"""One value of the workspace file replaced where it stands; every other byte stays as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ruamel.yaml import YAML
from ruamel.yaml.events import ScalarEvent

from touchpoints.errors import UsageError
from touchpoints.workspace.nodes import KeyPath, Node, Scalar
from touchpoints.workspace.reading import read_tree

_PLAIN = re.compile(r"[\w%]+")
"""What may stand without quotes wherever a value may, also between brackets."""
_SAFE = re.compile(r"[\w%:+., -]{1,80}")
"""Numbers, durations, times of day and spans of hours, and nothing that YAML gives a meaning."""


def scalar_at(root: Node, path: KeyPath) -> Node | None:
    """The single value at a key path, None where there is none."""
    node: Node | None = root
    for step in path:
        node = None if node is None else node.step(step)
    return node if node is not None and isinstance(node.value, Scalar) else None


def replaced(text: str, path: KeyPath, value: str) -> str:
    """The file's text with another value at a key path, in the quotes that it had.

    Raises UsageError where there is no single value that could be replaced so, and PolicyError
    where the text is no YAML.
    """
    if not _SAFE.fullmatch(value):
        raise UsageError(f"{value!r} is no number, duration or time; edit the file itself")
    root, _ = read_tree(text, "touchpoints.yaml")
    node = None if root is None else scalar_at(root, path)
    if root is None or node is None or "${" in node.written:
        raise UsageError(f"{_named(path)} cannot be changed here; edit the file itself")
    start, end = _extent(text, node)
    old = text[start:end]
    quote = old[:1] if old[:1] in {'"', "'"} else "" if _PLAIN.fullmatch(value) else '"'
    new = f"{text[:start]}{quote}{value}{quote}{text[end:]}"
    after, _ = read_tree(new, "touchpoints.yaml")
    changed = None if after is None else scalar_at(after, path)
    if after is None or changed is None or changed.written != value or _others(root, after, node):
        raise UsageError(f"{_named(path)} cannot be changed here; edit the file itself")
    return new


def _extent(text: str, node: Node) -> tuple[int, int]:
    """Where the value begins and ends in the text."""
    for event in YAML(typ="safe", pure=True).parse(text):
        if isinstance(event, ScalarEvent):
            mark = event.start_mark
            if (mark.line + 1, mark.column + 1) == node.place and event.anchor is None:
                if event.tag is not None or event.style in {"|", ">"}:
                    break
                return mark.index, event.end_mark.index
    raise UsageError("a value with an anchor, a tag or several lines is changed in the file itself")


def _others(before: Node, after: Node, changed: Node) -> bool:
    """Whether anything else than one value, and what repeats it by an alias, is different."""
    if isinstance(before.value, Scalar) and before.place == changed.place:
        return False
    if isinstance(before.value, Mapping) and isinstance(after.value, Mapping):
        pairs = zip(before.value.items(), after.value.items(), strict=False)
        same = before.value.keys() == after.value.keys()
        return not same or any(_others(old, new, changed) for (_, old), (_, new) in pairs)
    if isinstance(before.value, list) and isinstance(after.value, list):
        same = len(before.value) == len(after.value)
        pairs_of = zip(before.value, after.value, strict=False)
        return not same or any(_others(old, new, changed) for old, new in pairs_of)
    return before.value != after.value


def _named(path: KeyPath) -> str:
    return ".".join(str(step) for step in path)
