"""The workspace file as it was read: what it says, where, and how to complain about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from touchpoints.errors import Complaint, PolicyError
from touchpoints.workspace.environment import Concealed, Expansion, conceals
from touchpoints.workspace.nodes import KeyPath, Node, Scalar
from touchpoints.workspace.reading import read_tree

FILE_NAME = "touchpoints.yaml"
MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Remark:
    """What a complaint says, apart from its place; `key` puts it at the key, not at the value."""

    what: str
    remedy: str
    code: str
    key: bool = False
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True, slots=True)
class Document:
    """A file's tree and its plain values, with the environment's in them."""

    file: str
    root: Node
    data: Mapping[str, Any]

    def complain(self, path: KeyPath, remark: Remark) -> Complaint:
        """A complaint at a key path."""
        place = self.root.place_of(path, key=remark.key)
        return Complaint(
            self.file, *place, remark.what, remark.remedy, remark.code, remark.severity
        )

    def at(self, path: KeyPath) -> Any:
        """The value at a key path, or None."""
        value: Any = self.data
        for step in path:
            if isinstance(step, str) and isinstance(value, Mapping):
                value = value.get(step)
            elif isinstance(step, int) and isinstance(value, list) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def section(self, *path: str) -> Mapping[str, Any]:
        """The mapping at a key path, empty where there is none."""
        value = self.at(path)
        return value if isinstance(value, Mapping) else {}

    def conceals(self, path: KeyPath) -> bool:
        """Whether what stands at a key path must not be shown."""
        return conceals(self.at(path))

    def quoted(self, path: KeyPath) -> str:
        """The value at a key path as the file writes it, short enough for a sentence."""
        node = self.root
        for step in path:
            node = node.step(step) or node
        if not isinstance(node.value, Scalar):
            kind = "mapping" if isinstance(node.value, Mapping) else "list"
            return f"a {kind}" if node.value else f"an empty {kind}"
        if not isinstance(node.value, str):
            return node.written or "blank"
        value = self.at(path)
        shown = value.shown if isinstance(value, Concealed) else node.value
        return repr(shown if len(shown) <= 60 else shown[:57] + "...")

    def known(self, path: KeyPath) -> tuple[KeyPath, KeyPath]:
        """A key path split into the steps that the file has, and those that it has not."""
        node, there, missing = self.root, list[str | int](), list[str | int]()
        for step in path:
            below = node.step(step)
            if below is None:
                missing.append(step)
            else:
                node = below
                there.append(step)
        return tuple(there), tuple(missing)


def open_document(
    root: Path, environ: Mapping[str, str], text: str | None = None
) -> tuple[Document, list[Complaint], list[Complaint]]:
    """The workspace's file, what is wrong with it as YAML, and which variables are missing.

    `text` stands in for what the file has. Raises PolicyError where there is nothing to go on with.
    """
    tree, complaints = read_tree(_read_text(root) if text is None else text, FILE_NAME)
    if tree is None or (tree.value is None and not complaints):
        raise _refusal("the file is empty", "run `touchpoints init DIR` for one to start from")
    expansion = Expansion(FILE_NAME, environ)
    data = expansion.plain(tree)
    if not isinstance(data, Mapping):
        what = "the file is not a mapping"
        stop = Complaint(FILE_NAME, *tree.place, what, "expected lines such as `name: …`", "type")
        raise PolicyError([*complaints, stop])
    return Document(FILE_NAME, tree, data), complaints, expansion.complaints


def _read_text(root: Path) -> str:
    file = root / FILE_NAME
    try:
        if not file.is_file():
            remedy = "run `touchpoints init DIR` to make a workspace, or name one with -w DIR"
            raise _refusal(f"there is no {FILE_NAME} in {root}", remedy, "no-workspace")
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise _refusal(f"the file cannot be read: {reason}", "check its permissions") from None
    if len(content) > MOST_BYTES:
        raise _refusal("the file is larger than 1 MB", "split what it says", "too-large")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(errors="replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        what = f"the byte 0x{content[error.start]:02x} is not UTF-8"
        remedy = "save the file as UTF-8"
        raise PolicyError([Complaint(FILE_NAME, line, column, what, remedy, "encoding")]) from None


def _refusal(what: str, remedy: str, code: str = "unreadable") -> PolicyError:
    return PolicyError([Complaint(FILE_NAME, 1, 1, what, remedy, code)])
