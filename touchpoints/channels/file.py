"""Messages as files in a folder: to try out, to test, or for a carrier to collect."""

from __future__ import annotations

import hashlib
import json
import os
import re
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel

from touchpoints.channels.base import Opening, Options
from touchpoints.channels.lines import Tail, TornError
from touchpoints.core.message import Kind, Message, Outcome, Receipt

INDEX = "messages.jsonl"

_FIELDS = ("key", "customer", "touchpoint", "occurrence", "channel", "address", "subject", "body")
_LINE_ENDS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})
"""What JSON leaves bare although many readers take it for the end of a line."""


def _folder_name(text: str) -> str:
    if not text.strip() or "\0" in text:
        raise ValueError("expected the name of a folder")
    return text


class FileOptions(Options):
    """`path` is the folder, counted from the workspace's."""

    path: Annotated[str, AfterValidator(_folder_name)]


class FileChannel:
    """Writes e-mail as `.eml` files, other kinds as lines of `CHANNEL.jsonl`, and all to the index.

    The line of a message in `messages.jsonl` comes last and counts: it is on disk before the
    receipt says ACCEPTED. Several channels, and several processes, may share a folder.
    """

    transport: ClassVar[str] = "file"
    options: ClassVar[type[BaseModel]] = FileOptions
    local = True

    def __init__(self, name: str, kind: Kind, path: Path) -> None:
        plain = Path(name).name == name and name.isprintable() and not name.startswith(".")
        if not name or not plain or f"{name}.jsonl" == INDEX:
            raise ValueError(
                f"{name!r} cannot name a file beside {INDEX}; give the channel another name"
            )
        self.name = name
        self.kind = kind
        self._folder = path

    @classmethod
    def open(cls, opening: Opening) -> FileChannel:
        """A channel into a folder, which the first message makes."""
        options: FileOptions = opening.options
        return cls(opening.name, opening.kind, opening.root / options.path)

    def send(self, message: Message) -> Receipt:
        """Write the message; TEMPORARY if provably no line of it is in the index, else IN_DOUBT."""
        try:
            self._write(message)
        except OSError as error:
            why = error.strerror or str(error)
            detail = f"cannot write to {self._folder}: {why}; make room or give the right to write"
            return Receipt(Outcome.TEMPORARY, detail, unreachable=True)
        except TornError as error:
            return Receipt(Outcome.IN_DOUBT, f"{self._folder / INDEX} may lack a line: {error}")
        return Receipt(Outcome.ACCEPTED, f"written to {self._folder}", message.sha256)

    def close(self) -> None:
        """Nothing to let go of: every message opens and closes its files."""

    def _write(self, message: Message) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        line = _line(message)
        with ExitStack() as files:
            own = None
            if self.kind == "email":
                _replace(self._folder / _file_name(message.key), message.content)
            else:
                own = files.enter_context(Tail(self._folder / f"{self.name}.jsonl"))
            index = files.enter_context(Tail(self._folder / INDEX))
            _sync_folder(self._folder)
            if own is not None:
                own.append(line)
            try:
                index.append(line)
            except OSError:
                if own is not None:
                    own.take_back()
                raise


def _line(message: Message) -> bytes:
    fields = {name: getattr(message, name) for name in _FIELDS}
    fields |= {"sent_at": message.sent_at.isoformat(), "sha256": message.sha256}
    text = json.dumps(fields, ensure_ascii=False).translate(_LINE_ENDS)
    # Half a surrogate pair has no UTF-8; its backslash escape is JSON and reads back the same.
    return text.encode("utf-8", "backslashreplace")


def _file_name(key: str) -> str:
    """A name that stays in its folder and differs for different keys, whatever they hold."""
    readable = re.sub(r"[^A-Za-z0-9@._-]+", "_", key).lstrip(".-")[:80]
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{readable}-{digest[:16]}.eml"


def _replace(path: Path, content: bytes) -> None:
    """Put a whole file in the place of `path`, on disk, so that nobody ever reads half of one."""
    draft = path.with_name(f".{path.name}.part")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
