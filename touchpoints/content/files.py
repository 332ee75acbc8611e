"""Template files on disk: read whole, within limits, and never from outside their folder."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import BaseLoader, Environment, TemplateNotFound

from touchpoints.content.limits import SOURCE_BYTES
from touchpoints.errors import UsageError

Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class TemplateFiles:
    """The files of a templates folder; `drafts` are texts that stand for files, saved or not.

    A draft is named as in the folder: `birthday/sms.en.j2`.
    """

    root: Path
    drafts: Mapping[str, str] = field(default_factory=dict)

    def stamp(self, path: Path) -> Stamp | None:
        """When a file was written and how large it is, or None where it is not there."""
        draft = self._draft(path) if self.drafts else None
        return stamp(path) if draft is None else (-1, len(draft))

    def read(self, path: Path) -> str:
        """The text of a file. Raises UsageError where it is too large or is not UTF-8."""
        draft = self._draft(path) if self.drafts else None
        if draft is None:
            return read_source(path)
        if len(draft.encode("utf-8", "replace")) > SOURCE_BYTES:
            raise _too_large(path)
        return draft

    def shared(self, name: str) -> Path | None:
        """The file that `include` or `extends` names; None outside the folder or for no file."""
        if "\0" in name:
            return None
        path = (self.root / posixpath.normpath(name)).resolve()
        inside = path.is_relative_to(self.root.resolve())
        return path if inside and self.stamp(path) is not None else None

    def folders(self) -> list[str]:
        """The names of the folders."""
        there = self.root.iterdir() if self.root.is_dir() else ()
        drafted = (name.split("/")[0] for name in self.drafts if "/" in name)
        return sorted({path.name for path in there if path.is_dir()} | set(drafted))

    def within(self, folder: Path) -> list[Path]:
        """The files of one folder, sorted by name."""
        there = folder.iterdir() if folder.is_dir() else ()
        drafted = (self.root / name for name in self.drafts if (self.root / name).parent == folder)
        return sorted({path for path in there if path.is_file()} | set(drafted))

    def _draft(self, path: Path) -> str | None:
        for root in (self.root, self.root.resolve()):
            if path.is_relative_to(root):
                found = self.drafts.get(path.relative_to(root).as_posix())
                if found is not None:
                    return found
        return None


@dataclass(frozen=True, slots=True)
class KeptFiles(TemplateFiles):
    """The same, each asked for once: whoever checks them all sees them as they were then."""

    _stamps: dict[Path, Stamp | None] = field(default_factory=dict, init=False)
    _texts: dict[Path, str] = field(default_factory=dict, init=False)
    _shared: dict[str, Path | None] = field(default_factory=dict, init=False)

    def stamp(self, path: Path) -> Stamp | None:
        """When a file was written and how large it is, or None where it is not there."""
        if path not in self._stamps:
            self._stamps[path] = TemplateFiles.stamp(self, path)
        return self._stamps[path]

    def read(self, path: Path) -> str:
        """The text of a file. Raises UsageError where it is too large or is not UTF-8."""
        if path not in self._texts:
            self._texts[path] = TemplateFiles.read(self, path)
        return self._texts[path]

    def shared(self, name: str) -> Path | None:
        """The file that `include` or `extends` names; None outside the folder or for no file."""
        if name not in self._shared:
            self._shared[name] = TemplateFiles.shared(self, name)
        return self._shared[name]


class SharedFiles(BaseLoader):
    """Files inside the templates folder, for `include` and `extends`."""

    def __init__(self, files: TemplateFiles) -> None:
        self._files = files

    def get_source(
        self,
        environment: Environment,  # noqa: ARG002 - the signature is Jinja's
        template: str,
    ) -> tuple[str, str, Callable[[], bool]]:
        """The text of a shared file. Raises TemplateNotFound outside the folder or for no file."""
        path = self._files.shared(template)
        if path is None:
            raise TemplateNotFound(template)
        written = self._files.stamp(path)
        return self._files.read(path), str(path), lambda: self._files.stamp(path) == written


def stamp(path: Path) -> Stamp | None:
    """When a file was written and how large it is, or None where it is not there."""
    try:
        state = path.stat()
    except (OSError, ValueError):
        return None
    return state.st_mtime_ns, state.st_size


def read_source(path: Path) -> str:
    """The text of a template file. Raises UsageError where it is too large or is not UTF-8."""
    try:
        if path.stat().st_size > SOURCE_BYTES:
            raise _too_large(path)
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error


def _too_large(path: Path) -> UsageError:
    return UsageError(f"{path}: larger than {SOURCE_BYTES // 1024} KB; split it up")
