"""The end of a file of lines, locked: whole lines get on, or nothing does."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType


class TornError(Exception):
    """A line may be there in part, or not be on disk; nobody can say."""


class Tail:
    """The locked end of a file, as a context: nobody else who locks appends meanwhile.

    Entering makes the file if need be, and raises OSError if that cannot be done.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Tail:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._file = os.open(self._path, flags, 0o666)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            self._size = os.fstat(self._file).st_size
            self._torn = self._size > 0 and os.pread(self._file, 1, self._size - 1) != b"\n"
        except BaseException:
            os.close(self._file)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._file)

    def append(self, line: bytes) -> None:
        """Write one line in one write, on disk when this returns.

        A last line that a killed writer left torn is ended first, in the same write. Raises
        OSError if provably nothing of the line is in the file, else TornError.
        """
        whole = (b"\n" if self._torn else b"") + line + b"\n"
        try:
            written = os.write(self._file, whole)
        except OSError:
            self.take_back()
            raise
        if written < len(whole):
            self.take_back()
            raise OSError("no room for a whole line")
        try:
            os.fsync(self._file)
        except OSError as error:
            raise TornError(error.strerror or str(error)) from error

    def take_back(self) -> None:
        """Cut the file to its length on entering. Raises TornError if it stays longer."""
        try:
            if os.fstat(self._file).st_size != self._size:
                os.ftruncate(self._file, self._size)
                os.fsync(self._file)
        except OSError as error:
            raise TornError(error.strerror or str(error)) from error
