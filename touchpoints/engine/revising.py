"""Revising: one value of the policy changed, tried, checked, and written only if it is right."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from touchpoints.engine.checking import Checker
from touchpoints.engine.vocabulary import Vocabulary
from touchpoints.errors import PolicyError, UsageError
from touchpoints.workspace import Workspace, load
from touchpoints.workspace.document import FILE_NAME, MOST_BYTES
from touchpoints.workspace.editing import replaced
from touchpoints.workspace.nodes import KeyPath


class ChangedMeanwhileError(UsageError):
    """The file has changed since it was read; nothing was written."""


@dataclass(frozen=True, slots=True)
class Source:
    """The workspace file as it was read; `mark` tells it from every other content."""

    root: Path
    file: Path
    content: bytes

    @classmethod
    def of(cls, root: Path) -> Source:
        """The file of a workspace as it is now. Raises UsageError."""
        file = (root / FILE_NAME).resolve()
        try:
            with file.open("rb") as stream:
                return cls(root, file, stream.read(MOST_BYTES + 1))
        except OSError as error:
            raise UsageError(f"{FILE_NAME} cannot be read: {error.strerror}") from error

    @property
    def mark(self) -> str:
        """The SHA-256 of what the file had."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Draft:
    """The file with one value changed, not saved: its bytes, and the workspace that it makes."""

    source: Source
    content: bytes
    workspace: Workspace


def drafted(source: Source, path: KeyPath, value: str, environ: Mapping[str, str]) -> Draft:
    """What the file would be with another value at a key path.

    Raises UsageError where it cannot be changed so, and PolicyError where the policy is not valid.
    """
    try:
        text = source.content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{FILE_NAME} is not UTF-8") from error
    mark, text = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    new = replaced(text, path, value)
    return Draft(source, (mark + new).encode(), load(source.root, environ, new))


def saved(draft: Draft, known: Vocabulary) -> None:
    """Write the draft in place of the file, at once or not at all.

    Raises PolicyError with what `check` finds to be wrong, and ChangedMeanwhileError.
    """
    found = Checker(draft.workspace, known).everything()
    errors = [each for each in found if each.severity == "error"]
    if errors:
        raise PolicyError(errors)
    file = draft.source.file
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(draft.content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(file.stat().st_mode & 0o777)
        if Source.of(draft.source.root).mark != draft.source.mark:
            raise ChangedMeanwhileError(
                f"{FILE_NAME} has changed since this page was opened; nothing was written"
            )
        Path(name).replace(file)
    finally:
        Path(name).unlink(missing_ok=True)
