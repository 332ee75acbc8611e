"""The demo's workspace: a generated bank in a folder that may be replaced, and its one day."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.abc import Traversable
from importlib.resources import files
from pathlib import Path

from touchpoints.engine.starting import copy, starter_templates, tree, unwritable
from touchpoints.errors import UsageError
from touchpoints.examples.bank import Bank, generated
from touchpoints.examples.cast import DAY
from touchpoints.workspace.document import FILE_NAME

BEGIN = datetime.fromisoformat(f"{DAY}T00:00:00+08:00").astimezone(UTC)
END = BEGIN + timedelta(days=1)
"""The virtual day, from midnight to midnight where the bank is."""

HEROINE, FORESIGHT = "C0001", "C0002"
"""Who is flooded with birthday messages, and who shows that the plan looks ahead."""

ABROAD, BY_THE_MOON = "C0007", "C0011"
"""Who cannot call while the line is open, and whose birthday is in the lunar calendar."""

REMINDER = "loans-instalment-due"
"""The touchpoint whose text invites a call."""

PRIZE = "cards-birthday-points"
"""The touchpoint that is worth most for the heroine's birthday."""

DATABASE = "touchpoints.db"

_MARK = b"# Made by `touchpoints demo`"
_MADE = ("templates", "data", "outbox", DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm")


@dataclass(frozen=True, slots=True)
class Furnished:
    """What was put into the folder: the bank, and its CSV files by kind, in importing order."""

    bank: Bank
    files: Mapping[str, Path]


def claim(folder: Path) -> None:
    """Make the folder ours: a new one, an empty one, or that of an earlier demo.

    Raises UsageError, with nothing touched, for a folder that holds something else.
    """
    policy = folder / FILE_NAME
    try:
        if folder.exists() and not _is_demo(folder) and (policy.exists() or any(folder.iterdir())):
            raise UsageError(
                f"{folder} holds something that the demo did not make; name another DIR,"
                " such as: touchpoints demo my-demo"
            )
        if not policy.exists():
            copy(_policy(), policy)
    except OSError as error:
        raise unwritable(folder, error) from error


def furnish(folder: Path, seed: int) -> Furnished:
    """Put the demo's templates and a generated bank into a folder that is ours, and nothing else.

    What an earlier demo made there goes; other files stay.
    """
    try:
        for name in _MADE:
            _remove(folder / name)
        copy(_policy(), folder / FILE_NAME)
        demo = files("touchpoints.examples").joinpath("demo", "templates")
        for name, source in [*tree(starter_templates()), *tree(demo)]:
            copy(source, folder / "templates" / name)
        bank = generated(seed)
        return Furnished(bank, bank.write(folder / "data"))
    except OSError as error:
        raise unwritable(folder, error) from error


def _policy() -> Traversable:
    return files("touchpoints.examples").joinpath("demo", FILE_NAME)


def _is_demo(folder: Path) -> bool:
    policy = folder / FILE_NAME
    return policy.is_file() and policy.read_bytes().startswith(_MARK)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
