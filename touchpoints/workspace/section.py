"""A mapping of the workspace file whose keys are all known."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A mapping that has these keys and no others."""

    # Deferred, because a section is built as a part of the file, and alone only in tests.
    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True
    )
