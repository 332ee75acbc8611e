"""YAML 1.2 text -> a tree of nodes, with a complaint for everything that is not plain YAML."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from touchpoints.errors import Complaint, PolicyError
from touchpoints.workspace.nodes import Node, Place, Scalar

MOST_VALUES = 100_000
"""More values, aliases spelt out, than any hand-written file has; reading stops there."""
DEEPEST = 32

_TEXT_TAG = "tag:yaml.org,2002:str"
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
_BASED = re.compile(r"0o[0-7]{1,20}|0x[0-9a-fA-F]{1,15}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"([-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


def read_tree(text: str, file: str) -> tuple[Node | None, list[Complaint]]:
    """The tree of a file, None if it is empty, and what is wrong in it but did not stop reading.

    Raises PolicyError where reading cannot go on: text that is not YAML, or far too much of it.
    """
    reader = _TreeReader(file, YAML(typ="safe", pure=True).parse(text))
    try:
        return reader.document(), reader.complaints
    except YAMLError as error:
        stop = _syntax_complaint(error, text, file)
    except (
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ) as error:
        # ruamel lets these through for a few malformed escapes, tags and directives
        what = f"what follows here is not YAML: {error}"
        stop = Complaint(
            file, *reader.place, what, "look for odd escapes, tags or directives", "yaml"
        )
    raise PolicyError([*reader.complaints, stop])


def resolve(written: str) -> Scalar:
    """The value of an unquoted scalar by the core schema of YAML 1.2 (section 10.3.2).

    Numbers too long for 64 bits stay text.
    """
    if written in _WORDS:
        return _WORDS[written]
    if _WHOLE.fullmatch(written):
        return int(written)
    if _BASED.fullmatch(written):
        return int(written, 0)
    if len(written) < 64 and _NUMBER.fullmatch(written) and not written.isdecimal():
        return float(written)
    infinite = _INFINITE.fullmatch(written)
    if infinite is not None:
        return math.nan if infinite[1] is None else float(infinite[1] + "inf")
    return written


class _TreeReader:
    """Takes the events of the parser one after the other, and keeps what it complains about."""

    def __init__(self, file: str, events: Iterator[Event]) -> None:
        self.file = file
        self.complaints: list[Complaint] = []
        self.place: Place = (1, 1)
        self._events = events
        self._anchors: dict[str, Node | None] = {}
        self._depth = 0
        self._count = 0

    def document(self) -> Node | None:
        """The only document of the file."""
        root = None
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    self._complain(_place(event), "a second document starts here", "keep one")
                    break
                root = self._node(self._next())
        return root

    def _next(self) -> Event:
        self._count += 1
        if self._count > 2 * MOST_VALUES:
            raise PolicyError([*self.complaints, self._too_much(self.place)])
        event = next(self._events)
        self.place = _place(event)
        return event

    def _node(self, event: Event) -> Node:
        if isinstance(event, AliasEvent):
            return self._alias(event)
        anchor = event.anchor if isinstance(event, NodeEvent) else None
        if anchor is not None:
            self._anchors[anchor] = None
        node = self._scalar(event) if isinstance(event, ScalarEvent) else self._collection(event)
        if node.size > MOST_VALUES:
            raise PolicyError([*self.complaints, self._too_much(node.place)])
        if anchor is not None:
            self._anchors[anchor] = node
        return node

    def _alias(self, event: AliasEvent) -> Node:
        node = self._anchors.get(event.anchor)
        if node is not None:
            return node
        what = f"`*{event.anchor}` stands for itself"
        if event.anchor not in self._anchors:
            what = f"`*{event.anchor}` stands for nothing: no `&{event.anchor}` comes before it"
        self._complain(_place(event), what, "write the value out")
        return Node(_place(event), None)

    def _scalar(self, event: ScalarEvent) -> Node:
        self._check_tag(event, _TEXT_TAG)
        plain = event.style is None and event.tag is None
        value = resolve(event.value) if plain else event.value
        return Node(_place(event), value, event.value, plain)

    def _collection(self, event: Event) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            what = f"this is nested more than {DEEPEST} deep"
            raise PolicyError(
                [*self.complaints, Complaint(self.file, *_place(event), what, "", "yaml")]
            )
        self._check_tag(event, None)
        node = self._mapping(event) if isinstance(event, MappingStartEvent) else self._list(event)
        self._depth -= 1
        return node

    def _list(self, start: Event) -> Node:
        items: list[Node] = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            items.append(self._node(event))
        return Node(_place(start), items, size=1 + sum(item.size for item in items))

    def _mapping(self, start: Event) -> Node:
        values: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        merged: list[Node] = []
        while not isinstance(event := self._next(), MappingEndEvent):
            key, value = self._node(event), self._node(self._next())
            if key.plain and key.written == "<<":
                merged += self._merged(value)
            elif not isinstance(key.value, str):
                single = isinstance(key.value, Scalar)
                what = f"the key `{key.written}` is not text" if single else "a key is not text"
                self._complain(key.place, what, "write it in quotes", "key-not-text")
            elif key.value in values:
                what = f"`{key.value}` is given twice"
                remedy = f"the first is in line {keys[key.value][0]}; keep one"
                self._complain(key.place, what, remedy, "duplicate-key")
            else:
                values[key.value], keys[key.value] = value, key.place
        for mapping in merged:
            assert isinstance(mapping.value, Mapping)  # noqa: S101 - _merged lets only these pass
            values = {**mapping.value, **values}
            keys = {**mapping.keys, **keys}
        return Node(_place(start), values, keys=keys, size=1 + sum(n.size for n in values.values()))

    def _merged(self, value: Node) -> list[Node]:
        mappings = value.value if isinstance(value.value, list) else [value]
        if all(isinstance(mapping.value, Mapping) for mapping in mappings):
            return mappings
        self._complain(value.place, "`<<` takes a mapping", "name one, such as `<<: *defaults`")
        return []

    def _check_tag(self, event: Event, allowed: str | None) -> None:
        tag = (
            event.tag
            if isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent)
            else None
        )
        if tag is not None and tag not in (allowed, "!"):
            self._complain(_place(event), f"the tag {tag} means nothing here", "remove it")

    def _complain(self, place: Place, what: str, remedy: str, code: str = "yaml") -> None:
        self.complaints.append(Complaint(self.file, *place, what, remedy, code))

    def _too_much(self, place: Place) -> Complaint:
        what = f"this stands for more than {MOST_VALUES} values"
        return Complaint(
            self.file, *place, what, "use fewer aliases, or a smaller file", "too-large"
        )


def _place(event: Event) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _syntax_complaint(error: YAMLError, text: str, file: str) -> Complaint:
    line, column, problem = 1, 1, str(error)
    if isinstance(error, ReaderError):
        before = text[: error.position]
        line, column = before.count("\n") + 1, error.position - (before.rfind("\n") + 1) + 1
        problem = f"the character {chr(error.character)!r} is not allowed"
    elif isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        if mark is not None:
            line, column = mark.line + 1, mark.column + 1
        problem = " ".join(part for part in (error.context, error.problem) if part)
    remedy = "indent with spaces, not tabs" if r"'\t'" in problem else ""
    return Complaint(file, line, column, f"this is not YAML: {problem}", remedy, "yaml")
