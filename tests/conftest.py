"""Fixtures that all rooms share; zones are read from the tzdata package, not from the system.

Tests that concern a database run on SQLite; those that concern delivery, and what else speaks to
the store in its own words, run on PostgreSQL as well (`BOTH`). `pytest --database postgresql` runs
all of them on PostgreSQL alone, `--database both` on both, `--database sqlite` on SQLite alone.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.databases import DATABASES, Server, missing, serving
from tests.mailbox import Mailbox
from tests.office import Office
from touchpoints.engine.hands import processors
from touchpoints.workspace import use_packaged_zones

use_packaged_zones()

SQLITE, POSTGRESQL = "sqlite", "postgresql"
ROOMS = ("store", "engine", "scenarios", "cli", "daemon")
"""Where a database is worked with."""

BOTH = (
    *("store/", "engine/test_delivering", "engine/test_planning"),
    *("scenarios/test_s1", "scenarios/test_s2", "cli/test_outbox", "cli/test_check"),
)
"""Of these, whoever asks for nothing tests both; `pytest --database postgresql` tests all."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are processors: tests wait a quarter of their time."""
    return processors() + 2


def pytest_collection_finish() -> None:
    """What was collected stays: looking through it for garbage again and again took a twentieth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The databases to test."""
    parser.addoption(
        "--database",
        choices=(SQLITE, POSTGRESQL, "both", "usual"),
        default=os.environ.get("TOUCHPOINTS_TEST_DATABASE", "usual"),
        help="the databases to test: sqlite, postgresql or both for every test that concerns one;"
        " usual: sqlite, and postgresql where it is most likely to differ",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on each database that it is to be run on."""
    asked = metafunc.config.getoption("--database")
    place = _place(metafunc.module.__file__ or "")
    if not place.startswith(ROOMS) or metafunc.definition.get_closest_marker(SQLITE):
        return
    both = asked == "both" or (asked == "usual" and place.startswith(BOTH))
    kinds = [SQLITE, POSTGRESQL] if both else [POSTGRESQL] if asked == POSTGRESQL else []
    if metafunc.definition.get_closest_marker(POSTGRESQL):
        # What is about a server alone; whoever asks for SQLite alone has none.
        kinds = [POSTGRESQL] if asked != SQLITE else []
    if kinds:
        metafunc.parametrize("backend", kinds, indirect=True, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what does not concern the one database that was asked for."""
    if config.getoption("--database") == SQLITE:
        kept = [each for each in items if not each.get_closest_marker(POSTGRESQL)]
        config.hook.pytest_deselected(items=[each for each in items if each not in kept])
        items[:] = kept
    if config.getoption("--database") == POSTGRESQL:
        kept = [each for each in items if POSTGRESQL in getattr(each, "callspec", _NONE).id]
        config.hook.pytest_deselected(items=[each for each in items if each not in kept])
        items[:] = kept


class _Nothing:
    id = ""


_NONE = _Nothing()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server for this process."""
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    with ExitStack() as closing:
        serves = Server(closing.enter_context(serving()))
        closing.callback(serves.close)
        yield serves


@pytest.fixture(scope="session", autouse=True)
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    """The kind of database that the test works with."""
    kind = getattr(request, "param", SQLITE)
    DATABASES.server = request.getfixturevalue("server") if kind == POSTGRESQL else None
    yield kind
    DATABASES.server = None
    DATABASES.forget()


@pytest.fixture(autouse=True)
def _tidy(backend: str) -> Iterator[None]:
    """Drop the databases that a test has made on a server."""
    server = DATABASES.server
    first = len(server.made) if server else 0
    yield
    if server:
        server.drop(first)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A workspace with a greeting and a reminder, and nobody in it yet."""
    office = Office(tmp_path)
    yield office
    office.refuse_illegal_transitions()


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Callable[[str], Office]]:
    """Opens a workspace with a policy of one's own."""
    opened: list[Office] = []

    def open_office(policy: str) -> Office:
        opened.append(Office(tmp_path, policy))
        return opened[-1]

    yield open_office
    for office in opened:
        office.refuse_illegal_transitions()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server that runs while the test does."""
    box = Mailbox()
    yield box
    box.close()


def _place(file: str) -> str:
    """A module by its place in the tests."""
    path, root = Path(file), Path(__file__).parent
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else ""
