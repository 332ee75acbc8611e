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
def office(tmp_path: Path) -> Office:
    """A workspace with a greeting and a reminder, and nobody in it yet."""
    return Office(tmp_path)


@pytest.fixture
def offices(tmp_path: Path) -> Callable[[str], Office]:
    """Opens a workspace with a policy of one's own."""
    return lambda policy: Office(tmp_path, policy)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server that runs while the test does."""
    box = Mailbox()
    yield box
    box.close()
