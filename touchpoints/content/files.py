"""Template files on disk: read whole, within limits, and never from outside their folder."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from pathlib import Path

from jinja2 import BaseLoader, Environment, TemplateNotFound

from touchpoints.content.limits import SOURCE_BYTES
from touchpoints.errors import UsageError


class SharedFiles(BaseLoader):
    """Files inside the templates folder, for `include` and `extends`."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def get_source(
        self,
        environment: Environment,  # noqa: ARG002 - the signature is Jinja's
        template: str,
    ) -> tuple[str, str, Callable[[], bool]]:
        """The text of a shared file. Raises TemplateNotFound outside the folder or for no file."""
        path = (self._root / posixpath.normpath(template)).resolve()
        if not path.is_relative_to(self._root) or not path.is_file():
            raise TemplateNotFound(template)
        written = stamp(path)
        return read_source(path), str(path), lambda: stamp(path) == written


def stamp(path: Path) -> tuple[int, int] | None:
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
            raise UsageError(f"{path}: larger than {SOURCE_BYTES // 1024} KB; split it up")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
