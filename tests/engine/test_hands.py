"""Work that is shared out among processes: the same findings, in the same order."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import pytest

from touchpoints.engine.checking import Checker
from touchpoints.engine.hands import processors, shared_out
from touchpoints.engine.starting import start_workspace
from touchpoints.engine.vocabulary import Vocabulary
from touchpoints.errors import Complaint, UsageError
from touchpoints.workspace import load

NAMES = [f"t{number}" for number in range(70)]
HERE = os.getpid()

copies = pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux only")


def told(name: str) -> list[Complaint]:
    """Two complaints about each, and none about every seventh; `what` is who found it."""
    where = "here" if os.getpid() == HERE else "elsewhere"
    return [Complaint(name, line, 1, where) for line in (1, 2)] if int(name[1:]) % 7 else []


def finders(found: list[Complaint]) -> set[str]:
    return {each.what for each in found}


@pytest.mark.parametrize("hands", [0, 1, 2, 3, 8])
def test_findings_come_in_the_order_of_the_names(hands: int) -> None:
    found = shared_out(told, NAMES, hands)
    assert [(each.file, each.line) for each in found] == [
        (name, line) for name in NAMES if int(name[1:]) % 7 for line in (1, 2)
    ]


def slowly(name: str) -> list[Complaint]:
    """The same, slow enough for another process to begin."""
    time.sleep(0.01)
    return told(name)


@copies
def test_many_are_shared_out_and_few_are_not() -> None:
    assert finders(shared_out(slowly, NAMES, 2)) == {"here", "elsewhere"}
    assert finders(shared_out(slowly, NAMES[:30], 2)) == {"here"}


@copies
def test_whoever_is_done_takes_the_next() -> None:
    def held_up(name: str) -> list[Complaint]:
        time.sleep(0.01 if os.getpid() == HERE else 0.1)
        return told(name)

    found = shared_out(held_up, NAMES, 2)
    here = sum(each.what == "here" for each in found)
    assert here > len(found) * 3 // 4
    assert len(found) == 120


@copies
def test_a_process_with_threads_is_not_copied() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert finders(shared_out(told, NAMES, 2)) == {"here"}
    finally:
        done.set()
        thread.join()


def test_the_share_of_a_process_that_dies_is_done_here() -> None:
    met = get_context("fork").Event() if sys.platform == "linux" else threading.Event()

    def deadly(name: str) -> list[Complaint]:
        if os.getpid() != HERE:
            met.set()
            os._exit(3)
        return slowly(name)

    found = shared_out(deadly, NAMES, 3)
    assert met.is_set() == (sys.platform == "linux")
    assert finders(found) == {"here"}
    assert len(found) == 120


def test_an_error_in_a_share_is_told() -> None:
    def broken(name: str) -> list[Complaint]:
        if name == "t0":
            time.sleep(0.5)  # so that another process meets the next one
        if name == "t1":
            raise UsageError("t1 cannot be read")
        return told(name)

    with pytest.raises(UsageError, match="t1 cannot be read"):
        shared_out(broken, NAMES, 2)


def test_there_is_a_processor() -> None:
    assert processors() >= 1


def test_many_templates_are_checked_the_same_by_one_and_by_several(tmp_path: Path) -> None:
    start_workspace(tmp_path / "bank", date(2026, 11, 24))
    templates = tmp_path / "bank" / "templates"
    for number, source in enumerate(sorted(templates.glob("[a-z]*/")) * 4):
        shutil.copytree(
            source, templates / f"copy-{number}", ignore=shutil.ignore_patterns("golden")
        )
    (templates / "copy-3" / "sms.en.j2").write_text("{{ customer.nam", "utf-8")
    workspace = load(tmp_path / "bank", {})
    one = Checker(workspace, Vocabulary())
    found = one.templates()
    assert any(each.code == "syntax" for each in found)
    assert replace(one, hands=3).templates() == found
