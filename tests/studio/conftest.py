"""A studio of the starter workspace, and browsers of it that have opened it or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the extra `web` is not installed")

from starlette.testclient import TestClient

from touchpoints.clock import FixedClock
from touchpoints.engine.starting import start_workspace
from touchpoints.studio.access import Access
from touchpoints.studio.app import application
from touchpoints.studio.studio import Studio

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
PORT = 8765
HOME = f"http://127.0.0.1:{PORT}"


@dataclass(frozen=True)
class Visit:
    """A browser and the studio that it visits."""

    studio: Studio
    browser: TestClient

    def open(self) -> Visit:
        """Bring the token, as the printed address does."""
        answer = self.browser.get(self.studio.access.address, follow_redirects=False)
        assert answer.status_code == 303
        return self

    @property
    def ours(self) -> dict[str, str]:
        """What the pages of the studio send with a change."""
        return {"Origin": HOME, "X-CSRF": self.studio.access.csrf}


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """The folder of a starter workspace."""
    start_workspace(tmp_path / "bank", NOW.date())
    return tmp_path / "bank"


@pytest.fixture
def stranger(bank: Path) -> Iterator[Visit]:
    """A browser that has not brought the token."""
    studio = Studio(bank, Access(PORT), {}, FixedClock(NOW))
    with TestClient(application(studio), HOME, raise_server_exceptions=False) as browser:
        yield Visit(studio, browser)


@pytest.fixture
def visit(stranger: Visit) -> Visit:
    """A browser that has opened the studio."""
    return stranger.open()
