"""One owner for each database file, in this process and among others."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from touchpoints.errors import OwnedElsewhereError, StoreError
from touchpoints.store.ownership import owning

pytestmark = pytest.mark.sqlite


def test_a_second_owner_is_refused_at_once_and_told_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "touchpoints.db"
    told = r"another daemon owns touchpoints\.db: stop it"
    with owning(file), pytest.raises(OwnedElsewhereError, match=told), owning(file):
        raise AssertionError
    with owning(file):
        pass


def test_owners_of_different_files_do_not_meet(tmp_path: Path) -> None:
    with owning(tmp_path / "one.db"), owning(tmp_path / "two.db"):
        pass


def test_a_database_in_memory_needs_no_owner() -> None:
    with owning(None), owning(None):
        pass


def test_an_error_gives_ownership_back(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), owning(tmp_path / "touchpoints.db"):
        raise ZeroDivisionError
    with owning(tmp_path / "touchpoints.db"):
        pass


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="folder"), owning(tmp_path / "no" / "touchpoints.db"):
        raise AssertionError


def hold(file: Path, line: Connection) -> None:
    with owning(file):
        line.send("mine")
        line.recv()


def test_a_killed_process_lets_go(tmp_path: Path) -> None:
    file = tmp_path / "touchpoints.db"
    spawning = multiprocessing.get_context("spawn")
    here, there = spawning.Pipe()
    holder = spawning.Process(target=hold, args=(file, there))
    holder.start()
    assert here.recv() == "mine"
    with pytest.raises(OwnedElsewhereError), owning(file):
        raise AssertionError
    holder.kill()
    holder.join()
    holder.close()
    here.close()
    there.close()
    with owning(file):
        pass
