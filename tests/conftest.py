"""Fixtures that all rooms share; zones are read from the tzdata package, not from the system."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.mailbox import Mailbox
from tests.office import Office
from touchpoints.workspace import use_packaged_zones

use_packaged_zones()


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
