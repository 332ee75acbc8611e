"""Texts that nobody has reviewed, made in a child process that is killed where it runs over."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any

from touchpoints.content.limits import OUTPUT_BYTES
from touchpoints.core.message import Rendered
from touchpoints.engine.child import encoded
from touchpoints.engine.trying import Request
from touchpoints.errors import RenderError, UsageError
from touchpoints.workspace import Workspace

WAIT = 5.0
"""Seconds that one text may take on the clock; the first one waits for the child to start too."""
LONGEST_ANSWER = 8 * OUTPUT_BYTES


class Limited:
    """Makes texts of a workspace in a warm child process; `drafts` stand for files, saved or not.

    Calling it is a `Render`: it raises RenderError where a text cannot be made or runs over, and
    UsageError for a broken one. The next text after a killed child gets a new one. Threads may
    share it: they wait for each other.
    """

    def __init__(
        self, workspace: Workspace, drafts: Mapping[str, str] | None = None, wait: float = WAIT
    ) -> None:
        self._workspace, self._wait = workspace, wait
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = Lock()
        self.drafts = dict(drafts or {})

    def __call__(self, asked: Request) -> Rendered:
        """What a text says. Raises RenderError, UsageError."""
        line = json.dumps(
            {
                "template": asked.template,
                "channel": asked.channel,
                "locale": asked.locale,
                "context": encoded(asked.context),
                "drafts": self.drafts,
                "limits": dict(self._workspace.longest),
            }
        )
        with self._lock:
            answer = self._ask(line.encode() + b"\n")
        if "error" in answer:
            kind = UsageError if answer["kind"] == "usage" else RenderError
            raise kind(answer["error"])
        return Rendered(answer["subject"], answer["text"], answer["html"], answer["sender"])

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            for stream in (child.stdin, child.stdout):
                if stream is not None:
                    with suppress(OSError):
                        stream.close()

    def __enter__(self) -> Limited:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(self, line: bytes) -> Any:
        child = self._started()
        assert child.stdin is not None  # noqa: S101 - both are pipes
        assert child.stdout is not None  # noqa: S101
        try:
            child.stdin.write(line)
            child.stdin.flush()
            return json.loads(_line(child.stdout.fileno(), self._wait))
        except (OSError, ValueError, TimeoutError) as error:
            self.close()
            what = "it took too long, or too much memory, and was stopped"
            raise RenderError(what) from error

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            templates, locale = self._workspace.templates, self._workspace.policy.locale
            package = str(Path(__file__).parents[2])
            self._child = subprocess.Popen(  # noqa: S603 - our own program, and a folder's name
                [sys.executable, "-m", "touchpoints.engine.child", str(templates), locale],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # Nothing of our surroundings: no secret is in a process that runs strangers' texts.
                env={"PYTHONPATH": package, "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
                cwd="/",
            )
        return self._child


def _line(pipe: int, wait: float) -> bytes:
    """One line from a pipe. Raises TimeoutError, and ValueError where there is none or too much."""
    pieces: list[bytes] = []
    size = 0
    while not pieces or not pieces[-1].endswith(b"\n"):
        ready, _, _ = select.select([pipe], [], [], wait)
        if not ready:
            raise TimeoutError
        piece = os.read(pipe, 65536)
        size += len(piece)
        if not piece or size > LONGEST_ANSWER:
            raise ValueError("no answer")
        pieces.append(piece)
    return b"".join(pieces)
