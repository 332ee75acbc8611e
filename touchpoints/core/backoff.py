"""When a message that was not taken is tried again: later each time, scattered, in its window.

Exponential back-off with equal jitter (M. Brooker, "Exponential Backoff And Jitter", AWS
Architecture Blog, 2015): half of the pause is kept, the other half is scattered. Full jitter
scatters from zero, and would knock again at once on a door that has just been closed.
"""

from __future__ import annotations

import hashlib

FIRST = 60
LONGEST = 3600
"""Seconds of the longest possible pause after the first try, and after many: doubled each time."""
LAST_MINUTE = 60
"""The last try begins no later than so many seconds before the window closes."""

_SCATTERED = 2**32


def retry_at(key: str, tried: int, window: tuple[int, int], asked: int = 0) -> int:
    """The instant of the next try of a message that has been tried before (`tried` >= 1 times).

    `window` is now and the instant at which the message's window closes. The next try is never
    sooner than the other side has `asked` for, in seconds. Where no such instant is
    left in the window it is `close_at`, at which the message is expired. The same key and number
    of tries give the same instant, in every process.
    """
    now, close_at = window
    longest = min(FIRST << min(tried - 1, 16), LONGEST)
    least = max(longest // 2, asked)
    last = close_at - LAST_MINUTE - now
    if least > last:
        return close_at
    most = min(max(longest, asked), last)
    return now + least + (most - least + 1) * _scatter(key, tried) // _SCATTERED


def _scatter(key: str, tried: int) -> int:
    """A number below `_SCATTERED` that differs from message to message and from try to try."""
    digest = hashlib.sha256(f"{key}#{tried}".encode()).digest()
    return int.from_bytes(digest[:4], "big")
