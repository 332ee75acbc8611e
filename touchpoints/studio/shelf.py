"""The files that authors write: only those in the templates folder, only by names they may have."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from touchpoints.content.files import read_source
from touchpoints.content.folder import NAME, FileName
from touchpoints.content.limits import SOURCE_BYTES
from touchpoints.engine.samples import FILE as SAMPLES
from touchpoints.engine.writing import put
from touchpoints.errors import UsageError

_SHARED = re.compile(r"_[\w-]*/[A-Za-z0-9][\w.-]*\.j2")
_WRITING = Lock()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as it is now: its text with plain line ends, and the SHA-256 of its bytes."""

    text: str
    version: str


class ChangedError(UsageError):
    """The file is another one than the one that was opened; nothing was written."""

    def __init__(self, sheet: Sheet | None) -> None:
        self.sheet = sheet
        super().__init__("the file has changed since it was opened; nothing was written")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The templates folder of a workspace, its files by their names in it: `birthday/sms.en.j2`."""

    root: Path

    def templates(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The folders that hold texts, with the names of their files; shared ones come last."""
        folders = (each for each in self.root.iterdir()) if self.root.is_dir() else iter(())
        named = sorted(each.name for each in folders if each.is_dir())
        for folder in sorted(named, key=lambda name: (name.startswith("_"), name)):
            files = sorted(each.name for each in (self.root / folder).glob("*.j2"))
            known = tuple(name for name in files if self.knows(f"{folder}/{name}"))
            if known:
                yield folder, known

    def knows(self, name: str) -> bool:
        """Whether a file may be called so."""
        folder, _, file = name.partition("/")
        is_text = NAME.fullmatch(folder) is not None and FileName.parse(file) is not None
        return is_text or _SHARED.fullmatch(name) is not None

    def read(self, name: str) -> Sheet:
        """A file as it is now. Raises UsageError for no file, and for one that is none of ours."""
        path = self._path(name)
        if not path.is_file():
            raise UsageError(f"there is no text {name!r}; see the list of templates")
        return _sheet(path)

    def samples(self) -> Sheet | None:
        """The file of the sample customers as it is now; None where there is none."""
        path = self._inside(SAMPLES)
        return _sheet(path) if path.is_file() else None

    def write_samples(self, text: str, opened: str | None) -> str:
        """Write the file of the sample customers, under the same rules as a text."""
        return _written(self._inside(SAMPLES), text, opened)

    def write(self, name: str, text: str, opened: str | None) -> str:
        """Write a file whole or not at all; returns its new version.

        `opened` is the version that the writer has seen, None for a new file. Raises ChangedError
        where it is another one by now, UsageError for what cannot be a template file.
        """
        return _written(self._path(name), text, opened)

    def _path(self, name: str) -> Path:
        """Raises UsageError for what is no text's name."""
        if not self.knows(name):
            raise UsageError(f"{name[:80]!r} is not the name of a text")
        return self._inside(name)

    def _inside(self, name: str) -> Path:
        """Raises UsageError for a place outside the folder, and for a link."""
        path = self.root / name
        if path.is_symlink():
            raise UsageError(f"{name[:80]!r} is not the name of a text")
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise UsageError(f"{name[:80]!r} leads out of the templates folder")
        return path


def _sheet(path: Path) -> Sheet:
    return Sheet(read_source(path).replace("\r\n", "\n"), _version(path))


def _written(path: Path, text: str, opened: str | None) -> str:
    content = _encoded(text, path.name)
    with _WRITING:
        there = path.is_file()
        if (_version(path) if there else None) != opened:
            raise ChangedError(_sheet(path) if there else None)
        if there and b"\r\n" in path.read_bytes():
            content = content.replace(b"\n", b"\r\n")
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, content)
    return hashlib.sha256(content).hexdigest()


def _encoded(text: str, name: str) -> bytes:
    try:
        content = text.replace("\r\n", "\n").encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"{name}: half a character at {error.start}; remove it") from error
    if len(content) > SOURCE_BYTES:
        raise UsageError(f"{name}: larger than {SOURCE_BYTES // 1024} KB; split it up")
    return content


def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
