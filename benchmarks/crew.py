"""Processes that begin together and are timed together."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from measuring import Result

SCRIPT = str(Path(__file__).with_name("deliver.py"))


def environment() -> dict[str, str]:
    """Compiled modules are kept: without them, imports look two to four times as slow."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def wait_for_the_word() -> None:
    """Say that this process is ready, and begin when it is told to."""
    print("ready", flush=True)
    sys.stdin.readline()


def together(way: str, folder: Path, size: int = 1) -> Result:
    """A way of `deliver.py` by so many processes: seconds from the word to the end of the last."""
    command = [sys.executable, SCRIPT, "--measure", way, "--folder", str(folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    crew = [subprocess.Popen(command, env=environment(), **pipes) for _ in range(size)]  # type: ignore[call-overload]
    for each in crew:
        each.stdout.readline()
    began = time.perf_counter()
    for each in crew:
        each.stdin.write("go\n")
        each.stdin.flush()
    found = [each.communicate()[0] for each in crew]
    took = round(time.perf_counter() - began, 2)
    if any(each.returncode for each in crew):
        raise RuntimeError(f"{way} failed")
    workers: list[Result] = [json.loads(text) for text in found]
    return {"seconds": took, "workers": workers}
