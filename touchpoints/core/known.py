"""What is known of one customer beyond the columns of a plan; explanations tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Statement:
    """What was last said of a consent; `lapsed` is a grant that ran out, `at` when."""

    state: Literal["granted", "denied", "lapsed"]
    at: int


@dataclass(frozen=True, slots=True)
class Address:
    """What a channel needs: an `email` or `phone`, or something `other`; `bad` cannot be used."""

    kind: Literal["email", "phone", "other"] = "other"
    bad: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an audience that does not hold, with the customer's value of each field."""

    expression: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of ours that went out: which occurrence, and what it was worth."""

    occurrence: str
    score: float


@dataclass(frozen=True, slots=True)
class Known:
    """One customer's consents by category and channel, addresses by channel, audience parts by
    touchpoint and occurrence, and what went out by touchpoint and instant."""

    consents: Mapping[Key, Statement] = field(default_factory=dict)
    addresses: Mapping[str, Address] = field(default_factory=dict)
    audiences: Mapping[Key, tuple[Part, ...]] = field(default_factory=dict)
    sent: Mapping[tuple[str, int], Sent] = field(default_factory=dict)


NOTHING_KNOWN = Known()
