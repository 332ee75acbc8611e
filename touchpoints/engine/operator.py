"""Who types the commands and presses the buttons, for the record."""

from __future__ import annotations

import getpass

from touchpoints.store.stamp import OPERATOR, Stamp


def signed(now: int) -> Stamp:
    """What an operator did at an instant, in seconds, under the name of their account."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        # An account of a container has a number, and perhaps no name.
        return Stamp(now, OPERATOR)
    return Stamp(now, f"{OPERATOR} {name}")
