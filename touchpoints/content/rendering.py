"""One run of a template, and the bounds that it may not pass."""

from __future__ import annotations

import time

from touchpoints.content.limits import SECONDS, STEPS
from touchpoints.errors import RenderError

RENDERING = "_rendering"
"""The context key of the present rendering; no template can name what starts with `_`."""


class Rendering:
    """One run of a template: its locale, and how much of its time and turns are used up."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._steps = 0
        self._until = 0.0

    def step(self) -> None:
        """Count one loop turn or include. Raises RenderError when there were too many."""
        self._steps += 1
        if self._steps > STEPS:
            raise RenderError(f"more than {STEPS:,} loop turns and includes")
        # A duration of work, not the time of day: it decides nothing except when to give up. It
        # counts from the first turn on, before which nothing takes long.
        now = time.thread_time()
        self._until = self._until or now + SECONDS
        if now > self._until:
            raise RenderError(f"it took longer than {SECONDS} s to render")
