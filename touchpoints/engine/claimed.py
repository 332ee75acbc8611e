"""What is on its way out: messages that go now, and those that are ours with their bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from touchpoints.core.message import Message
from touchpoints.engine.subject import Subject
from touchpoints.store.changes import Version
from touchpoints.store.sending import Due


class Claimed(NamedTuple):
    """A message that is ours, with the bytes that will leave.

    The judgement stands while its customer has this version, in this minute since the epoch.
    `carries` says whether others travel in it: most messages carry none, and need not look.
    """

    due: Due
    message: Message
    seen: Version
    minute: int
    carries: bool


class Going(NamedTuple):
    """A message that goes out now, and what travels in it, by its number in the outbox."""

    due: Due
    subject: Subject
    travelling: Mapping[int, Subject]
