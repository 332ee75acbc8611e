"""The provider's own ledger: what it took and when, a line for each, on disk before any answer."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

_MARK = re.compile(r"\[\[([^\[\]]+)\]\]")
"""How the texts of the world name the messages in them: the message itself, and its sections."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One acceptance. `holds` are the keys of all that the text holds, its sections among them.

    A `replay` is a key that a provider who knows keys had taken before: nobody is written to again.
    """

    channel: str
    key: str
    sha256: str
    recipient: str
    at: float
    holds: tuple[str, ...]
    replay: bool = False

    @classmethod
    def of(cls, channel: str, key: str, content: bytes, text: str, recipient: str) -> Entry:
        """A message as it came in, at no instant yet."""
        sha256 = hashlib.sha256(content).hexdigest()
        return cls(channel, key, sha256, recipient, 0.0, tuple(_MARK.findall(text)))


class Ledger:
    """Appends to the file; each line is on disk when `add` returns."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("ab", buffering=0)

    def add(self, entry: Entry) -> None:
        """Write one acceptance down for good."""
        self._file.write(json.dumps(asdict(entry)).encode() + b"\n")
        os.fdatasync(self._file.fileno())


class LedgerReader:
    """Reads a ledger on while it grows."""

    def __init__(self, file: Path) -> None:
        self._file, self._read = file, 0

    def size(self) -> int:
        """How many bytes it has by now."""
        return self._file.stat().st_size if self._file.exists() else 0

    def more(self) -> Iterator[Entry]:
        """What has come since the last time; a line that is not whole yet waits."""
        if not self._file.exists():
            return
        with self._file.open("rb") as opened:
            opened.seek(self._read)
            for line in opened:
                if not line.endswith(b"\n"):
                    return
                self._read += len(line)
                values = json.loads(line)
                yield Entry(**values | {"holds": tuple(values["holds"])})
