"""Starting: the first workspace of a company, with texts and people to try it on."""

from __future__ import annotations

from datetime import date
from importlib.abc import Traversable
from importlib.resources import files
from pathlib import Path

from touchpoints.errors import TouchpointsError, UsageError
from touchpoints.examples.newcomers import COLUMNS, newcomers
from touchpoints.examples.tables import write_table
from touchpoints.workspace.document import FILE_NAME

STARTER_ZONE = "Asia/Shanghai"
"""The zone of the starter policy, whose day is today."""


def starter_templates() -> Traversable:
    """The starter templates: in the installed package, else in the checkout that it runs from."""
    packaged = files("touchpoints").joinpath("templates")
    if packaged.is_dir():
        return packaged
    return Path(str(files("touchpoints"))).parent / "templates"


def start_workspace(folder: Path, today: date) -> tuple[Path, ...]:
    """Make a workspace with example people around `today`; returns the files, the policy first.

    Raises UsageError, with nothing touched, where a file of it is there already.
    """
    policy = folder / FILE_NAME
    if policy.exists():
        raise UsageError(f"{folder} is a workspace already: it has a {FILE_NAME}; name another DIR")
    templates = list(tree(starter_templates()))
    tables = {f"data/{kind}.csv": rows for kind, rows in newcomers(today).items()}
    wanted = [*(f"templates/{name}" for name, _ in templates), *tables]
    taken = [name for name in wanted if (folder / name).exists()]
    if taken:
        raise UsageError(f"{folder} has a file {taken[0]} already; name another DIR")
    try:
        for name, source in templates:
            copy(source, folder / "templates" / name)
        for name, rows in tables.items():
            write_table(folder / name, COLUMNS[Path(name).stem], rows)
        copy(files("touchpoints.examples").joinpath("starter", FILE_NAME), policy)
    except OSError as error:
        raise unwritable(folder, error) from error
    return (policy, *(folder / name for name in wanted))


def tree(folder: Traversable, prefix: str = "") -> list[tuple[str, Traversable]]:
    """The files under a folder, by their names from there, sorted."""
    found: list[tuple[str, Traversable]] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = prefix + entry.name
        found += tree(entry, name + "/") if entry.is_dir() else [(name, entry)]
    return found


def copy(source: Traversable, target: Path) -> None:
    """Copy one file, and make the folder that it goes into."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source.read_bytes())


def unwritable(folder: Path, error: OSError) -> TouchpointsError:
    """The error for a folder that cannot be written to."""
    place = error.filename or folder
    return TouchpointsError(f"{place}: {error.strerror}; name a DIR that may be written to")
