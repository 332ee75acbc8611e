"""Python looks for garbage cycles after every 700 new objects: far too often for a million rows.

Or for 200 templates, whose trees are made of them: a twelfth of the time of `template check`.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Look for garbage cycles seldom: rows make none, and looking took an eighth of the time."""
    thresholds = gc.get_threshold()
    gc.set_threshold(100_000, 50, 1_000)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
