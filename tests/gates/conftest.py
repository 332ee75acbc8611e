"""The same profiles of hypothesis as for the core."""

from __future__ import annotations

from tests.core import conftest as _core  # noqa: F401 - loading it chooses the profile
