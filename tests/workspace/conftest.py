"""A workspace folder to write files into, and what opening it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from touchpoints.errors import Complaint, PolicyError
from touchpoints.workspace import Workspace, load

Opened = Callable[..., Workspace]
Complaints = Callable[..., tuple[Complaint, ...]]


@pytest.fixture(scope="session")
def harbour() -> str:
    """The example of the contract, word for word."""
    return (Path(__file__).parent / "harbour.yaml").read_text("utf-8")


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """Opens a workspace with this text and environment."""

    def opened(text: str | bytes, **environ: str) -> Workspace:
        content = text if isinstance(text, bytes) else text.encode()
        (tmp_path / "touchpoints.yaml").write_bytes(content)
        return load(tmp_path, environ)

    return opened


@pytest.fixture
def complaints(opened: Opened) -> Complaints:
    """What is wrong with a workspace of this text; nothing if it opens without a warning."""

    def complaints(text: str | bytes, **environ: str) -> tuple[Complaint, ...]:
        try:
            return opened(text, **environ).warnings
        except PolicyError as error:
            return error.complaints

    return complaints
