"""Fixtures for moments at work."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.occasions import NOTE
from tests.office import Office


@pytest.fixture
def opened(offices: Callable[[str], Office]) -> Callable[[str], Office]:
    """Opens a workspace with a template for the touchpoint, and a customer."""

    def open_(policy: str) -> Office:
        office = offices(policy)
        office.write("templates/note/email.j2", NOTE)
        office.write("templates/note/sms.j2", "note")
        office.customer()
        return office

    return open_
