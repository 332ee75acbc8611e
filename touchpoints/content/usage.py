"""What is known of the use that a template is put to, for `check`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from touchpoints.content.calling import NOBODY, Calling

Lacking = Mapping[tuple[str, str], tuple[int, int]]
"""For a record and a field: how many of how many have none."""


@dataclass(frozen=True, slots=True)
class Usage:
    """How a template is used: who calls whom, who lacks what, and what its texts must keep to.

    `promotes` are touchpoints whose texts must say how to opt out, on the channels `stoppable`;
    `hosts` are those that links may lead to, None any; `limits` are the channels' own.
    """

    calling: Calling = NOBODY
    lacking: Lacking = field(default_factory=dict)
    promotes: Sequence[str] = ()
    stoppable: Sequence[str] = ()
    hosts: Sequence[str] | None = None
    limits: Mapping[str, int] = field(default_factory=dict)


UNUSED = Usage()
"""Where nothing is known of the use."""
