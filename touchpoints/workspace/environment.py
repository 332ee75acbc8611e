"""Values from the environment: `${NAME}` inside any text, never written out again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from touchpoints.errors import Complaint
from touchpoints.workspace.nodes import Node

_REFERENCE = re.compile(r"\$\$\{|\$\{([^}]*)\}?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PASSWORD = re.compile(r"(://[^/@:\s]*):[^@\s]*@")


class Concealed(str):
    """A text that holds a secret: it works as any text, but its `repr` is what the file says."""

    __slots__ = ("shown",)

    shown: str

    def __new__(cls, text: str, shown: str) -> Concealed:
        """A text, and what stands in its place wherever a person may read it."""
        concealed = super().__new__(cls, text)
        concealed.shown = shown
        return concealed

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return str(self), self.shown

    def __repr__(self) -> str:
        return repr(self.shown)


class Expansion:
    """Turns a tree into plain mappings, lists and scalars, with the environment's values in it."""

    def __init__(self, file: str, environ: Mapping[str, str]) -> None:
        self.complaints: list[Complaint] = []
        self._file = file
        self._environ = environ
        self._done: dict[int, Any] = {}

    def plain(self, node: Node) -> Any:
        """The value of a node; what an alias repeats is one and the same value."""
        if id(node) not in self._done:
            self._done[id(node)] = self._plain(node)
        return self._done[id(node)]

    def _plain(self, node: Node) -> Any:
        if isinstance(node.value, Mapping):
            return {key: self.plain(value) for key, value in node.value.items()}
        if isinstance(node.value, list):
            return [self.plain(item) for item in node.value]
        return self._text(node, node.value) if isinstance(node.value, str) else node.value

    def _text(self, node: Node, text: str) -> str:
        taken: list[str] = []

        def value(match: re.Match[str]) -> str:
            if match[1] is None:
                return "${"
            taken.append(match[1])
            return self._value(node, match)

        expanded = _REFERENCE.sub(value, text)
        shown = _PASSWORD.sub(r"\1:***@", text)
        return Concealed(expanded, shown) if taken or shown != text else expanded

    def _value(self, node: Node, match: re.Match[str]) -> str:
        name = match[1]
        if not _NAME.fullmatch(name) or not match[0].endswith("}"):
            what = f"`{match[0]}` does not name an environment variable"
            remedy = "write ${NAME}, or $${ for the characters ${ themselves"
        elif name in self._environ:
            return self._environ[name]
        else:
            what = f"the environment has no variable `{name}`"
            remedy = f"set {name}, or write $${{ for the characters ${{ themselves"
        self.complaints.append(Complaint(self._file, *node.place, what, remedy, "environment"))
        return match[0]


def conceals(value: object) -> bool:
    """Whether a value, or anything in it, must not be shown."""
    if isinstance(value, Mapping):
        return any(conceals(item) for item in value.values())
    if isinstance(value, list):
        return any(conceals(item) for item in value)
    return isinstance(value, Concealed)
