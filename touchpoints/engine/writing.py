"""Writing a file of the workspace whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from touchpoints.errors import UsageError


def put(path: Path, content: bytes) -> None:
    """The new file beside the old one, on disk, and then in its place; with the old one's mode.

    Raises UsageError where it cannot be written.
    """
    number, made = tempfile.mkstemp(prefix=".", suffix=".new", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(made).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(made).replace(path)
    except OSError as error:
        with suppress(OSError):
            Path(made).unlink()
        raise UsageError(f"{path.name} cannot be written: {error.strerror}") from error
