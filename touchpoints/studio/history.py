"""The history of a text by git, where the workspace is in git; it is only ever read."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from touchpoints.content.limits import SOURCE_BYTES
from touchpoints.errors import UsageError

MOST = 50
"""How many commits are listed."""

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")

# A repository's own settings may name programs; none of them is run.
_QUIET = (
    "--no-pager",
    "--literal-pathspecs",
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "log.showSignature=false"),
    *("-c", "log.mailmap=false"),
    *("-c", "protocol.allow=never"),
)
_ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
}


@dataclass(frozen=True, slots=True)
class Commit:
    """One change of a file: its name in git, who made it, when (ISO), and what they said."""

    name: str
    author: str
    at: str
    subject: str


def commits(folder: Path, name: str) -> tuple[Commit, ...]:
    """The changes of a file of the templates folder, the latest first; none without git."""
    form = "--format=%H%x1f%an%x1f%aI%x1f%s%x1e"
    told = _git(folder, "log", f"--max-count={MOST}", "--no-ext-diff", form, "--", name)
    records = (each.strip("\n").split("\x1f") for each in (told or "").split("\x1e"))
    return tuple(Commit(*each) for each in records if len(each) == 4)


def version(folder: Path, name: str, commit: str) -> str:
    """The text of a file as a commit has it. Raises UsageError where it has none."""
    if not _COMMIT.fullmatch(commit):
        raise UsageError("that is not the name of a commit")
    told = _git(folder, "cat-file", "blob", f"{commit}:./{name}")
    if told is None or len(told.encode()) > SOURCE_BYTES:
        raise UsageError(f"that commit has no text {name}")
    return told.replace("\r\n", "\n")


def _git(folder: Path, command: str, *arguments: str) -> str | None:
    """What git says; None where it is not installed, there is no repository, or it refuses."""
    program = shutil.which("git", path=_ENVIRONMENT["PATH"])
    if program is None or not folder.is_dir():
        return None
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, and names that were checked
            [program, *_QUIET, command, *arguments],
            cwd=folder,
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None
