"""How fast messages may leave: `600 per minute` deals one slot of time to each of them.

Virtual scheduling (the generic cell rate algorithm, ITU-T I.371 Annex A): one number remembers the
earliest instant of the next slot, and each message moves it on by the interval. Room that is not
used is gone: after an idle hour, a channel starts at its rate and not with a burst. The only
tolerance is the second: whoever looks takes all slots of the second it is, so that no run of
seconds, wherever it starts, has more slots than the rate allows, and no two messages of a slow
channel are nearer than its interval.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_RATE = re.compile(r"([1-9]\d{0,8})\s+per\s+(second|minute|hour|day)")
_SECONDS: Mapping[str, int] = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}

MICROSECONDS = 1_000_000
SKEW = 60
"""By how many seconds the clocks of two workers may differ. What is further ahead of now than any
slot that could have been given was reserved before a clock was set back: it holds nobody up."""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many messages leave in any span of so many seconds, evenly spread over it."""

    most: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> Rate:
        """Read `600 per minute`. Raises ValueError, with the expected forms, for anything else."""
        match = _RATE.fullmatch(text.strip())
        if match is None or int(match[1]) > _SECONDS[match[2]] * MICROSECONDS:
            raise ValueError("expected a rate such as 10 per second, 600 per minute, 900 per hour")
        return cls(int(match[1]), _SECONDS[match[2]])

    @property
    def interval(self) -> int:
        """Microseconds from one slot to the next, rounded up so that a span never has too many."""
        return -(-self.seconds * MICROSECONDS // self.most)

    def __str__(self) -> str:
        unit = next(name for name, seconds in _SECONDS.items() if seconds == self.seconds)
        return f"{self.most:,} per {unit}"


def first_slot(rate: Rate, reserved: int | None, now: int) -> int:
    """The next free slot in microseconds, not before the second `now`; `reserved` are those before.

    `reserved` is what `after` returned for the last messages, None for a channel that is new.
    """
    start = now * MICROSECONDS
    sane = start + (1 + SKEW) * MICROSECONDS + rate.interval
    return start if reserved is None or reserved > sane else max(reserved, start)


def room(rate: Rate, reserved: int | None, now: int) -> int:
    """How many messages may leave within the second `now`."""
    left = (now + 1) * MICROSECONDS - first_slot(rate, reserved, now)
    return max(0, -(-left // rate.interval))


def after(rate: Rate, reserved: int | None, now: int, count: int) -> int:
    """What is reserved once `count` messages have taken slots in the second `now`."""
    return first_slot(rate, reserved, now) + count * rate.interval


def opens_at(rate: Rate, reserved: int | None, now: int) -> int:
    """The first second, from `now` on, in which there is room."""
    return first_slot(rate, reserved, now) // MICROSECONDS
