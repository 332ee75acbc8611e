"""The lines of a file, decoded and counted, with a way back to the start of a broken row."""

from __future__ import annotations

import codecs
import io
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from encodings.aliases import aliases
from pathlib import Path
from typing import BinaryIO, TextIO

from touchpoints.errors import UsageError
from touchpoints.workspace.names import did_you_mean

LONGEST = 10_000_000
"""Characters of a line; what is longer is no table, and would only fill the memory."""


class Lines:
    """The lines of one file in their order, each with its line end. Raises UsageError.

    `number` is that of the last line handed out. Bytes that are no characters come as lone
    surrogates, so that one bad line does not spoil the others.
    """

    def __init__(self, text: TextIO, file: Path, encoding: str) -> None:
        self.file = file
        self.encoding = encoding
        self.number = 0
        self._text = text
        self._held: deque[str] = deque()
        self._taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        """Go on where the file has been read to; after a `retreat` iterate anew."""
        try:
            while line := self._held.popleft() if self._held else self._text.readline(LONGEST):
                if len(line) == LONGEST:
                    raise self._too_long()
                if self.number == 0 and not (line := line.lstrip("\ufeff")):
                    return
                self.number += 1
                self._taken.append(line)
                yield line
        except UnicodeError as error:
            raise UsageError(undecodable(self.file, self.encoding)) from error
        except OSError as error:
            raise UsageError(f"{self.file}: {error.strerror or error}") from error

    def begin(self) -> int:
        """Begin a new row; returns the number of its first line."""
        self._taken.clear()
        return self.number + 1

    def retreat(self) -> str:
        """Give back all lines of the row but the first, which is returned."""
        first, rest = self._taken[0], self._taken[1:]
        self._held.extendleft(reversed(rest))
        self.number -= len(rest)
        return first

    def head(self) -> str:
        """The first line that is not blank, still to be read; empty where there is none."""
        for line in self:
            if line.strip():
                self._held.appendleft(line)
                self.number -= 1
                return line
        return ""

    def _too_long(self) -> UsageError:
        return UsageError(
            f"{self.file}:{self.number + 1}: the line has more than {LONGEST:,} characters;"
            " expected a table with one row a line"
        )


@contextmanager
def opened(file: Path, encoding: str | None) -> Iterator[tuple[Lines, BinaryIO]]:
    """The lines of a file, and the bytes below them, whose position tells how far one has read.

    Raises UsageError where the file is none, or is no text in this encoding.
    """
    name = _codec(encoding or "utf-8")
    if not file.is_file():
        raise UsageError(f"{file}: {'not a file' if file.exists() else 'no such file'}")
    try:
        below = file.open("rb")
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror or error}") from error
    with below, io.TextIOWrapper(below, name, errors="surrogateescape", newline="") as text:
        yield Lines(text, file, name), below


def undecodable(file: Path, encoding: str) -> str:
    """The message about a file that is no text in this encoding."""
    return (
        f"{file}: the file is not {encoding}; name its encoding, for example"
        " --encoding gb18030, cp1252 or utf-16"
    )


def _codec(encoding: str) -> str:
    """The codec's own name. Raises UsageError."""
    try:
        name = codecs.lookup(encoding).name
        io.TextIOWrapper(io.BytesIO(), name).close()
    except (LookupError, ValueError):
        near = did_you_mean(encoding, aliases)
        raise UsageError(
            f"{encoding!r} is not an encoding; expected a name such as utf-8, gb18030 or cp1252"
            + (f"; {near}" if near else "")
        ) from None
    return name
